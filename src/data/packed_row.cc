#include "data/packed_row.h"

#include <algorithm>

#include "base/write_number.h"

namespace scoreway {
namespace {

// What the cell takes at most.
size_t BytesMaxOf(const Column& column, size_t row) {
  return IsText(column.type()) ? sizeof(uint32_t) + column.string_at(row).size() : sizeof(uint64_t);
}

void WriteCell(const Column& column, size_t row, char** at) {
  switch (column.type()) {
    case Type::kFloat32: return WriteNumber(column.float32s()[row], at);
    case Type::kFloat64: return WriteNumber(column.float64s()[row], at);
    case Type::kInt64: return WriteNumber(column.int64s()[row], at);
    case Type::kBool: return WriteNumber(column.bools()[row], at);
    case Type::kString:
    case Type::kList: {
      const std::string_view text = column.string_at(row);
      WriteNumber(static_cast<uint32_t>(text.size()), at);
      *at = std::copy(text.begin(), text.end(), *at);
      return;
    }
  }
}

// The string grows once for all cells: rows are packed while their caller waits.
template <typename ColumnAt>
void AppendCells(size_t count, size_t row, ColumnAt column_at, std::string* out) {
  size_t bytes_max = sizeof(uint16_t) + (count + 7) / 8;
  for (size_t i = 0; i < count; ++i) bytes_max += BytesMaxOf(column_at(i), row);
  const size_t begin = out->size();
  out->resize(begin + bytes_max);
  char* at = out->data() + begin;
  WriteNumber(static_cast<uint16_t>(count), &at);
  char* const bits = at;
  at += (count + 7) / 8;
  for (size_t i = 0; i < count; ++i) {
    const Column& column = column_at(i);
    if (!column.valid(row)) continue;
    bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
    WriteCell(column, row, &at);
  }
  out->resize(static_cast<size_t>(at - out->data()));
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

Status ReadCell(ByteReader* reader, Column* column) {
  std::string_view bytes;
  switch (column->type()) {
    case Type::kFloat32: {
      SCOREWAY_RETURN_IF_ERROR(reader->ReadView(sizeof(float), &bytes));
      column->AppendFloat32(LoadAt<float>(bytes, 0));
      return {};
    }
    case Type::kFloat64: {
      SCOREWAY_RETURN_IF_ERROR(reader->ReadView(sizeof(double), &bytes));
      column->AppendFloat64(LoadAt<double>(bytes, 0));
      return {};
    }
    case Type::kInt64: {
      SCOREWAY_RETURN_IF_ERROR(reader->ReadView(sizeof(int64_t), &bytes));
      column->AppendInt64(LoadAt<int64_t>(bytes, 0));
      return {};
    }
    case Type::kBool: {
      SCOREWAY_RETURN_IF_ERROR(reader->ReadView(sizeof(uint8_t), &bytes));
      column->AppendBool(bytes[0] != 0);
      return {};
    }
    case Type::kString:
    case Type::kList: break;
  }
  uint32_t length = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&length));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(length, &bytes));
  column->AppendString(bytes);
  return {};
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

Status ReadPackedRow(ByteReader* reader, Batch* batch) {
  uint16_t cell_count = 0;
  std::string_view bits;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&cell_count));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView((cell_count + 7) / 8, &bits));
  for (size_t i = 0; i < batch->column_count(); ++i) {
    Column& column = batch->column(i);
    if (i < cell_count && ((bits[i / 8] >> (i % 8)) & 1) != 0) {
      SCOREWAY_RETURN_IF_ERROR(ReadCell(reader, &column));
    } else {
      column.AppendNull();
    }
  }
  return {};
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
