#include "databases/postgres/copy_text.h"

#include "base/number_text.h"

namespace scoreway::postgres {
namespace {

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '\\': *out += "\\\\"; break;
      case '\t': *out += "\\t"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      default: out->push_back(c);
    }
  }
}

void AppendCell(const Column& column, size_t row, std::string* out) {
  if (!column.valid(row)) {
    *out += "\\N";
    return;
  }
  switch (column.type()) {
    case Type::kFloat32: AppendFloat(column.float32s()[row], out); return;
    case Type::kFloat64: AppendDouble(column.float64s()[row], out); return;
    case Type::kInt64: AppendInt64(column.int64s()[row], out); return;
    case Type::kBool: *out += column.bools()[row] != 0 ? 't' : 'f'; return;
    case Type::kString:
    case Type::kList: AppendEscaped(column.string_at(row), out); return;
  }
}

}  // namespace

void AppendCopyText(const Batch& batch, std::string* out) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    for (size_t i = 0; i < batch.column_count(); ++i) {
      if (i > 0) out->push_back('\t');
      AppendCell(batch.column(i), row, out);
    }
    out->push_back('\n');
  }
}

}  // namespace scoreway::postgres
