#include "data/parquet/file_writer.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "data/parquet/file_metadata.h"
#include "data/parquet/page.h"
#include "data/parquet/thrift_writer.h"
#include "data/parquet/unpack.h"

namespace scoreway::parquet {
namespace {

using ThriftType = ThriftReader::Type;

constexpr int32_t kPlain = 0, kRle = 3;  // Encoding
constexpr int32_t kOptional = 1;         // FieldRepetitionType
constexpr int32_t kUtf8 = 0;             // ConvertedType
constexpr int16_t kStringType = 1;       // of the union LogicalType
constexpr std::string_view kCreatedBy = "scoreway";

PhysicalType PhysicalTypeOf(Type type) {
  switch (type) {
    case Type::kFloat32: return PhysicalType::kFloat;
    case Type::kFloat64: return PhysicalType::kDouble;
    case Type::kInt64: return PhysicalType::kInt64;
    case Type::kBool: return PhysicalType::kBoolean;
    case Type::kString:
    case Type::kList: break;
  }
  return PhysicalType::kByteArray;
}

// Appends the values of the valid rows as they lie in memory.
template <typename T>
void AppendValues(std::span<const T> values, const Column& column, std::string* out) {
  if (column.null_count() == 0) {
    out->append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return;
  }
  for (size_t row = 0; row < values.size(); ++row) {
    if (column.valid(row)) ByteWriter(out).Write(values[row]);
  }
}

void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

// Definition levels, with their length before them: one run where all are the same, packed bits where they are not.
void AppendLevels(const std::vector<bool>& valid, size_t null_count, std::string* out) {
  std::string runs;
  if (null_count == 0 || null_count == valid.size()) {
    AppendVarint(uint64_t{valid.size()} << 1, &runs);
    runs.push_back(null_count == 0 ? '\1' : '\0');
  } else {
    const size_t groups = (valid.size() + 7) / 8;
    AppendVarint(uint64_t{groups} << 1 | 1, &runs);
    const size_t begin = runs.size();
    runs.append(groups, '\0');
    for (size_t i = 0; i < valid.size(); ++i) {
      if (valid[i]) runs[begin + i / 8] |= static_cast<char>(1 << (i % 8));
    }
  }
  ByteWriter(out).Write(static_cast<uint32_t>(runs.size()));
  out->append(runs);
}

void AppendPageHeader(size_t unpacked_bytes, size_t bytes, size_t rows, std::string* out) {
  ThriftWriter thrift(out);
  thrift.BeginStruct();
  thrift.Int32(1, static_cast<int32_t>(PageType::kData));
  thrift.Int32(2, static_cast<int32_t>(unpacked_bytes));
  thrift.Int32(3, static_cast<int32_t>(bytes));
  thrift.BeginStructField(5);
  thrift.Int32(1, static_cast<int32_t>(rows));
  thrift.Int32(2, kPlain);
  thrift.Int32(3, kRle);
  thrift.Int32(4, kRle);
  thrift.EndStruct();
  thrift.EndStruct();
}

void AppendSchema(const Schema& schema, ThriftWriter& thrift) {
  thrift.BeginListField(2, ThriftType::kStruct, schema.size() + 1);
  thrift.BeginStruct();
  thrift.Binary(4, "schema");
  thrift.Int32(5, static_cast<int32_t>(schema.size()));
  thrift.EndStruct();
  for (const Field& field : schema.fields()) {
    thrift.BeginStruct();
    thrift.Int32(1, static_cast<int32_t>(PhysicalTypeOf(field.type)));
    thrift.Int32(3, kOptional);
    thrift.Binary(4, field.name);
    if (IsText(field.type)) {
      thrift.Int32(6, kUtf8);
      thrift.BeginStructField(10);
      thrift.BeginStructField(kStringType);
      thrift.EndStruct();
      thrift.EndStruct();
    }
    thrift.EndStruct();
  }
}

void AppendRowGroup(const Schema& schema, const WrittenRowGroup& group, ThriftWriter& thrift) {
  thrift.BeginStruct();
  thrift.BeginListField(1, ThriftType::kStruct, group.chunks.size());
  uint64_t offset = group.offset, unpacked_bytes = 0;
  for (size_t i = 0; i < group.chunks.size(); ++i) {
    const WrittenChunk& chunk = group.chunks[i];
    thrift.BeginStruct();
    thrift.Int64(2, static_cast<int64_t>(offset));
    thrift.BeginStructField(3);
    thrift.Int32(1, static_cast<int32_t>(PhysicalTypeOf(schema.field(i).type)));
    thrift.BeginListField(2, ThriftType::kI32, 2);
    thrift.Item(kPlain);
    thrift.Item(kRle);
    thrift.BeginListField(3, ThriftType::kBinary, 1);
    thrift.Item(schema.field(i).name);
    thrift.Int32(4, static_cast<int32_t>(Codec::kSnappy));
    thrift.Int64(5, static_cast<int64_t>(group.rows));
    thrift.Int64(6, static_cast<int64_t>(chunk.unpacked_bytes));
    thrift.Int64(7, static_cast<int64_t>(chunk.bytes));
    thrift.Int64(9, static_cast<int64_t>(offset));
    thrift.EndStruct();
    thrift.EndStruct();
    offset += chunk.bytes;
    unpacked_bytes += chunk.unpacked_bytes;
  }
  thrift.Int64(2, static_cast<int64_t>(unpacked_bytes));
  thrift.Int64(3, static_cast<int64_t>(group.rows));
  thrift.EndStruct();
}

}  // namespace

RowGroupEncoder::RowGroupEncoder(std::shared_ptr<const Schema> schema)
    : schema_(std::move(schema)), columns_(schema_->size()) {}

void RowGroupEncoder::Append(const Batch& batch) {
  rows_ += batch.rows();
  for (size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = batch.column(c);
    ColumnValues& values = columns_[c];
    values.null_count += column.null_count();
    for (size_t row = 0; row < column.size(); ++row) values.valid.push_back(column.valid(row));
    switch (column.type()) {
      case Type::kFloat32: AppendValues(column.float32s(), column, &values.plain); break;
      case Type::kFloat64: AppendValues(column.float64s(), column, &values.plain); break;
      case Type::kInt64: AppendValues(column.int64s(), column, &values.plain); break;
      case Type::kBool:
        for (size_t row = 0; row < column.size(); ++row) {
          if (!column.valid(row)) continue;
          values.bits = static_cast<uint8_t>(values.bits | (column.bools()[row] & 1) << values.bit_count);
          if (++values.bit_count < 8) continue;
          values.plain.push_back(static_cast<char>(std::exchange(values.bits, uint8_t{0})));
          values.bit_count = 0;
        }
        break;
      case Type::kString:
      case Type::kList:
        for (size_t row = 0; row < column.size(); ++row) {
          if (!column.valid(row)) continue;
          const std::string_view text = column.string_at(row);
          ByteWriter(&values.plain).Write(static_cast<uint32_t>(text.size()));
          values.plain.append(text);
        }
        break;
    }
  }
}

WrittenRowGroup RowGroupEncoder::Finish(std::string* out) {
  WrittenRowGroup group;
  group.rows = std::exchange(rows_, 0);
  std::string page, packed;
  for (ColumnValues& values : columns_) {
    const size_t begin = out->size();
    if (values.bit_count > 0) values.plain.push_back(static_cast<char>(values.bits));
    page.clear();
    packed.clear();
    AppendLevels(values.valid, values.null_count, &page);
    page.append(values.plain);
    AppendSnappy(page, &packed);
    AppendPageHeader(page.size(), packed.size(), group.rows, out);
    const size_t header_bytes = out->size() - begin;
    out->append(packed);
    group.chunks.push_back({.bytes = out->size() - begin, .unpacked_bytes = header_bytes + page.size()});
    values.valid.clear();
    values.null_count = 0;
    values.plain.clear();
    values.bits = 0;
    values.bit_count = 0;
  }
  return group;
}

void AppendFooter(const Schema& schema, std::span<const WrittenRowGroup> groups, std::string* out) {
  const size_t begin = out->size();
  uint64_t rows = 0;
  for (const WrittenRowGroup& group : groups) rows += group.rows;
  ThriftWriter thrift(out);
  thrift.BeginStruct();
  thrift.Int32(1, 2);  // version
  AppendSchema(schema, thrift);
  thrift.Int64(3, static_cast<int64_t>(rows));
  thrift.BeginListField(4, ThriftType::kStruct, groups.size());
  for (const WrittenRowGroup& group : groups) AppendRowGroup(schema, group, thrift);
  thrift.Binary(6, kCreatedBy);
  thrift.EndStruct();
  ByteWriter(out).Write(static_cast<uint32_t>(out->size() - begin));
  out->append(kMagicBytes);
}

}  // namespace scoreway::parquet
