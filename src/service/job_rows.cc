#include "service/job_rows.h"

#include <algorithm>
#include <utility>

#include "data/codec/arrow_reader.h"
#include "data/codec/json_rows_reader.h"
#include "data/copy_rows.h"

namespace scoreway {

class JobRows::Chunks final : public ByteSource {
 public:
  Chunks(JobStore* store, const Job& job) : store_(store), job_(job) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    while (at_ == chunk_.size()) {
      if (next_ == job_.input_chunks) return size_t{0};
      SCOREWAY_ASSIGN_OR_RETURN(chunk_, store_->GetInputChunk(job_, next_++));
      at_ = 0;
    }
    const size_t given = std::min(size, chunk_.size() - at_);
    std::copy_n(chunk_.data() + at_, given, buffer);
    at_ += given;
    bytes_read_ += static_cast<int64_t>(given);
    return given;
  }

  Result<std::string> ReadAll() {
    std::string text;
    for (; next_ < job_.input_chunks; ++next_) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string chunk, store_->GetInputChunk(job_, next_));
      text += chunk;
    }
    return text;
  }

  int64_t bytes_read() const { return bytes_read_; }

 private:
  JobStore* const store_;
  const Job job_;
  int64_t next_ = 0;
  std::string chunk_;
  size_t at_ = 0;
  int64_t bytes_read_ = 0;
};

JobRows::JobRows(JobStore* store, const Job& job)
    : form_(job.form), bytes_(job.input_bytes), chunks_(std::make_unique<Chunks>(store, job)) {}

JobRows::~JobRows() = default;

int64_t JobRows::bytes_read() const {
  if (whole_ == nullptr) return chunks_->bytes_read();
  const size_t rows = std::max<size_t>(whole_->rows(), 1);
  return static_cast<int64_t>(static_cast<double>(bytes_) * static_cast<double>(taken_) / static_cast<double>(rows));
}

Status JobRows::Open(const Predictor::Rows& rows) {
  schema_ = rows.batch->shared_schema();
  if (form_ == RowForm::kCsv) {
    csv_ = std::make_unique<CsvReader>(chunks_.get(), schema_, *rows.csv);
    return {};
  }
  if (form_ == RowForm::kJsonLines) {
    lines_ = std::make_unique<JsonLinesReader>(chunks_.get(), schema_, *rows.json);
    return {};
  }
  return ReadWhole(rows);
}

Status JobRows::ReadWhole(const Predictor::Rows& rows) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string text, chunks_->ReadAll());
  whole_ = std::make_unique<Batch>(schema_);
  if (form_ == RowForm::kJson) {
    JsonRequestMembers members;
    JsonRowsReader reader;
    SCOREWAY_RETURN_IF_ERROR(reader.Read({text, 0}, *rows.json, whole_.get(), &members));
    outputs_ = std::move(members.outputs);
    return {};
  }
  ArrowReader reader(text, schema_, {.may_be_absent = rows.json->may_be_absent, .rows_max = rows.json->rows_max});
  while (true) {
    Result<bool> more = reader.Next(whole_.get());
    if (!more.ok()) {
      // A damaged stream is a wrong submission; nothing of ours is damaged.
      Error error = ToError(std::move(more));
      if (error.code == Code::kCorrupt) error.code = Code::kInvalidArgument;
      return error;
    }
    if (!*more) return {};
  }
}

Result<bool> JobRows::Next(const Predictor::Rows& rows, size_t rows_max) {
  if (schema_ == nullptr) SCOREWAY_RETURN_IF_ERROR(Open(rows));
  if (schema_ != rows.batch->shared_schema()) {
    return Error{Code::kUnavailable, "a feature view changed while the job ran", {}};
  }
  if (csv_ != nullptr) return csv_->Next(rows.batch, rows_max);
  if (lines_ != nullptr) return lines_->Next(rows.batch, rows_max);
  if (taken_ == whole_->rows()) return false;
  const size_t end = std::min(taken_ + rows_max, whole_->rows());
  AppendRows(*whole_, taken_, end, rows.batch);
  taken_ = end;
  return true;
}

}  // namespace scoreway
