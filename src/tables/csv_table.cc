#include "tables/csv_table.h"

#include <algorithm>
#include <utility>

#include "data/codec/csv_reader.h"
#include "tables/text_cutter.h"

namespace scoreway {
namespace {

constexpr size_t kHeaderBytesMax = size_t{16} << 20;

// The header, then the bytes of a part.
class HeadedSource final : public ByteSource {
 public:
  HeadedSource(std::string_view header, std::string_view rows) : header_(header), rows_(rows) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t count, header_.Read(buffer, size));
    return count > 0 ? count : rows_.Read(buffer, size);
  }

 private:
  TextSource header_, rows_;
};

class CsvPartRows final : public RowStream {
 public:
  CsvPartRows(std::string_view header, std::string_view rows, std::shared_ptr<const Schema> schema,
              CsvReadOptions options)
      : source_(header, rows), reader_(&source_, std::move(schema), std::move(options)) {}

  Result<bool> Next(Batch* batch, size_t rows_max) override { return reader_.Next(batch, rows_max); }
  bool can_go_on() const override { return reader_.can_go_on(); }
  uint64_t line() const override { return reader_.line(); }

 private:
  HeadedSource source_;
  CsvReader reader_;
};

// The bytes of the header line with its end and the blank lines before it; all of the text if it does not end there.
size_t HeaderBytes(std::string_view text, char delimiter) {
  bool is_quoted = false, is_blank = true, begins_cell = true;
  for (size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_quoted) {
      // A doubled quote closes and opens again.
      if (c == '"') is_quoted = false, begins_cell = true;
      continue;
    }
    if (c == '\n' || c == '\r') {
      const bool is_pair = c == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
      if (!is_blank) return i + (is_pair ? 2 : 1);
      continue;
    }
    is_quoted = c == '"' && begins_cell;
    is_blank = false;
    begins_cell = c == delimiter;
  }
  return text.size();
}

class CsvTable final : public TableReader {
 public:
  CsvTable(std::shared_ptr<const FileBytes> file, const TableReadOptions& options, std::string header, char record_end,
           std::vector<TableColumn> columns)
      : file_(file),
        delimiter_(options.delimiter),
        header_(std::move(header)),
        columns_(std::move(columns)),
        cutter_(std::move(file), {.record_end = record_end,
                                  .has_quotes = true,
                                  .delimiter = options.delimiter,
                                  .part_bytes = options.part_bytes}) {}

  const std::vector<TableColumn>& columns() const override { return columns_; }

  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    schema_ = std::move(schema);
    may_be_absent_ = std::move(may_be_absent);
    TextSource source(header_);
    return CsvReader(&source, schema_, ReadOptions(0)).Open();
  }

  TablePosition first() const override { return {.offset = header_.size(), .lines = 0, .rows = 0}; }
  Result<bool> Cut(const TablePosition& begin, TablePart* part) override { return cutter_.Cut(begin, part); }
  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    return std::make_unique<CsvPartRows>(header_, part.bytes, schema_, ReadOptions(part.begin.lines));
  }
  double FractionBefore(const TablePosition& position) const override {
    return static_cast<double>(position.offset) / static_cast<double>(std::max<uint64_t>(file_->size(), 1));
  }

 private:
  CsvReadOptions ReadOptions(uint64_t lines_between) const {
    CsvReadOptions options;
    options.delimiter = delimiter_;
    options.may_be_absent = may_be_absent_;
    options.lines_between = lines_between;
    return options;
  }

  std::shared_ptr<const FileBytes> file_;
  const char delimiter_;
  const std::string header_;
  const std::vector<TableColumn> columns_;
  const TextCutter cutter_;
  std::shared_ptr<const Schema> schema_;
  std::vector<bool> may_be_absent_;
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenCsvTable(std::shared_ptr<const FileBytes> file,
                                                  const TableReadOptions& options) {
  std::string header;
  for (size_t wanted = size_t{64} << 10;; wanted *= 2) {
    header.clear();
    SCOREWAY_RETURN_IF_ERROR(file->AppendAt(0, wanted, &header));
    const size_t bytes = HeaderBytes(header, options.delimiter);
    // One byte more than the header tells a CR from a CRLF.
    if (bytes < header.size() || header.size() < wanted) {
      header.resize(bytes);
      break;
    }
    if (wanted > kHeaderBytesMax) {
      return Error{Code::kResourceExhausted, "the header is longer than " + std::to_string(kHeaderBytesMax) + " bytes",
                   "line 1"};
    }
  }
  TextSource source(header);
  CsvRecords records(&source, options.delimiter, {});
  SCOREWAY_ASSIGN_OR_RETURN(const bool any, records.Next());
  if (!any) return Error{Code::kInvalidArgument, "the CSV is empty: it has no header line", {}};
  std::vector<TableColumn> columns;
  for (const CsvCell& cell : records.cells()) columns.push_back({.name = std::string(cell.text)});
  const char record_end = header.ends_with('\r') ? '\r' : '\n';
  return std::unique_ptr<TableReader>(
      new CsvTable(std::move(file), options, std::move(header), record_end, std::move(columns)));
}

}  // namespace scoreway
