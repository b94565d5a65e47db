#include "data/copy_rows.h"

namespace scoreway {

void AppendCell(const Column& from, size_t row, Column* to) {
  if (!from.valid(row)) return to->AppendNull();
  switch (from.type()) {
    case Type::kFloat32: return to->AppendFloat32(from.float32s()[row]);
    case Type::kFloat64: return to->AppendFloat64(from.float64s()[row]);
    case Type::kInt64: return to->AppendInt64(from.int64s()[row]);
    case Type::kBool: return to->AppendBool(from.bools()[row] != 0);
    case Type::kString:
    case Type::kList: return to->AppendString(from.string_at(row));
  }
}

void AppendRows(const Batch& from, size_t begin, size_t end, Batch* to) {
  for (size_t column = 0; column < from.column_count(); ++column) {
    for (size_t row = begin; row < end; ++row) AppendCell(from.column(column), row, &to->column(column));
  }
}

}  // namespace scoreway
