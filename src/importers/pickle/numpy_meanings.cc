#include "importers/pickle/numpy_meanings.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/number_text.h"
#include "importers/pickle/text_literals.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

constexpr int64_t kItemSizeMax = int64_t{1} << 31;
constexpr int64_t kFieldDepthMax = 16;
constexpr size_t kFieldsMax = 1024;
constexpr size_t kDimensionsMax = 64;  // numpy's own

Result<Node*> NoMeaning() { return static_cast<Node*>(nullptr); }

Error Malformed(std::string_view what) { return Error{Code::kCorrupt, "malformed " + std::string(what), ""}; }

// Python 2 wrote bytes as text; where that was ASCII we read a Str.
std::optional<std::string_view> RawBytes(Arena* arena, const Node& node) {
  if (Result<std::string_view> bytes = node.AsBytes(); bytes.ok()) return *bytes;
  Result<std::string_view> text = node.AsString();
  if (!text.ok()) return std::nullopt;
  arena->Spend(text->size());
  return IsAscii(*text) ? std::optional(*text) : std::nullopt;
}

bool IsItemSizeOfKind(char kind, int64_t size) {
  switch (kind) {
    case 'b': return size == 1;
    case 'i':
    case 'u': return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f': return size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
    case 'c': return size == 8 || size == 16 || size == 24 || size == 32;
    case 'M':
    case 'm': return size == 8;
    case 'O': return true;
    case 'S':
    case 'V': return size >= 0 && size <= kItemSizeMax;
    case 'U': return size >= 0 && size <= kItemSizeMax && size % 4 == 0;
    default: return false;
  }
}

// "f8", "<U10", "|b1", "O": the texts numpy writes into pickles.
std::optional<DType> ParseDTypeText(std::string_view text) {
  DType dtype;
  if (!text.empty() && std::string_view("<>|=").find(text[0]) != std::string_view::npos) {
    dtype.big_endian = text[0] == '>';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  dtype.kind = text[0];
  int64_t count = 0;
  if (text.size() > 1 && ParseInt64(text.substr(1), &count) != NumberParse::kOk) return std::nullopt;
  if (count < 0 || count > kItemSizeMax) return std::nullopt;
  dtype.itemsize = dtype.kind == 'U' ? count * 4 : count;
  if (dtype.kind == 'O') dtype.itemsize = 8;
  dtype.holds_objects = dtype.kind == 'O';
  if (!IsItemSizeOfKind(dtype.kind, dtype.itemsize)) return std::nullopt;
  return dtype;
}

Result<std::vector<int64_t>> ReadShape(const Node& node) {
  if (Result<int64_t> length = node.AsInt(); length.ok()) return std::vector<int64_t>{*length};
  Result<const Nodes*> dimensions = node.AsSequence();
  if (!dimensions.ok() || (*dimensions)->size() > kDimensionsMax) return Malformed("array shape");
  return node.ToInts();
}

// names: ('left', ...), fields: {'left': (dtype, offset), ...}.
Status ReadFields(Arena* arena, const Node& names, const Node& fields, DType* dtype) {
  Result<const Nodes*> name_nodes = names.AsSequence();
  Result<DictView> field_map = fields.AsDict();
  if (!name_nodes.ok() || !field_map.ok()) return Malformed("dtype fields");
  // A field with a title stands in the dict under both.
  const size_t count = (*name_nodes)->size();
  if (count > kFieldsMax || field_map->size() > 2 * count) return Malformed("dtype fields: too many");
  arena->Spend(count * field_map->size() * 16);
  dtype->fields.clear();
  for (const Node* name : **name_nodes) {
    Result<std::string_view> text = name->AsString();
    if (!text.ok()) return Malformed("dtype field name");
    const Node* entry = field_map->Find(*text);
    Result<const Nodes*> parts = entry != nullptr ? entry->AsSequence() : Result<const Nodes*>(Malformed("field"));
    if (!parts.ok() || (*parts)->size() < 2) return Malformed("dtype field '" + std::string(*text) + "'");
    Result<const DType*> field_dtype = (**parts)[0]->AsDType();
    Result<int64_t> offset = (**parts)[1]->AsInt();
    if (!field_dtype.ok() || !offset.ok() || *offset < 0 || *offset > kItemSizeMax ||
        *offset + (*field_dtype)->itemsize > dtype->itemsize) {
      return Malformed("dtype field '" + std::string(*text) + "'");
    }
    dtype->fields.push_back({*text, *field_dtype, *offset});
    dtype->holds_objects |= (*field_dtype)->holds_objects;
    dtype->depth = std::max(dtype->depth, (*field_dtype)->depth + 1);
  }
  if (dtype->depth > kFieldDepthMax) return Malformed("dtype: fields nested too deep");
  return {};
}

// (base dtype, shape): each element is itself a small array.
Status ReadSubArray(const Node& node, DType* dtype) {
  Result<const Nodes*> parts = node.AsSequence();
  if (!parts.ok() || (*parts)->size() != 2) return Malformed("sub-array dtype");
  Result<const DType*> base = (**parts)[0]->AsDType();
  Result<std::vector<int64_t>> shape = ReadShape(*(**parts)[1]);
  if (!base.ok() || !shape.ok()) return Malformed("sub-array dtype");
  Result<int64_t> count = ElementCount(*shape, kItemSizeMax);
  bool is_empty = std::find(shape->begin(), shape->end(), 0) != shape->end();
  if (!count.ok() || *count * (is_empty ? 0 : 1) * (*base)->itemsize != dtype->itemsize) {
    return Malformed("sub-array dtype");
  }
  if ((*base)->depth + 1 > kFieldDepthMax) return Malformed("dtype: fields nested too deep");
  dtype->base = *base;
  dtype->subshape = std::move(*shape);
  dtype->holds_objects |= (*base)->holds_objects;
  dtype->depth = (*base)->depth + 1;
  return {};
}

// ({}, (b"D", 1, 1, 1)) in the metadata of datetime64 and timedelta64: unit and count.
void ReadTimeUnit(Arena* arena, const Node& metadata, DType* dtype) {
  Result<const Nodes*> parts = metadata.AsSequence();
  if (!parts.ok() || (*parts)->size() != 2) return;
  Result<const Nodes*> unit = (**parts)[1]->AsSequence();
  if (!unit.ok() || (*unit)->size() < 2) return;
  if (std::optional<std::string_view> name = RawBytes(arena, *(**unit)[0])) dtype->unit = *name;
  if (Result<int64_t> count = (**unit)[1]->AsInt(); count.ok()) dtype->unit_count = *count;
}

// (version, order, sub-array, names, fields, itemsize, alignment, flags, metadata), the last two not always there.
Result<DType> BuildDType(Arena* arena, const DType& former, const Node& state) {
  Result<const Nodes*> sequence = state.AsSequence();
  if (!sequence.ok() || (*sequence)->size() < 7) return Malformed("dtype state");
  const Nodes& parts = **sequence;
  DType dtype = former;
  std::optional<std::string_view> order = RawBytes(arena, *parts[1]);
  Result<int64_t> itemsize = parts[5]->AsInt();
  if (!order || order->size() != 1 || !itemsize.ok()) return Malformed("dtype state");
  dtype.big_endian = *order == ">";
  if (dtype.kind == 'U' || dtype.kind == 'S' || dtype.kind == 'V') {
    if (*itemsize >= 0) dtype.itemsize = *itemsize;
    if (!IsItemSizeOfKind(dtype.kind, dtype.itemsize)) return Malformed("dtype size");
  }
  if (!parts[2]->is_none() || !parts[3]->is_none()) {
    if (dtype.kind != 'V') return Malformed("dtype state");
    dtype.holds_objects = false;
    dtype.depth = 1;
  }
  if (!parts[2]->is_none()) SCOREWAY_RETURN_IF_ERROR(ReadSubArray(*parts[2], &dtype));
  if (!parts[3]->is_none()) SCOREWAY_RETURN_IF_ERROR(ReadFields(arena, *parts[3], *parts[4], &dtype));
  if (parts.size() > 8 && (dtype.kind == 'M' || dtype.kind == 'm')) ReadTimeUnit(arena, *parts[8], &dtype);
  return dtype;
}

// The values of an array: bytes, or the nodes of a list when the elements are objects.
Result<Array> ArrayOver(Arena* arena, const DType* dtype, std::vector<int64_t> shape, bool fortran, const Node& data) {
  if (dtype->holds_objects) {
    Result<const Nodes*> nodes = data.AsSequence();
    if (!nodes.ok()) return Malformed("array of objects");
    // A copy: the list could still grow by a later opcode.
    return Array::OverNodes(dtype, std::move(shape), arena->KeepNodes(**nodes));
  }
  std::optional<std::string_view> bytes = RawBytes(arena, data);
  if (!bytes) return Malformed("array data");
  return Array::OverBytes(dtype, std::move(shape), fortran, *bytes);
}

bool IsPlainNdarray(const Global& global) { return global.module == "numpy" && global.name == "ndarray"; }

// (version, shape, dtype, is_fortran, data); before version 1 without the version.
Result<bool> BuildArray(Arena* arena, Node* node, const Global* subclass, const Node& state) {
  Result<const Nodes*> sequence = state.AsSequence();
  size_t size = sequence.ok() ? (*sequence)->size() : 0;
  if (size != 4 && size != 5) {
    if (subclass != nullptr) return false;
    return Malformed("array state");
  }
  const Nodes& parts = **sequence;
  size_t first = size - 4;
  Result<const DType*> dtype = parts[first + 1]->AsDType();
  if (!dtype.ok()) return false;
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<int64_t> shape, ReadShape(*parts[first]));
  Result<int64_t> fortran = parts[first + 2]->AsInt();
  if (!fortran.ok()) return Malformed("array state");
  SCOREWAY_ASSIGN_OR_RETURN(Array array, ArrayOver(arena, *dtype, std::move(shape), *fortran != 0, *parts[first + 3]));
  array.set_subclass(subclass);
  arena->TurnIntoArray(node, std::move(array));
  return true;
}

// Null for numpy.ndarray itself.
const Global* SubclassOrNull(const Node* node) {
  if (node == nullptr) return nullptr;
  Result<const Global*> global = node->AsGlobal();
  return global.ok() && !IsPlainNdarray(**global) ? *global : nullptr;
}

bool IsReconstruct(const Node& node) {
  return node.IsInstanceOf("numpy.core.multiarray", "_reconstruct") ||
         node.IsInstanceOf("numpy._core.multiarray", "_reconstruct");
}

}  // namespace

Result<Node*> FoldNumpyDType(Arena* arena, const Nodes& args) {
  if (args.empty()) return NoMeaning();
  std::optional<std::string_view> text = RawBytes(arena, *args[0]);
  std::optional<DType> dtype = text ? ParseDTypeText(*text) : std::nullopt;
  return dtype ? arena->NewDType(std::move(*dtype)) : nullptr;
}

Result<Node*> FoldNumpyScalar(Arena* arena, const Nodes& args) {
  if (args.size() != 2) return NoMeaning();
  Result<const DType*> dtype = args[0]->AsDType();
  if (!dtype.ok() || (*dtype)->holds_objects) return NoMeaning();
  std::optional<std::string_view> bytes = RawBytes(arena, *args[1]);
  if (!bytes) return NoMeaning();
  arena->Spend(bytes->size());
  SCOREWAY_ASSIGN_OR_RETURN(Array array, Array::OverBytes(*dtype, {}, false, *bytes));
  switch ((*dtype)->kind) {
    case 'b': return arena->Bool(array.ToInts().value()[0] != 0);
    case 'i': return arena->Int(array.ToInts().value()[0]);
    case 'u': {
      if (Result<std::vector<int64_t>> values = array.ToInts(); values.ok()) return arena->Int((*values)[0]);
      std::string little_endian(*bytes);
      if ((*dtype)->big_endian) std::reverse(little_endian.begin(), little_endian.end());
      return arena->Text(Kind::kBigInt, arena->Keep(LittleEndianToHex(little_endian + '\0')));
    }
    case 'f':
      if (Result<std::vector<double>> values = array.ToDoubles(); values.ok()) return arena->Float((*values)[0]);
      break;
    case 'U':
    case 'S': {
      SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> texts, array.ToStrings());
      return arena->Text((*dtype)->kind == 'U' ? Kind::kStr : Kind::kBytes, arena->Keep(std::move(texts[0])));
    }
    default: break;
  }
  return arena->NewArray(std::move(array));
}

Result<Node*> FoldNumpyFromBuffer(Arena* arena, const Nodes& args) {
  if (args.size() != 4 && args.size() != 5) return NoMeaning();
  Result<const DType*> dtype = args[1]->AsDType();
  Result<std::string_view> order = args[3]->AsString();
  if (!dtype.ok() || !order.ok() || (*dtype)->holds_objects) return NoMeaning();
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<int64_t> shape, ReadShape(*args[2]));
  SCOREWAY_ASSIGN_OR_RETURN(Array array, ArrayOver(arena, *dtype, std::move(shape), *order == "F", *args[0]));
  if (*order == "K" && args.size() == 5 && !args[4]->is_none()) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<int64_t> axes, args[4]->ToInts());
    SCOREWAY_ASSIGN_OR_RETURN(Array transposed, array.Transposed(axes));
    return arena->NewArray(std::move(transposed));
  }
  return arena->NewArray(std::move(array));
}

Result<bool> BuildNumpy(Arena* arena, Node* node, const Node& state) {
  if (Result<const DType*> former = node->AsDType(); former.ok()) {
    SCOREWAY_ASSIGN_OR_RETURN(DType dtype, BuildDType(arena, **former, state));
    arena->TurnIntoDType(node, std::move(dtype));
    return true;
  }
  if (!IsReconstruct(*node)) return false;
  const Instance& instance = **node->AsInstance();
  const Nodes* args = instance.args != nullptr ? instance.args->AsSequence().value() : nullptr;
  return BuildArray(arena, node, args != nullptr && !args->empty() ? SubclassOrNull((*args)[0]) : nullptr, state);
}

bool IsJoblibWrapper(const Node& node) {
  return node.IsInstanceOf("joblib.numpy_pickle", "NumpyArrayWrapper") ||
         node.IsInstanceOf("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper");
}

Result<JoblibArray> ReadJoblibWrapper(Arena* arena, const Node& wrapper) {
  arena->Spend(16 * ChildCount(*wrapper.AsInstance().value()->state));
  JoblibArray array;
  SCOREWAY_ASSIGN_OR_RETURN(const Node* dtype, wrapper.Attribute("dtype"));
  Result<const DType*> layout = dtype->AsDType();
  if (!layout.ok()) {
    return Error{Code::kUnsupported, "array of a dtype that has no fixed layout: found " + dtype->Describe(), ""};
  }
  array.dtype = *layout;
  SCOREWAY_ASSIGN_OR_RETURN(const Node* shape, wrapper.Attribute("shape"));
  SCOREWAY_ASSIGN_OR_RETURN(array.shape, ReadShape(*shape));
  SCOREWAY_ASSIGN_OR_RETURN(const Node* order, wrapper.Attribute("order"));
  SCOREWAY_ASSIGN_OR_RETURN(std::string_view order_name, order->AsString());
  array.fortran = order_name == "F";
  const Node* alignment = wrapper.AttributeOrNull("numpy_array_alignment_bytes");
  if (alignment != nullptr && !alignment->is_none()) {
    SCOREWAY_ASSIGN_OR_RETURN(array.alignment, alignment->AsInt());
  }
  array.subclass = SubclassOrNull(wrapper.AttributeOrNull("subclass"));
  SCOREWAY_ASSIGN_OR_RETURN(int64_t count, ElementCount(array.shape, int64_t{1} << 40));
  if (std::find(array.shape.begin(), array.shape.end(), 0) != array.shape.end()) count = 0;
  if (__builtin_mul_overflow(count, array.dtype->itemsize, &array.byte_count)) return Malformed("joblib array: size");
  return array;
}

}  // namespace scoreway::pickle
