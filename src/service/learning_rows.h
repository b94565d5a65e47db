// LearningRows: rows with what turned out to be true of them, for a learner: of a file or of the prediction log.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_bytes.h"
#include "base/result.h"
#include "data/batch.h"
#include "model/model.h"
#include "record/prediction_reader.h"
#include "service/service.h"
#include "tables/table_format.h"

namespace scoreway {

class LearningRows {
 public:
  virtual ~LearningRows() = default;
  // Appends up to rows_max (> 0) rows of the model's input schema and, where there are labels, as many of these; false
  // at the end.
  virtual Result<bool> Next(Batch* rows, Column* labels, size_t rows_max) = 0;
  // How much has been read, from 0 to 1; negative if that is not known.
  virtual double fraction() const = 0;
};

struct LearningFileOptions {
  std::string path;  // or what errors call the bytes
  TableFormat format = TableFormat::kCsv;
  char delimiter = ',';
  std::string label;  // the column; empty: there are none
};

// The rows of these bytes, in their order.
Result<std::unique_ptr<LearningRows>> OpenLearningTable(const Model& model, std::shared_ptr<const FileBytes> bytes,
                                                        const LearningFileOptions& options);
// The rows of a file, in its order. Errors name the file and the place in it.
Result<std::unique_ptr<LearningRows>> OpenLearningFile(const Model& model, const LearningFileOptions& options);

// Logged predictions of the model, the oldest first: those that have a label, or, for who learns without, all of them
// and no labels. Shadows are left out, as they are copies. A prediction of a version whose inputs are others is
// INVALID_ARGUMENT. The service must outlive this.
std::unique_ptr<LearningRows> OpenLearningLog(const Service& service, std::string name, const Model& model,
                                              const TimeRange& range, bool labelled);

// A cell of a label as a column of another type has it: text is read as a number, a number written as text.
// INVALID_ARGUMENT if it is none.
Status AppendLabel(const Column& from, size_t row, Column* labels);

}  // namespace scoreway
