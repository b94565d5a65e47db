#include "data/codec/arrow_reader.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "data/codec/arrow_buffers.h"
#include "data/codec/arrow_format.h"
#include "data/codec/flat_table.h"

namespace scoreway {
namespace {

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the Arrow stream"}; }

constexpr int kTypeDepthMax = 16;

bool BitAt(std::string_view bits, size_t i) { return (static_cast<uint8_t>(bits[i / 8]) >> (i % 8)) & 1; }

double IntegerAt(std::string_view values, size_t row, int bits, bool is_signed) {
  switch (bits) {
    case 8: return is_signed ? LoadAt<int8_t>(values, row) : LoadAt<uint8_t>(values, row);
    case 16: return is_signed ? LoadAt<int16_t>(values, row * 2) : LoadAt<uint16_t>(values, row * 2);
    case 32: return is_signed ? LoadAt<int32_t>(values, row * 4) : LoadAt<uint32_t>(values, row * 4);
    default: break;
  }
  return is_signed ? static_cast<double>(LoadAt<int64_t>(values, row * 8))
                   : static_cast<double>(LoadAt<uint64_t>(values, row * 8));
}

// Calls append(row) for cells that are there, and appends null for the others.
template <typename Append>
void AppendCells(std::string_view validity, size_t rows, Column& column, const Append& append) {
  for (size_t r = 0; r < rows; ++r) {
    if (!validity.empty() && !BitAt(validity, r)) {
      column.AppendNull();
    } else {
      append(r);
    }
  }
}

// Texts whose ends are given by offsets of type T.
template <typename T>
Status AppendTexts(ArrowBuffers& buffers, std::string_view validity, size_t rows, Column* column) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view offsets,
                            buffers.Next(rows == 0 ? 0 : (uint64_t{rows} + 1) * sizeof(T)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view bytes, buffers.Next(0));
  for (size_t r = 0; r < rows; ++r) {
    const T begin = LoadAt<T>(offsets, r * sizeof(T)), end = LoadAt<T>(offsets, (r + 1) * sizeof(T));
    if (begin < 0 || end < begin || static_cast<uint64_t>(end) > bytes.size()) {
      return Damaged("a text lies outside its buffer");
    }
  }
  AppendCells(validity, rows, *column, [&](size_t r) {
    const auto begin = static_cast<size_t>(LoadAt<T>(offsets, r * sizeof(T)));
    const auto end = static_cast<size_t>(LoadAt<T>(offsets, (r + 1) * sizeof(T)));
    column->AppendString(bytes.substr(begin, end - begin));
  });
  return {};
}

}  // namespace

struct ArrowReader::Message {
  arrow::MessageKind kind;
  FlatTable header;
  std::string_view body;
};

ArrowReader::ArrowReader(std::string_view stream, std::shared_ptr<const Schema> schema, ArrowReadOptions options)
    : rest_(stream), schema_(std::move(schema)), options_(std::move(options)) {}

Result<std::optional<ArrowReader::Message>> ArrowReader::NextMessage() {
  if (rest_.empty()) return std::optional<Message>();
  if (rest_.size() < 8 || LoadAt<uint32_t>(rest_, 0) != arrow::kContinuation) return Damaged("no message begins here");
  const auto metadata_bytes = LoadAt<int32_t>(rest_, 4);
  if (metadata_bytes == 0) return std::optional<Message>();
  rest_.remove_prefix(8);
  if (metadata_bytes < 0 || static_cast<size_t>(metadata_bytes) > rest_.size()) return Damaged("it is cut short");
  const std::string_view metadata = rest_.substr(0, static_cast<size_t>(metadata_bytes));
  rest_.remove_prefix(metadata.size());

  const auto root = FlatTable::Root(metadata);
  if (!root) return Damaged("the metadata of a message is no flatbuffer");
  const auto kind = root->Get<uint8_t>(arrow::message::kHeaderKind, 0);
  const auto body_bytes = root->Get<int64_t>(arrow::message::kBodyLength, 0);
  const auto header = root->Table(arrow::message::kHeader);
  if (!kind || !body_bytes || !header) return Damaged("a message has no header");
  if (*body_bytes < 0 || static_cast<uint64_t>(*body_bytes) > rest_.size()) return Damaged("it is cut short");
  const std::string_view body = rest_.substr(0, static_cast<size_t>(*body_bytes));
  rest_.remove_prefix(body.size());
  return std::optional<Message>(Message{static_cast<arrow::MessageKind>(*kind), *header, body});
}

Result<ArrowReader::SourceColumn> ArrowReader::ReadField(const FlatTable& field) const {
  SourceColumn column;
  if (field.Has(arrow::field::kName)) {
    const auto name = field.Text(arrow::field::kName);
    if (!name) return Damaged("a field has no name");
    column.name = *name;
  }
  const std::string place = "column '" + column.name + "'";
  const auto kind = field.Get<uint8_t>(arrow::field::kTypeKind, 0);
  const auto type = field.Table(arrow::field::kType);
  if (!kind || !type) return Damaged(place + " has no type");
  if (field.Has(arrow::field::kDictionary)) {
    column.cells = Cells::kUnread;
    column.fault = "dictionary-encoded columns are not read; send the values";
    return column;
  }
  switch (static_cast<arrow::TypeKind>(*kind)) {
    case arrow::TypeKind::kNull:
      column.cells = Cells::kNull;
      column.buffers = 0;
      return column;
    case arrow::TypeKind::kInt: {
      const auto bits = type->Get<int32_t>(arrow::int_type::kBitWidth, 0);
      const auto is_signed = type->Get<uint8_t>(arrow::int_type::kIsSigned, 0);
      if (!bits || !is_signed || (*bits != 8 && *bits != 16 && *bits != 32 && *bits != 64)) {
        return Damaged(place + " is of integers of no known width");
      }
      column.cells = Cells::kInteger;
      column.bits = *bits;
      column.is_signed = *is_signed != 0;
      return column;
    }
    case arrow::TypeKind::kFloatingPoint: {
      const auto precision = type->Get<int16_t>(arrow::float_type::kPrecision, 0);
      if (!precision) return Damaged(place + " has no type");
      if (*precision == static_cast<int16_t>(arrow::FloatPrecision::kHalf)) break;
      column.cells =
          *precision == static_cast<int16_t>(arrow::FloatPrecision::kSingle) ? Cells::kFloat32 : Cells::kFloat64;
      return column;
    }
    case arrow::TypeKind::kBool: column.cells = Cells::kBool; return column;
    case arrow::TypeKind::kUtf8:
    case arrow::TypeKind::kLargeUtf8:
      column.cells = *kind == static_cast<uint8_t>(arrow::TypeKind::kUtf8) ? Cells::kText : Cells::kLargeText;
      column.buffers = 3;
      return column;
    default: break;
  }
  column.cells = Cells::kUnread;
  column.fault = "columns of this Arrow type are not read";
  if (!CountParts(static_cast<arrow::TypeKind>(*kind), field, 0, &column)) {
    return Error{Code::kUnsupported, column.fault, place};
  }
  return column;
}

// How many nodes and buffers a column has that is passed over; false for a type of which it is not known.
bool ArrowReader::CountParts(arrow::TypeKind kind, const FlatTable& field, int depth, SourceColumn* column) const {
  using arrow::TypeKind;
  switch (kind) {
    case TypeKind::kFloatingPoint:
    case TypeKind::kInt:
    case TypeKind::kBool:
    case TypeKind::kDecimal:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
    case TypeKind::kInterval:
    case TypeKind::kDuration:
    case TypeKind::kFixedSizeBinary: column->buffers = 2; return true;
    case TypeKind::kUtf8:
    case TypeKind::kLargeUtf8:
    case TypeKind::kBinary:
    case TypeKind::kLargeBinary: column->buffers = 3; return true;
    case TypeKind::kNull: column->buffers = 0; return true;
    case TypeKind::kList:
    case TypeKind::kLargeList:
    case TypeKind::kMap: column->buffers = 2; break;
    case TypeKind::kStruct:
    case TypeKind::kFixedSizeList: column->buffers = 1; break;
    default: return false;
  }
  const auto children = field.Vector(arrow::field::kChildren, sizeof(uint32_t));
  if (!children || depth == kTypeDepthMax) return false;
  for (size_t i = 0; i < children->size() / sizeof(uint32_t); ++i) {
    const auto child = field.TableOf(*children, i);
    const auto child_kind = child ? child->Get<uint8_t>(arrow::field::kTypeKind, 0) : std::nullopt;
    SourceColumn of_child;
    // Of a dictionary the indices.
    const bool is_known = child_kind && (child->Has(arrow::field::kDictionary) ||
                                         CountParts(static_cast<TypeKind>(*child_kind), *child, depth + 1, &of_child));
    if (!is_known) return false;
    column->nodes += of_child.nodes;
    column->buffers += of_child.buffers;
  }
  return true;
}

Status ArrowReader::BindColumns() {
  absent_.assign(schema_->size(), true);
  for (SourceColumn& column : columns_) {
    column.target = schema_->Find(column.name);
    if (!column.target) continue;
    const std::string place = "column '" + column.name + "'";
    if (!absent_[*column.target]) return Status(Code::kInvalidArgument, "stands twice", place);
    absent_[*column.target] = false;
    if (column.cells == Cells::kUnread) return Status(Code::kUnsupported, column.fault, place);
    if (column.cells == Cells::kNull) continue;
    const bool is_text = column.cells == Cells::kText || column.cells == Cells::kLargeText;
    const Type wanted = schema_->field(*column.target).type;
    if (is_text != IsText(wanted)) {
      return Status(Code::kInvalidArgument,
                    std::string("holds ") + (is_text ? "text" : "numbers") + ", not " + std::string(TypeName(wanted)),
                    place);
    }
  }
  for (size_t i = 0; i < absent_.size(); ++i) {
    if (!absent_[i] || (i < options_.may_be_absent.size() && options_.may_be_absent[i])) continue;
    return Status(Code::kInvalidArgument, "is missing", "column '" + schema_->field(i).name + "'");
  }
  return {};
}

Status ArrowReader::Open() {
  if (opened_) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<Message> message, NextMessage());
  if (!message || message->kind != arrow::MessageKind::kSchema) return Damaged("it does not begin with a schema");
  if (message->header.Get<int16_t>(arrow::schema::kEndianness, 0) != int16_t{0}) {
    return Status(Code::kUnsupported, "big-endian numbers are not read", "the Arrow stream");
  }
  const auto fields = message->header.Vector(arrow::schema::kFields, sizeof(uint32_t));
  if (!fields) return Damaged("the schema has no fields");
  for (size_t i = 0; i < fields->size() / sizeof(uint32_t); ++i) {
    const auto field = message->header.TableOf(*fields, i);
    if (!field) return Damaged("the schema has a damaged field");
    SCOREWAY_ASSIGN_OR_RETURN(SourceColumn column, ReadField(*field));
    columns_.push_back(std::move(column));
  }
  SCOREWAY_RETURN_IF_ERROR(BindColumns());
  opened_ = true;
  return {};
}

std::vector<ArrowReader::StreamColumn> ArrowReader::stream_columns() const {
  std::vector<StreamColumn> columns;
  for (const SourceColumn& column : columns_) {
    Type type = Type::kString;
    switch (column.cells) {
      case Cells::kInteger: type = Type::kInt64; break;
      case Cells::kFloat32: type = Type::kFloat32; break;
      case Cells::kFloat64: type = Type::kFloat64; break;
      case Cells::kBool: type = Type::kBool; break;
      case Cells::kText:
      case Cells::kLargeText:
      case Cells::kNull:
      case Cells::kUnread: break;
    }
    columns.push_back({{column.name, type}, column.fault});
  }
  return columns;
}

Result<std::optional<arrow::BodyCodec>> ArrowReader::CodecOf(const Message& message) const {
  if (!message.header.Has(arrow::record_batch::kCompression)) return std::optional<arrow::BodyCodec>();
  const auto compression = message.header.Table(arrow::record_batch::kCompression);
  const auto codec = compression ? compression->Get<int8_t>(arrow::compression::kCodec, 0) : std::nullopt;
  const auto method = compression ? compression->Get<int8_t>(arrow::compression::kMethod, 0) : std::nullopt;
  if (!codec || !method || *method != 0 || *codec < 0 || *codec > static_cast<int8_t>(arrow::BodyCodec::kZstd)) {
    return Error{Code::kUnsupported, "batches compressed by other codecs than LZ4 and Zstandard are not read",
                 "the Arrow stream"};
  }
  return std::optional(static_cast<arrow::BodyCodec>(*codec));
}

Status ArrowReader::AppendBatch(const Message& message, Batch* batch) const {
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<arrow::BodyCodec> codec, CodecOf(message));
  const auto length = message.header.Get<int64_t>(arrow::record_batch::kLength, 0);
  const auto nodes = message.header.Vector(arrow::record_batch::kNodes, sizeof(arrow::FieldNode));
  const auto spans = message.header.Vector(arrow::record_batch::kBuffers, sizeof(arrow::BufferSpan));
  if (!length || *length < 0 || !nodes || !spans) return Damaged("a batch has no length or no columns");
  const auto rows = static_cast<size_t>(*length);
  if (rows > options_.rows_max - std::min(options_.rows_max, batch->rows())) {
    return Status(Code::kResourceExhausted, "more than " + std::to_string(options_.rows_max) + " rows",
                  "the Arrow stream");
  }
  // A cell takes at least a bit of a body that is not compressed, and no bytes where a column is null or absent, but
  // eight of memory.
  const uint64_t bytes_max = std::max(options_.unpacked_bytes_max, uint64_t{message.body.size()} * 64);
  if (rows > bytes_max / sizeof(double) / std::max<size_t>(1, schema_->size())) {
    return Status(Code::kResourceExhausted, "a batch has more rows than its bytes can hold", "the Arrow stream");
  }
  ArrowBuffers buffers(*nodes, *spans, message.body, codec, options_.unpacked_bytes_max);
  for (const SourceColumn& source : columns_) {
    if (!source.target) {
      SCOREWAY_RETURN_IF_ERROR(buffers.Skip(source.nodes, source.buffers));
      continue;
    }
    Column* target = &batch->column(*source.target);
    SCOREWAY_ASSIGN_OR_RETURN(const arrow::FieldNode node, buffers.NextNode());
    if (node.length != *length) return Damaged("a column differs from its batch in length");
    if (source.cells == Cells::kNull) {
      for (size_t r = 0; r < rows; ++r) target->AppendNull();
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(std::string_view validity, buffers.Next(node.null_count == 0 ? 0 : (rows + 7) / 8));
    if (node.null_count == 0) validity = {};
    if (source.cells == Cells::kText || source.cells == Cells::kLargeText) {
      SCOREWAY_RETURN_IF_ERROR(source.cells == Cells::kText ? AppendTexts<int32_t>(buffers, validity, rows, target)
                                                            : AppendTexts<int64_t>(buffers, validity, rows, target));
      continue;
    }
    const uint64_t bits = source.cells == Cells::kBool      ? 1
                          : source.cells == Cells::kInteger ? static_cast<uint64_t>(source.bits)
                          : source.cells == Cells::kFloat32 ? 32
                                                            : 64;
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view values, buffers.Next((rows * bits + 7) / 8));
    AppendCells(validity, rows, *target, [&](size_t r) {
      switch (source.cells) {
        case Cells::kFloat32: return target->AppendNumber(LoadAt<float>(values, r * 4));
        case Cells::kFloat64: return target->AppendNumber(LoadAt<double>(values, r * 8));
        case Cells::kBool: return target->AppendNumber(BitAt(values, r) ? 1 : 0);
        default: break;
      }
      if (source.bits == 64 && source.is_signed && target->type() == Type::kInt64) {
        return target->AppendInt64(LoadAt<int64_t>(values, r * 8));
      }
      target->AppendNumber(IntegerAt(values, r, source.bits, source.is_signed));
    });
  }
  for (size_t i = 0; i < absent_.size(); ++i) {
    for (size_t r = 0; absent_[i] && r < rows; ++r) batch->column(i).AppendNull();
  }
  return {};
}

Result<bool> ArrowReader::Next(Batch* batch) {
  SCOREWAY_RETURN_IF_ERROR(Open());
  std::optional<Message> message;
  // No column that is read has a dictionary.
  do {
    SCOREWAY_ASSIGN_OR_RETURN(message, NextMessage());
    if (!message) return false;
  } while (message->kind == arrow::MessageKind::kDictionaryBatch);
  if (message->kind != arrow::MessageKind::kRecordBatch) {
    return Error{Code::kUnsupported, "messages other than record batches are not read", "the Arrow stream"};
  }
  SCOREWAY_RETURN_IF_ERROR(AppendBatch(*message, batch));
  return true;
}

}  // namespace scoreway
