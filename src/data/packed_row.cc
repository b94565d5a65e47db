#include "data/packed_row.h"

#include <algorithm>

namespace scoreway {
namespace {

template <typename T>
void Append(T value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof value);
}

void AppendCell(const Column& column, size_t row, std::string* out) {
  switch (column.type()) {
    case Type::kFloat32: return Append(column.float32s()[row], out);
    case Type::kFloat64: return Append(column.float64s()[row], out);
    case Type::kInt64: return Append(column.int64s()[row], out);
    case Type::kBool: return Append(column.bools()[row], out);
    case Type::kString:
    case Type::kList: {
      const std::string_view text = column.string_at(row);
      Append(static_cast<uint32_t>(text.size()), out);
      out->append(text);
      return;
    }
  }
}

template <typename ColumnAt>
void AppendCells(size_t count, size_t row, ColumnAt column_at, std::string* out) {
  Append(static_cast<uint16_t>(count), out);
  const size_t bits_begin = out->size();
  out->append((count + 7) / 8, '\0');
  for (size_t i = 0; i < count; ++i) {
    const Column& column = column_at(i);
    if (!column.valid(row)) continue;
    char& bits = (*out)[bits_begin + i / 8];
    bits = static_cast<char>(bits | (1 << (i % 8)));
    AppendCell(column, row, out);
  }
}

// Passes over a cell.
Status SkipCell(Type type, ByteReader* reader) {
  std::string_view bytes;
  switch (type) {
    case Type::kFloat32: return reader->ReadView(4, &bytes);
    case Type::kFloat64:
    case Type::kInt64: return reader->ReadView(8, &bytes);
    case Type::kBool: return reader->ReadView(1, &bytes);
    case Type::kString:
    case Type::kList: break;
  }
  uint32_t length = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&length));
  return reader->ReadView(length, &bytes);
}

double LoadNumber(std::string_view bytes, size_t at, Type type) {
  switch (type) {
    case Type::kFloat32: return LoadAt<float>(bytes, at);
    case Type::kFloat64: return LoadAt<double>(bytes, at);
    case Type::kInt64: return static_cast<double>(LoadAt<int64_t>(bytes, at));
    default: return LoadAt<uint8_t>(bytes, at) != 0 ? 1 : 0;
  }
}

}  // namespace

void AppendPackedRow(const Batch& batch, std::span<const size_t> columns, size_t row, std::string* out) {
  AppendCells(
      columns.size(), row, [&](size_t i) -> const Column& { return batch.column(columns[i]); }, out);
}

void AppendPackedRow(const Batch& batch, size_t row, std::string* out) {
  AppendCells(
      batch.column_count(), row, [&](size_t i) -> const Column& { return batch.column(i); }, out);
}

Status PackedRow::Parse(ByteReader* reader, std::string_view bytes, std::span<const Field> columns) {
  bytes_ = bytes;
  columns_ = columns;
  begins_.assign(columns.size(), 0);
  uint16_t cell_count = 0;
  std::string_view bits;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&cell_count));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView((cell_count + 7) / 8, &bits));
  // A program that knows fewer columns than the writer did reads those that it knows.
  for (size_t i = 0; i < std::min<size_t>(cell_count, columns.size()); ++i) {
    if (((bits[i / 8] >> (i % 8)) & 1) == 0) continue;
    begins_[i] = reader->offset();
    SCOREWAY_RETURN_IF_ERROR(SkipCell(columns[i].type, reader));
  }
  return {};
}

void PackedRow::AppendTo(size_t cell, Column* column) const {
  const size_t begin = begins_[cell];
  if (begin == 0) return column->AppendNull();
  const Type type = columns_[cell].type;
  if (IsText(type)) {
    column->AppendString(bytes_.substr(begin + sizeof(uint32_t), LoadAt<uint32_t>(bytes_, begin)));
  } else if (type == Type::kInt64 && column->type() == Type::kInt64) {
    column->AppendInt64(LoadAt<int64_t>(bytes_, begin));  // not by way of a float64, which may not hold it
  } else {
    column->AppendNumber(LoadNumber(bytes_, begin, type));
  }
}

bool CanTakeCell(Type column, Type cell) { return IsText(column) || IsText(cell) ? column == cell : true; }

}  // namespace scoreway
