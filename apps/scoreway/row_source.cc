#include "row_source.h"

namespace scoreway {

RowFormat FormatOf(RowFormat asked, std::string_view path, RowFormat otherwise) {
  if (asked != RowFormat::kAuto) return asked;
  if (path.ends_with(".csv")) return RowFormat::kCsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return RowFormat::kJsonLines;
  return otherwise;
}

RowSource::RowSource(ByteSource* bytes, const std::shared_ptr<const Schema>& schema, RowFormat format,
                     const RowSourceOptions& options) {
  if (format == RowFormat::kCsv) {
    CsvReadOptions csv;
    csv.delimiter = options.delimiter;
    csv.bind_by_position = options.bind_by_position;
    csv.may_be_absent = options.may_be_absent;
    csv_ = std::make_unique<CsvReader>(bytes, schema, std::move(csv));
  } else {
    JsonReadOptions json;
    json.may_be_absent = options.may_be_absent;
    json_ = std::make_unique<JsonLinesReader>(bytes, schema, std::move(json));
  }
}

}  // namespace scoreway
