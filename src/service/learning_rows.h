// LearningRows: rows with what turned out to be true of them, for a learner: of a file or of the prediction log.
#pragma once

#include <cstdint>
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

struct LearningLogOptions {
  TimeRange range = {};
  bool labelled = true;         // those that have a label; false: all of them, and no labels
  uint64_t rows_max = 0;        // at most so many; 0: all
  std::string page_token = {};  // where to begin, of an earlier NextPageToken; empty: with the first
};

class LearningLog : public LearningRows {
 public:
  // When Next has come to the end: where the rows that rows_max has left begin; empty: there are none, as of now. It
  // looks for one; where the store does not tell, there may be.
  virtual std::string NextPageToken() = 0;
};

// Logged predictions of the model, the oldest first, read page by page. Shadows are left out, as they are copies. A
// prediction of a version whose inputs are others is INVALID_ARGUMENT, as a page token that is none. The service must
// outlive this.
std::unique_ptr<LearningLog> OpenLearningLog(const Service& service, std::string name, const Model& model,
                                             LearningLogOptions options);

// A cell of a label as a column of another type has it: text is read as a number, a number written as text.
// INVALID_ARGUMENT if it is none.
Status AppendLabel(const Column& from, size_t row, Column* labels);

}  // namespace scoreway
