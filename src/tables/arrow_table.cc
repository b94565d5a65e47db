#include "tables/arrow_table.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "data/codec/arrow_format.h"
#include "data/codec/arrow_reader.h"
#include "data/codec/arrow_writer.h"
#include "data/codec/flat_table.h"
#include "tables/batch_rows.h"

namespace scoreway {
namespace {

constexpr size_t kPrefixBytes = 8;  // the continuation mark and the size of the metadata
constexpr uint32_t kMetadataBytesMax = 64U << 20;
constexpr int64_t kBodyBytesMax = int64_t{4} << 30;

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the Arrow stream"}; }

// Appends the message that begins at `offset`, whole; nothing at the end of the stream.
Status AppendMessage(const FileBytes& file, uint64_t offset, std::string* bytes) {
  const size_t begin = bytes->size();
  SCOREWAY_RETURN_IF_ERROR(file.AppendAt(offset, kPrefixBytes, bytes));
  const std::string_view prefix = std::string_view(*bytes).substr(begin);
  if (prefix.empty()) return {};
  if (prefix.size() < kPrefixBytes || LoadAt<uint32_t>(prefix, 0) != arrow::kContinuation) {
    return Damaged("a message does not begin where it should");
  }
  const auto metadata_bytes = LoadAt<uint32_t>(prefix, 4);
  if (metadata_bytes == 0) {
    bytes->resize(begin);
    return {};
  }
  if (metadata_bytes > kMetadataBytesMax) return Damaged("the metadata of a message is larger than the limit");
  SCOREWAY_RETURN_IF_ERROR(file.AppendAt(offset + kPrefixBytes, metadata_bytes, bytes));
  if (bytes->size() - begin != kPrefixBytes + metadata_bytes) return Damaged("it is cut short");
  const auto message = FlatTable::Root(std::string_view(*bytes).substr(begin + kPrefixBytes));
  const auto body_bytes = message ? message->Get<int64_t>(arrow::message::kBodyLength, 0) : std::nullopt;
  if (!body_bytes || *body_bytes < 0) return Damaged("the metadata of a message is no flatbuffer");
  if (*body_bytes > kBodyBytesMax) {
    return Error{Code::kResourceExhausted, "a record batch is larger than the limit of 4 GiB", "the Arrow stream"};
  }
  const uint64_t body_begin = offset + kPrefixBytes + metadata_bytes;
  if (body_begin > file.size() || static_cast<uint64_t>(*body_bytes) > file.size() - body_begin) {
    return Damaged("it is cut short");
  }
  return file.AppendAt(body_begin, static_cast<size_t>(*body_bytes), bytes);
}

class ArrowPartRows final : public RowStream {
 public:
  ArrowPartRows(std::string_view stream, std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent)
      : rows_(schema),
        reader_(stream, std::move(schema),
                ArrowReadOptions{.may_be_absent = std::move(may_be_absent), .unpacked_bytes_max = kBodyBytesMax}),
        slices_(&rows_) {}

  Result<bool> Next(Batch* batch, size_t rows_max) override {
    if (!decoded_) {
      SCOREWAY_RETURN_IF_ERROR(reader_.Next(&rows_));
      decoded_ = true;
    }
    return slices_.Next(batch, rows_max);
  }

 private:
  Batch rows_;
  ArrowReader reader_;
  BatchRows slices_;
  bool decoded_ = false;
};

class ArrowTable final : public TableReader {
 public:
  ArrowTable(std::shared_ptr<const FileBytes> file, uint64_t first_offset, std::string schema_message,
             std::vector<TableColumn> columns)
      : file_(std::move(file)),
        first_offset_(first_offset),
        schema_message_(std::move(schema_message)),
        columns_(std::move(columns)) {}

  const std::vector<TableColumn>& columns() const override { return columns_; }
  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    schema_ = std::move(schema);
    may_be_absent_ = std::move(may_be_absent);
    return ArrowReader(schema_message_, schema_, ArrowReadOptions{.may_be_absent = may_be_absent_}).Open();
  }

  TablePosition first() const override { return {.offset = first_offset_, .lines = 0, .rows = 0}; }
  Result<bool> Cut(const TablePosition& begin, TablePart* part) override {
    part->begin = part->end = begin;
    part->rows = nullptr;
    part->bytes = schema_message_;
    SCOREWAY_RETURN_IF_ERROR(AppendMessage(*file_, begin.offset, &part->bytes));
    part->end.offset += part->bytes.size() - schema_message_.size();
    return part->end.offset > begin.offset;
  }
  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    return std::make_unique<ArrowPartRows>(part.bytes, schema_, may_be_absent_);
  }
  double FractionBefore(const TablePosition& position) const override {
    return static_cast<double>(position.offset) / static_cast<double>(std::max<uint64_t>(file_->size(), 1));
  }

 private:
  std::shared_ptr<const FileBytes> file_;
  const uint64_t first_offset_;
  const std::string schema_message_;
  const std::vector<TableColumn> columns_;
  std::shared_ptr<const Schema> schema_;
  std::vector<bool> may_be_absent_;
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenArrowTable(std::shared_ptr<const FileBytes> file) {
  std::string magic;
  SCOREWAY_RETURN_IF_ERROR(file->AppendAt(0, kArrowFileMagic.size(), &magic));
  // A file is a stream behind these bytes, with an index behind it that is not needed to read in order.
  const uint64_t begin = magic == kArrowFileMagic ? kArrowFileMagic.size() : 0;
  std::string message;
  SCOREWAY_RETURN_IF_ERROR(AppendMessage(*file, begin, &message));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Schema> no_columns, Schema::Make({}));
  ArrowReader reader(message, std::move(no_columns));
  SCOREWAY_RETURN_IF_ERROR(reader.Open());
  std::vector<TableColumn> columns;
  for (const auto& [field, fault] : reader.stream_columns()) {
    columns.push_back({.name = field.name, .type = field.type, .is_readable = fault.empty(), .fault = fault});
  }
  const uint64_t first = begin + message.size();
  return std::unique_ptr<TableReader>(new ArrowTable(std::move(file), first, std::move(message), std::move(columns)));
}

}  // namespace scoreway
