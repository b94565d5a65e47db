// PredictionTable: the columns of a table of predictions, which grow with the versions that come. For
// prediction_reader.cc.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "record/label.h"
#include "record/prediction_chunk.h"

namespace scoreway {

class PredictionTable {
 public:
  explicit PredictionTable(bool with_labels);

  size_t rows() const { return rows_; }
  // Makes room for the columns of the chunk, of which the rows are that are added next. False, and nothing happens, if
  // one has a type that the column of its name has not.
  bool Begin(const PredictionChunk& chunk);
  // False, and nothing happens, if the label has another type than those before it. `label`: null if there is none.
  bool Add(const PredictionChunk& chunk, const LoggedPrediction& prediction, const Label* label);

  Batch Finish() &&;

 private:
  Column& AddColumn(std::string name, Type type);
  bool Fits(const std::string& prefix, const std::vector<Field>& fields) const;
  std::vector<size_t> Place(const std::string& prefix, const std::vector<Field>& fields);
  void AddHead(const PredictionChunk& chunk, const PredictionHead& head);
  void AddLabel(const Label* label);

  const bool with_labels_;
  size_t rows_ = 0;
  std::vector<Field> fields_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> index_of_name_;
  std::vector<size_t> inputs_, outputs_;  // columns of the chunk that was begun last
  bool has_label_ = false;                // one was added, and gave the column its type
};

}  // namespace scoreway
