#include "tables/json_lines_table.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "data/codec/json_lines_reader.h"
#include "tables/text_cutter.h"

namespace scoreway {
namespace {

constexpr size_t kLineBytesMax = size_t{64} << 20;

class JsonPartRows final : public RowStream {
 public:
  JsonPartRows(std::string_view rows, std::shared_ptr<const Schema> schema, JsonReadOptions options)
      : source_(rows), reader_(&source_, std::move(schema), std::move(options)) {}

  Result<bool> Next(Batch* batch, size_t rows_max) override {
    Result<bool> any = reader_.Next(batch, rows_max);
    can_go_on_ = any.ok() || any.code() == Code::kInvalidArgument;
    return any;
  }
  bool can_go_on() const override { return can_go_on_; }
  uint64_t line() const override { return reader_.line(); }

 private:
  TextSource source_;
  JsonLinesReader reader_;
  bool can_go_on_ = true;
};

class JsonLinesTable final : public TableReader {
 public:
  JsonLinesTable(std::shared_ptr<const FileBytes> file, const TableReadOptions& options,
                 std::vector<TableColumn> columns)
      : file_(file),
        columns_(std::move(columns)),
        cutter_(std::move(file), {.part_bytes = options.part_bytes, .record_bytes_max = kLineBytesMax}) {}

  const std::vector<TableColumn>& columns() const override { return columns_; }
  // The rows of JSON lines bind one by one.
  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    schema_ = std::move(schema);
    may_be_absent_ = std::move(may_be_absent);
    return {};
  }
  Result<bool> Cut(const TablePosition& begin, TablePart* part) override { return cutter_.Cut(begin, part); }
  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    JsonReadOptions options;
    options.may_be_absent = may_be_absent_;
    options.ignores_unknown_columns = true;
    options.lines_before = part.begin.lines;
    return std::make_unique<JsonPartRows>(part.bytes, schema_, std::move(options));
  }
  double FractionBefore(const TablePosition& position) const override {
    return static_cast<double>(position.offset) / static_cast<double>(std::max<uint64_t>(file_->size(), 1));
  }

 private:
  std::shared_ptr<const FileBytes> file_;
  const std::vector<TableColumn> columns_;
  const TextCutter cutter_;
  std::shared_ptr<const Schema> schema_;
  std::vector<bool> may_be_absent_;
};

Type TypeOf(simdjson::dom::element_type type) {
  switch (type) {
    case simdjson::dom::element_type::BOOL: return Type::kBool;
    case simdjson::dom::element_type::INT64:
    case simdjson::dom::element_type::UINT64: return Type::kInt64;
    case simdjson::dom::element_type::DOUBLE: return Type::kFloat64;
    case simdjson::dom::element_type::ARRAY: return Type::kList;
    default: return Type::kString;
  }
}

// The members of the first row; none if it is no object. What is wrong with it is said when it is read as a row.
std::vector<TableColumn> ColumnsOf(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  simdjson::dom::parser parser;
  simdjson::dom::object row;
  const simdjson::padded_string line(text.substr(begin, text.find('\n', begin) - begin));
  if (parser.parse(line).get(row) != simdjson::SUCCESS) return {};
  std::vector<TableColumn> columns;
  for (const auto& [name, value] : row) columns.push_back({.name = std::string(name), .type = TypeOf(value.type())});
  return columns;
}

}  // namespace

Result<std::unique_ptr<TableReader>> OpenJsonLinesTable(std::shared_ptr<const FileBytes> file,
                                                        const TableReadOptions& options) {
  std::string first;
  SCOREWAY_RETURN_IF_ERROR(file->AppendAt(0, size_t{1} << 20, &first));
  return std::unique_ptr<TableReader>(new JsonLinesTable(std::move(file), options, ColumnsOf(first)));
}

}  // namespace scoreway
