#include "data/codec/arrow_reader.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "data/codec/arrow_format.h"
#include "data/codec/flat_table.h"

namespace scoreway {
namespace {

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the Arrow stream"}; }

bool BitAt(std::string_view bits, size_t i) { return (static_cast<uint8_t>(bits[i / 8]) >> (i % 8)) & 1; }

// The buffers of a batch in the order in which columns take them.
class BufferReader {
 public:
  BufferReader(std::string_view nodes, std::string_view spans, std::string_view body)
      : nodes_(nodes), spans_(spans), body_(body) {}

  Result<arrow::FieldNode> NextNode() {
    if (nodes_.size() < sizeof(arrow::FieldNode)) return Damaged("a batch has fewer columns than the schema");
    const auto node = LoadAt<arrow::FieldNode>(nodes_, 0);
    nodes_.remove_prefix(sizeof node);
    return node;
  }
  // The next buffer, which must hold at least so many bytes.
  Result<std::string_view> Next(uint64_t bytes_min) {
    if (spans_.size() < sizeof(arrow::BufferSpan)) return Damaged("a batch has fewer buffers than its columns need");
    const auto span = LoadAt<arrow::BufferSpan>(spans_, 0);
    spans_.remove_prefix(sizeof span);
    const uint64_t offset = static_cast<uint64_t>(span.offset), length = static_cast<uint64_t>(span.length);
    if (span.offset < 0 || span.length < 0 || offset > body_.size() || length > body_.size() - offset) {
      return Damaged("a buffer lies outside the body");
    }
    if (length < bytes_min) return Damaged("a buffer is shorter than its column");
    return body_.substr(offset, length);
  }

 private:
  std::string_view nodes_, spans_, body_;
};

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
Status AppendTexts(BufferReader& buffers, std::string_view validity, size_t rows, Column* column) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view offsets,
                            buffers.Next(rows == 0 ? 0 : (uint64_t{rows} + 1) * sizeof(T)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view bytes, buffers.Next(0));
  for (size_t r = 0; r < rows; ++r) {
    const T begin = LoadAt<T>(offsets, r * sizeof(T)), end = LoadAt<T>(offsets, (r + 1) * sizeof(T));
    if (begin < 0 || end < begin || static_cast<uint64_t>(end) > bytes.size()) {
      return Damaged("a text lies outside its buffer");
    }
  }
  if (column == nullptr) return {};
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
  if (field.Has(arrow::field::kDictionary)) {
    return Error{Code::kUnsupported, "dictionary-encoded columns are not read; send the values", place};
  }
  const auto kind = field.Get<uint8_t>(arrow::field::kTypeKind, 0);
  const auto type = field.Table(arrow::field::kType);
  if (!kind || !type) return Damaged(place + " has no type");
  switch (static_cast<arrow::TypeKind>(*kind)) {
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
    case arrow::TypeKind::kUtf8: column.cells = Cells::kText; return column;
    case arrow::TypeKind::kLargeUtf8: column.cells = Cells::kLargeText; return column;
    default: break;
  }
  return Error{Code::kUnsupported, "columns of this Arrow type are not read", place};
}

Status ArrowReader::BindColumns() {
  absent_.assign(schema_->size(), true);
  for (SourceColumn& column : columns_) {
    column.target = schema_->Find(column.name);
    if (!column.target) continue;
    const std::string place = "column '" + column.name + "'";
    if (!absent_[*column.target]) return Status(Code::kInvalidArgument, "stands twice", place);
    absent_[*column.target] = false;
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

std::vector<Field> ArrowReader::stream_columns() const {
  std::vector<Field> fields;
  for (const SourceColumn& column : columns_) {
    Type type = Type::kString;
    switch (column.cells) {
      case Cells::kInteger: type = Type::kInt64; break;
      case Cells::kFloat32: type = Type::kFloat32; break;
      case Cells::kFloat64: type = Type::kFloat64; break;
      case Cells::kBool: type = Type::kBool; break;
      case Cells::kText:
      case Cells::kLargeText: break;
    }
    fields.push_back({column.name, type});
  }
  return fields;
}

Status ArrowReader::AppendBatch(const Message& message, Batch* batch) const {
  if (message.header.Has(arrow::record_batch::kCompression)) {
    return Status(Code::kUnsupported, "compressed batches are not read", "the Arrow stream");
  }
  const auto length = message.header.Get<int64_t>(arrow::record_batch::kLength, 0);
  const auto nodes = message.header.Vector(arrow::record_batch::kNodes, sizeof(arrow::FieldNode));
  const auto spans = message.header.Vector(arrow::record_batch::kBuffers, sizeof(arrow::BufferSpan));
  // A row of any column takes at least a bit, so that a batch cannot claim more rows than its bytes could hold.
  if (!length || *length < 0 || !nodes || !spans || static_cast<uint64_t>(*length) / 8 > message.body.size()) {
    return Damaged("a batch has no length or no columns");
  }
  const auto rows = static_cast<size_t>(*length);
  if (rows > options_.rows_max - std::min(options_.rows_max, batch->rows())) {
    return Status(Code::kResourceExhausted, "more than " + std::to_string(options_.rows_max) + " rows",
                  "the Arrow stream");
  }
  BufferReader buffers(*nodes, *spans, message.body);
  for (const SourceColumn& source : columns_) {
    SCOREWAY_ASSIGN_OR_RETURN(const arrow::FieldNode node, buffers.NextNode());
    if (node.length != *length) return Damaged("a column differs from its batch in length");
    SCOREWAY_ASSIGN_OR_RETURN(std::string_view validity, buffers.Next(node.null_count == 0 ? 0 : (rows + 7) / 8));
    if (node.null_count == 0) validity = {};
    Column* target = source.target ? &batch->column(*source.target) : nullptr;
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
    if (target == nullptr) continue;
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
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<Message> message, NextMessage());
  if (!message) return false;
  if (message->kind != arrow::MessageKind::kRecordBatch) {
    return Error{Code::kUnsupported, "messages other than record batches are not read", "the Arrow stream"};
  }
  SCOREWAY_RETURN_IF_ERROR(AppendBatch(*message, batch));
  return true;
}

}  // namespace scoreway
