// JobRows: what was submitted with a job, read as rows of its model, some at a time.
//
// CSV and JSON lines are read chunk by chunk; JSON and Arrow, which say too little of where a row begins, whole. One
// thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/codec/csv_reader.h"
#include "data/codec/json_lines_reader.h"
#include "jobs/job_store.h"
#include "service/predict.h"

namespace scoreway {

class JobRows {
 public:
  // The store must outlive this.
  JobRows(JobStore* store, const Job& job);
  ~JobRows();

  // Appends up to rows_max rows; false at the end. kInvalidArgument names the place in what was submitted;
  // kUnavailable: the model's rows are not read as they were in the call before, as a feature view has changed.
  Result<bool> Next(const Predictor::Rows& rows, size_t rows_max);
  // The outputs that the text itself asked for (JSON); after the first Next.
  const std::vector<std::string>& outputs() const { return outputs_; }
  int64_t bytes_read() const;

 private:
  class Chunks;

  Status Open(const Predictor::Rows& rows);
  Status ReadWhole(const Predictor::Rows& rows);

  const RowForm form_;
  const int64_t bytes_;
  std::unique_ptr<Chunks> chunks_;
  std::shared_ptr<const Schema> schema_;  // of the rows; null before the first
  std::unique_ptr<CsvReader> csv_;
  std::unique_ptr<JsonLinesReader> lines_;
  std::unique_ptr<Batch> whole_;
  size_t taken_ = 0;  // of the rows in whole_
  std::vector<std::string> outputs_;
};

}  // namespace scoreway
