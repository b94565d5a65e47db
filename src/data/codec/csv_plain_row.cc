#include "data/codec/csv_plain_row.h"

#include "base/plain_number.h"
#include "base/utf8.h"

namespace scoreway {

CsvPlainRow::CsvPlainRow(const Schema& schema, std::span<const std::optional<size_t>> cell_of_column, size_t cells,
                         char delimiter)
    : delimiter_(delimiter), cells_(cells), values_(cells) {
  for (size_t i = 0; i < cell_of_column.size(); ++i) {
    const Type type = schema.field(i).type;
    is_possible_ = is_possible_ && type != Type::kBool && type != Type::kList;
    if (cell_of_column[i]) {
      cells_[*cell_of_column[i]] = {.type = type, .column = i, .is_wanted = true};
    } else {
      absent_columns_.push_back(i);
    }
  }
  // An empty line is a row of one cell that is missing, or no row.
  is_possible_ = is_possible_ && cells > 1;
}

bool CsvPlainRow::Read(std::string_view row) {
  if (!is_possible_) return false;
  const char* p = row.data();
  const char* const last = row.data() + row.size() - 1;  // the LF
  for (size_t i = 0; i < cells_.size(); ++i) {
    const Cell& cell = cells_[i];
    Value& value = values_[i];
    const bool is_last = i + 1 == cells_.size();
    value.is_missing = *p == delimiter_ || *p == '\n' || (*p == '\r' && is_last);
    if (value.is_missing) {
      // Nothing to read.
    } else if (!cell.is_wanted || IsText(cell.type)) {
      const bool is_quoted = *p == '"';
      if (is_quoted) ++p;
      const char* const begin = p;
      if (is_quoted) {
        while (*p != '"' && *p != '\n') ++p;
      } else {
        while (*p != delimiter_ && *p != '\n' && *p != '\r') ++p;
      }
      value.text = std::string_view(begin, static_cast<size_t>(p - begin));
      // A line that ends within quotes is no row, and a doubled quote no plain one.
      if (is_quoted && *p++ == '\n') return false;
      if (cell.is_wanted && !IsUtf8(value.text)) return false;
    } else {
      PlainNumber number;
      if (!ReadPlainNumber(p, &number) || !number.is_exact()) return false;
      if (cell.type == Type::kInt64) {
        if (number.decimal_count > 0) return false;
        value.integer = static_cast<int64_t>(number.digits);
        if (number.negative) value.integer = -value.integer;
      } else {
        value.number = number.value();
      }
      p = number.end;
    }
    if (*p != (is_last ? '\n' : delimiter_)) {
      // A CRLF ends a row as well.
      return is_last && *p == '\r' && p + 1 == last;
    }
    ++p;
  }
  return p == last + 1;
}

void CsvPlainRow::AppendTo(Batch* batch) const {
  for (const size_t i : absent_columns_) batch->column(i).AppendNull();
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (!cells_[i].is_wanted) continue;
    Column& column = batch->column(cells_[i].column);
    const Value& value = values_[i];
    if (value.is_missing) {
      column.AppendNull();
      continue;
    }
    switch (cells_[i].type) {
      case Type::kFloat64: column.AppendFloat64(value.number); break;
      case Type::kFloat32: column.AppendFloat32(static_cast<float>(value.number)); break;
      case Type::kInt64: column.AppendInt64(value.integer); break;
      default: column.AppendString(value.text); break;
    }
  }
}

}  // namespace scoreway
