#include "data/codec/arrow_writer.h"

#include <flatbuffers/flatbuffers.h>

#include <limits>
#include <vector>

#include "base/bytes.h"
#include "data/codec/arrow_format.h"

namespace scoreway {
namespace {

namespace fb = flatbuffers;
using Builder = fb::FlatBufferBuilder;
using TableOffset = fb::Offset<fb::Table>;

constexpr size_t kBufferAlignment = 64;  // what Arrow recommends

fb::voffset_t Slot(int field) { return fb::FieldIndexToOffset(static_cast<fb::voffset_t>(field)); }

void AppendMessage(Builder& builder, arrow::MessageKind kind, TableOffset header, int64_t body_bytes,
                   std::string* out) {
  const auto start = builder.StartTable();
  builder.AddElement<int64_t>(Slot(arrow::message::kBodyLength), body_bytes, 0);
  builder.AddOffset(Slot(arrow::message::kHeader), header);
  builder.AddElement<int16_t>(Slot(arrow::message::kVersion), arrow::kVersion5, 0);
  builder.AddElement<uint8_t>(Slot(arrow::message::kHeaderKind), static_cast<uint8_t>(kind), 0);
  builder.Finish(TableOffset(builder.EndTable(start)));

  const size_t padded = (builder.GetSize() + 7) / 8 * 8;
  ByteWriter(out).Write(arrow::kContinuation);
  ByteWriter(out).Write(static_cast<int32_t>(padded));
  out->append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  out->append(padded - builder.GetSize(), '\0');
}

struct TypeTable {
  arrow::TypeKind kind;
  TableOffset table;
};

TypeTable BuildType(Builder& builder, Type type) {
  const auto start = builder.StartTable();
  const auto end = [&](arrow::TypeKind kind) { return TypeTable{kind, TableOffset(builder.EndTable(start))}; };
  switch (type) {
    case Type::kFloat32:
    case Type::kFloat64: {
      const auto precision = type == Type::kFloat32 ? arrow::FloatPrecision::kSingle : arrow::FloatPrecision::kDouble;
      builder.AddElement<int16_t>(Slot(arrow::float_type::kPrecision), static_cast<int16_t>(precision), 0);
      return end(arrow::TypeKind::kFloatingPoint);
    }
    case Type::kInt64:
      builder.AddElement<int32_t>(Slot(arrow::int_type::kBitWidth), 64, 0);
      builder.AddElement<uint8_t>(Slot(arrow::int_type::kIsSigned), 1, 0);
      return end(arrow::TypeKind::kInt);
    case Type::kBool: return end(arrow::TypeKind::kBool);
    case Type::kString:
    case Type::kList: break;
  }
  return end(arrow::TypeKind::kUtf8);
}

TableOffset BuildField(Builder& builder, const Field& field) {
  const auto name = builder.CreateString(field.name);
  const TypeTable type = BuildType(builder, field.type);
  const auto start = builder.StartTable();
  builder.AddOffset(Slot(arrow::field::kName), name);
  builder.AddOffset(Slot(arrow::field::kType), type.table);
  builder.AddElement<uint8_t>(Slot(arrow::field::kTypeKind), static_cast<uint8_t>(type.kind), 0);
  builder.AddElement<uint8_t>(Slot(arrow::field::kNullable), 1, 0);
  return TableOffset(builder.EndTable(start));
}

TableOffset BuildSchema(Builder& builder, const Schema& schema, std::span<const size_t> columns) {
  std::vector<TableOffset> fields;
  const size_t count = columns.empty() ? schema.size() : columns.size();
  for (size_t i = 0; i < count; ++i) {
    fields.push_back(BuildField(builder, schema.field(columns.empty() ? i : columns[i])));
  }
  const auto vector = builder.CreateVector(fields);
  const auto start = builder.StartTable();
  builder.AddOffset(Slot(arrow::schema::kFields), vector);
  return TableOffset(builder.EndTable(start));
}

// The buffers of a batch, one after the other, each on its alignment.
class Body {
 public:
  explicit Body(std::string* out) : out_(out), start_(out->size()) {}

  void Begin() { begin_ = out_->size(); }
  void End() {
    spans_.push_back({static_cast<int64_t>(begin_ - start_), static_cast<int64_t>(out_->size() - begin_)});
    out_->append((kBufferAlignment - (out_->size() - start_) % kBufferAlignment) % kBufferAlignment, '\0');
  }
  template <typename T>
  void Add(std::span<const T> values) {
    Begin();
    out_->append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    End();
  }
  template <typename IsSet>
  void AddBits(size_t count, const IsSet& is_set) {
    Begin();
    const size_t at = out_->size();
    out_->append((count + 7) / 8, '\0');
    for (size_t i = 0; i < count; ++i) {
      if (is_set(i)) (*out_)[at + i / 8] |= static_cast<char>(1 << (i % 8));
    }
    End();
  }
  void AddNothing() {
    Begin();
    End();
  }

  std::string* out() { return out_; }
  const std::vector<arrow::BufferSpan>& spans() const { return spans_; }
  size_t size() const { return out_->size() - start_; }

 private:
  std::string* out_;
  size_t start_;
  size_t begin_ = 0;
  std::vector<arrow::BufferSpan> spans_;
};

Status AddTexts(const Column& column, Body& body) {
  int64_t bytes = 0;
  body.Begin();
  ByteWriter(body.out()).Write(int32_t{0});
  for (size_t r = 0; r < column.size(); ++r) {
    bytes += static_cast<int64_t>(column.string_at(r).size());
    if (bytes > std::numeric_limits<int32_t>::max()) {
      return Status(Code::kResourceExhausted, "the texts of a column take more than 2 GiB");
    }
    ByteWriter(body.out()).Write(static_cast<int32_t>(bytes));
  }
  body.End();
  body.Begin();
  for (size_t r = 0; r < column.size(); ++r) body.out()->append(column.string_at(r));
  body.End();
  return {};
}

Status AddColumn(const Column& column, Body& body) {
  if (column.null_count() == 0) {
    body.AddNothing();
  } else {
    body.AddBits(column.size(), [&](size_t r) { return column.valid(r); });
  }
  switch (column.type()) {
    case Type::kFloat32: body.Add(column.float32s()); return {};
    case Type::kFloat64: body.Add(column.float64s()); return {};
    case Type::kInt64: body.Add(column.int64s()); return {};
    case Type::kBool: body.AddBits(column.size(), [&](size_t r) { return column.bools()[r] != 0; }); return {};
    case Type::kString:
    case Type::kList: break;
  }
  return AddTexts(column, body);
}

}  // namespace

void AppendArrowSchema(const Schema& schema, std::string* out, std::span<const size_t> columns) {
  Builder builder;
  AppendMessage(builder, arrow::MessageKind::kSchema, BuildSchema(builder, schema, columns), 0, out);
}

Status AppendArrowBatch(const Batch& batch, std::string* out, std::span<const size_t> columns, int64_t* body_bytes) {
  std::string bytes;
  Body body(&bytes);
  std::vector<arrow::FieldNode> nodes;
  const size_t count = columns.empty() ? batch.column_count() : columns.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t c = columns.empty() ? i : columns[i];
    const Column& column = batch.column(c);
    nodes.push_back({static_cast<int64_t>(column.size()), static_cast<int64_t>(column.null_count())});
    if (Status status = AddColumn(column, body); !status.ok()) {
      return AtPlace("column '" + batch.schema().field(c).name + "'", std::move(status).error());
    }
  }
  Builder builder;
  const auto node_vector = builder.CreateVectorOfStructs(nodes);
  const auto buffer_vector = builder.CreateVectorOfStructs(body.spans());
  const auto start = builder.StartTable();
  builder.AddElement<int64_t>(Slot(arrow::record_batch::kLength), static_cast<int64_t>(batch.rows()), 0);
  builder.AddOffset(Slot(arrow::record_batch::kNodes), node_vector);
  builder.AddOffset(Slot(arrow::record_batch::kBuffers), buffer_vector);
  AppendMessage(builder, arrow::MessageKind::kRecordBatch, TableOffset(builder.EndTable(start)),
                static_cast<int64_t>(bytes.size()), out);
  out->append(bytes);
  if (body_bytes != nullptr) *body_bytes = static_cast<int64_t>(bytes.size());
  return {};
}

void AppendArrowEnd(std::string* out) {
  ByteWriter(out).Write(arrow::kContinuation);
  ByteWriter(out).Write(int32_t{0});
}

void AppendArrowFooter(const Schema& schema, std::span<const ArrowBlock> blocks, std::string* out) {
  Builder builder;
  std::vector<arrow::FileBlock> file_blocks;
  for (const ArrowBlock& block : blocks) {
    file_blocks.push_back({block.offset, static_cast<int32_t>(block.bytes - block.body_bytes), 0, block.body_bytes});
  }
  const auto block_vector = builder.CreateVectorOfStructs(file_blocks);
  const TableOffset schema_table = BuildSchema(builder, schema, {});
  const auto start = builder.StartTable();
  builder.AddOffset(Slot(arrow::footer::kRecordBatches), block_vector);
  builder.AddOffset(Slot(arrow::footer::kSchema), schema_table);
  builder.AddElement<int16_t>(Slot(arrow::footer::kVersion), arrow::kVersion5, 0);
  builder.Finish(TableOffset(builder.EndTable(start)));
  out->append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  ByteWriter(out).Write(static_cast<int32_t>(builder.GetSize()));
  out->append(kArrowFileMagic.substr(0, 6));
}

}  // namespace scoreway
