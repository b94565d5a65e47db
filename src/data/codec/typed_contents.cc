#include "data/codec/typed_contents.h"

#include <bit>
#include <string>

#include "base/bytes.h"
#include "base/wire_reader.h"
#include "data/codec/column_names.h"
#include "data/codec/raw_tensor.h"
#include "data/codec/tensor_value.h"

namespace scoreway {
namespace {

using Kind = TensorDatatype::Kind;

enum ContentsField : uint32_t { kNone, kBools, kInts, kInt64s, kUints, kUint64s, kFp32s, kFp64s, kBytes };

// The field for a datatype; kNone if it has none.
ContentsField FieldOf(const TensorDatatype& datatype) {
  switch (datatype.kind) {
    case Kind::kBool: return kBools;
    case Kind::kInteger:
      if (datatype.bytes == 8) return datatype.min < 0 ? kInt64s : kUint64s;
      return datatype.min < 0 ? kInts : kUints;
    case Kind::kFloat32: return kFp32s;
    case Kind::kFloat: return datatype.bytes == 8 ? kFp64s : kNone;
    case Kind::kBytes: return kBytes;
  }
  return kNone;
}

Error Invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

// Appends elements to their columns one after the other, and counts them.
class ElementAppender {
 public:
  ElementAppender(const TensorHead& head, size_t first, Batch* batch) : head_(head), first_(first), batch_(batch) {}

  // The elements of one field: one of them, or many packed.
  Status Append(const WireField& field) {
    switch (head_.datatype->kind) {
      case Kind::kBool:
      case Kind::kInteger: return AppendVarintElements(field);
      case Kind::kFloat32: return AppendFixed<float>(field, WireType::kFixed32);
      case Kind::kFloat: return AppendFixed<double>(field, WireType::kFixed64);
      case Kind::kBytes: break;
    }
    if (field.type != WireType::kBytes) return WrongWireType();
    return Put([&](Column* column) { return AppendTensorText(field.bytes, column); });
  }

  Status CheckCount() const {
    if (count_ == wanted()) return {};
    return Invalid("the shape asks for " + std::to_string(wanted()) + " values, the contents have " +
                   std::to_string(count_));
  }

 private:
  size_t wanted() const { return head_.rows * head_.width; }
  Error TooMany() const {
    return Invalid("the shape asks for " + std::to_string(wanted()) + " values, the contents have more");
  }
  Error WrongWireType() const { return Invalid("its contents have a wire type that they cannot have"); }

  Status AppendVarintElements(const WireField& field) {
    constexpr size_t kVarintBytesMax = 10;
    if (field.bytes.size() > (wanted() - count_) * kVarintBytesMax) return TooMany();
    varints_.clear();
    if (!AppendVarints(field, &varints_).ok()) return WrongWireType();
    for (const int64_t value : varints_) {
      SCOREWAY_RETURN_IF_ERROR(Put([&](Column* column) { return AppendWhole(value, column); }));
    }
    return {};
  }

  Status AppendWhole(int64_t value, Column* column) const {
    const TensorDatatype& datatype = *head_.datatype;
    if (datatype.kind == Kind::kBool) return AppendTensorBool(value != 0, column);
    if (datatype.bytes == 8 && datatype.min == 0) return AppendTensorUnsigned(static_cast<uint64_t>(value), column);
    const auto number = static_cast<double>(value);
    if (datatype.bytes < 8 && (number < datatype.min || number >= datatype.end)) {
      return Invalid(std::to_string(value) + " is no " + std::string(datatype.name));
    }
    return AppendTensorInteger(value, column);
  }

  static Status AppendNumber(float value, Column* column) { return AppendTensorFloat32(value, column); }
  static Status AppendNumber(double value, Column* column) { return AppendTensorFloat64(value, column); }

  template <typename T>
  Status AppendFixed(const WireField& field, WireType single) {
    if (field.type == single) {
      T value;
      std::memcpy(&value, &field.scalar, sizeof value);
      return Put([&](Column* column) { return AppendNumber(value, column); });
    }
    if (field.type != WireType::kBytes || field.bytes.size() % sizeof(T) != 0) return WrongWireType();
    for (size_t place = 0; place < field.bytes.size(); place += sizeof(T)) {
      SCOREWAY_RETURN_IF_ERROR(
          Put([&](Column* column) { return AppendNumber(LoadAt<T>(field.bytes, place), column); }));
    }
    return {};
  }

  template <typename AppendValue>
  Status Put(const AppendValue& append) {
    if (count_ == wanted()) return TooMany();
    const size_t index = head_.width == 1 ? first_ : first_ + count_ % head_.width;
    if (Status status = append(&batch_->column(index)); !status.ok()) {
      return AtPlace(
          "row " + std::to_string(count_ / head_.width + 1) + ", column " + Quoted(batch_->schema().field(index).name),
          ToError(std::move(status)));
    }
    ++count_;
    return {};
  }

  const TensorHead& head_;
  const size_t first_;
  Batch* const batch_;
  size_t count_ = 0;
  std::vector<int64_t> varints_;
};

}  // namespace

Status AppendTypedContents(std::string_view contents, const TensorHead& head, size_t first, Batch* batch) {
  const ContentsField wanted = FieldOf(*head.datatype);
  if (wanted == kNone) return Invalid(std::string(head.datatype->name) + " comes only as raw contents");
  ElementAppender appender(head, first, batch);
  WireReader reader(contents);
  WireField field;
  for (;;) {
    const Result<bool> more = reader.Next(&field);
    if (!more.ok()) return Invalid("its contents are no protobuf message: " + more.error().ToString());
    if (!*more) return appender.CheckCount();
    if (field.number != uint32_t{wanted}) {
      return Invalid("field " + std::to_string(field.number) + " of its contents holds no " +
                     std::string(head.datatype->name));
    }
    SCOREWAY_RETURN_IF_ERROR(appender.Append(field));
  }
}

Status WriteTypedContents(const Column& column, WireWriter* contents) {
  std::string cells;  // floats and bools are packed as they lie there
  SCOREWAY_RETURN_IF_ERROR(AppendRawCells(column, &cells));
  switch (column.type()) {
    case Type::kFloat32: contents->Bytes(kFp32s, cells); break;
    case Type::kFloat64: contents->Bytes(kFp64s, cells); break;
    case Type::kBool: contents->Bytes(kBools, cells); break;
    case Type::kInt64: contents->PackedInts(kInt64s, column.int64s()); break;
    case Type::kString:
    case Type::kList:
      for (size_t row = 0; row < column.size(); ++row) contents->Bytes(kBytes, column.string_at(row));
      break;
  }
  return {};
}

}  // namespace scoreway
