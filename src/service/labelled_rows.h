// LabelledRows: predictions beside what turned out to be true, as metrics take them: out of a table of logged
// predictions (record/prediction_reader.h), whose columns it learns to read from their names.
//
// A prediction is the output `predict` or `prediction`, or else the first that is no probability. A probability is an
// output `proba_CLASS`, `proba(CLASS)` or `probability(CLASS)`. Both can be said instead. Classes are compared as
// texts; a truth value counts as 1 or 0 where the model's classes are numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "drift/metrics.h"

namespace scoreway {

enum class PredictionTask : uint8_t { kClassification, kRegression };

struct OutputWish {
  std::string prediction = {};                                          // the output; empty: as above
  std::vector<std::pair<std::string, std::string>> probabilities = {};  // class and output; empty: as above
  std::optional<PredictionTask> task = {};  // otherwise: regression where a prediction is a float
};

// A row of the log. Numbers are NaN where the cell is missing.
struct LabelledRow {
  int64_t time_micros = 0;
  int64_t label_micros = 0;  // when the label was known; 0: there is none
  double predicted_number = 0, true_number = 0;
  std::string predicted_class, true_class;
  std::vector<double> probabilities;  // of the classes of the rows
  std::string segment;                // its value of the column that is asked for
};

struct LabelledRows {
  PredictionTask task = PredictionTask::kRegression;
  std::vector<std::string> classes;  // that have a probability, in the model's order
  std::vector<LabelledRow> rows;
};

class LabelledRowReader {
 public:
  // `segment`: the input whose values divide the rows; empty: none.
  LabelledRowReader(OutputWish wish, std::string segment) : wish_(std::move(wish)), segment_(std::move(segment)) {}

  // Adds the rows of a table that has labels. INVALID_ARGUMENT names an output or input that is not there, or a label
  // that does not fit the task.
  Status Add(const Batch& table);
  LabelledRows Finish() && { return std::move(rows_); }
  size_t size() const { return rows_.rows.size(); }

 private:
  Status Bind(const Batch& table);

  const OutputWish wish_;
  const std::string segment_;
  bool is_bound_ = false;
  std::string prediction_;
  std::vector<std::string> probabilities_;  // outputs, as rows_.classes
  LabelledRows rows_;
};

// The rows that have a label, as metrics take them; classes that are labels but have no probability have probability 0.
ClassifiedRows Classified(const LabelledRows& rows, const std::vector<const LabelledRow*>& of);
// The rows of these without looking at labels: for an estimate. Without probabilities it has none.
ClassifiedRows Unlabelled(const LabelledRows& rows, const std::vector<const LabelledRow*>& of);

}  // namespace scoreway
