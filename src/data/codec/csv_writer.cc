#include "data/codec/csv_writer.h"

#include <cmath>

#include "base/number_text.h"

namespace scoreway {
namespace {

void AppendText(std::string_view text, char delimiter, std::string* out) {
  const char special[] = {delimiter, '"', '\n', '\r'};
  if (text.empty()) {
    out->append("\"\"");
  } else if (text.find_first_of(std::string_view(special, sizeof(special))) == std::string_view::npos) {
    out->append(text);
  } else {
    out->push_back('"');
    for (char c : text) {
      if (c == '"') out->push_back('"');
      out->push_back(c);
    }
    out->push_back('"');
  }
}

void AppendCell(const Column& column, size_t row, char delimiter, std::string* out) {
  if (!column.valid(row)) return;
  switch (column.type()) {
    case Type::kFloat32:
      if (const float value = column.float32s()[row]; !std::isnan(value)) AppendFloat(value, out);
      break;
    case Type::kFloat64:
      if (const double value = column.float64s()[row]; !std::isnan(value)) AppendDouble(value, out);
      break;
    case Type::kInt64: AppendInt64(column.int64s()[row], out); break;
    case Type::kBool: out->append(column.bools()[row] != 0 ? "True" : "False"); break;
    case Type::kString:
    case Type::kList: AppendText(column.string_at(row), delimiter, out); break;
  }
}

// Calls append(column index) for each column, with delimiters between and the end of the line.
template <typename AppendOne>
void AppendLine(size_t column_count, const CsvWriteOptions& options, std::string* out, const AppendOne& append) {
  const size_t count = options.columns.empty() ? column_count : options.columns.size();
  const size_t begin = out->size();
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) out->push_back(options.delimiter);
    append(options.columns.empty() ? i : options.columns[i]);
  }
  if (out->size() == begin) out->append("\"\"");
  out->push_back('\n');
}

}  // namespace

void AppendCsvHeader(const Schema& schema, const CsvWriteOptions& options, std::string* out) {
  AppendLine(schema.size(), options, out,
             [&](size_t column) { AppendText(schema.field(column).name, options.delimiter, out); });
}

void AppendCsvRows(const Batch& batch, const CsvWriteOptions& options, std::string* out) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    AppendLine(batch.column_count(), options, out,
               [&](size_t column) { AppendCell(batch.column(column), row, options.delimiter, out); });
  }
}

}  // namespace scoreway
