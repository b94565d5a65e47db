#include "importers/pickle/array.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/half_float.h"
#include "base/utf8.h"
#include "importers/pickle/object.h"
#include "importers/pickle/text_literals.h"

namespace scoreway::pickle {
namespace {

template <typename T>
T Load(const char* at, bool swap) {
  char raw[sizeof(T)];
  std::memcpy(raw, at, sizeof(T));
  if (swap) {
    for (size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
  }
  T value;
  std::memcpy(&value, raw, sizeof(T));
  return value;
}

// Calls visit with the element in its own C++ type; false when the dtype is no plain number.
template <typename Visit>
bool LoadNumber(const DType& dtype, const char* at, Visit visit) {
  bool swap = dtype.big_endian;
  switch (dtype.kind) {
    case 'b': return visit(static_cast<int64_t>(*at != 0));
    case 'i':
    case 'm':
    case 'M':
      switch (dtype.itemsize) {
        case 1: return visit(static_cast<int64_t>(Load<int8_t>(at, false)));
        case 2: return visit(static_cast<int64_t>(Load<int16_t>(at, swap)));
        case 4: return visit(static_cast<int64_t>(Load<int32_t>(at, swap)));
        case 8: return visit(Load<int64_t>(at, swap));
        default: return false;
      }
    case 'u':
      switch (dtype.itemsize) {
        case 1: return visit(static_cast<int64_t>(Load<uint8_t>(at, false)));
        case 2: return visit(static_cast<int64_t>(Load<uint16_t>(at, swap)));
        case 4: return visit(static_cast<int64_t>(Load<uint32_t>(at, swap)));
        case 8: return visit(Load<uint64_t>(at, swap));
        default: return false;
      }
    case 'f':
      switch (dtype.itemsize) {
        case 2: return visit(HalfToDouble(Load<uint16_t>(at, swap)));
        case 4: return visit(static_cast<double>(Load<float>(at, swap)));
        case 8: return visit(Load<double>(at, swap));
        default: return false;
      }
    default: return false;
  }
}

bool ToInt(int64_t value, int64_t* out) {
  *out = value;
  return true;
}
bool ToInt(uint64_t value, int64_t* out) {
  *out = static_cast<int64_t>(value);
  return value <= static_cast<uint64_t>(INT64_MAX);
}
bool ToInt(double value, int64_t* out) {
  if (!(value >= -0x1p63 && value < 0x1p63) || value != std::floor(value)) return false;
  *out = static_cast<int64_t>(value);
  return true;
}

// A fixed-width element of kind U or S: numpy pads with NULs and drops them when reading.
bool LoadText(const DType& dtype, const char* at, std::string* out) {
  out->clear();
  if (dtype.kind == 'S') {
    std::string_view text(at, static_cast<size_t>(dtype.itemsize));
    size_t end = text.find_last_not_of('\0');
    out->assign(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
    return true;
  }
  int64_t characters = dtype.itemsize / 4;
  while (characters > 0 && Load<uint32_t>(at + 4 * (characters - 1), dtype.big_endian) == 0) --characters;
  for (int64_t i = 0; i < characters; ++i) {
    uint32_t code = Load<uint32_t>(at + 4 * i, dtype.big_endian);
    if (!IsCharacter(code)) return false;
    AppendUtf8(code, out);
  }
  return true;
}

// The largest count of elements that take no bytes at all (an empty array's other dimensions, dtype "U0").
constexpr int64_t kWeightlessElementsMax = int64_t{1} << 20;

}  // namespace

std::string DType::ToString() const {
  if (!fields.empty()) {
    std::string text = "{";
    for (const Field& field : fields) {
      if (text.size() > 1) text += ", ";
      text += std::string(field.name) + ": " + field.dtype->ToString();
    }
    return text + "}";
  }
  if (base != nullptr) {
    std::string text = "(" + base->ToString() + ", (";
    for (int64_t dimension : subshape) text += std::to_string(dimension) + ",";
    return text + "))";
  }
  if (kind == 'O') return "|O";
  bool has_order = itemsize > 1 && kind != 'S' && kind != 'V';
  std::string text = has_order ? (big_endian ? ">" : "<") : "|";
  text += kind + std::to_string(kind == 'U' ? itemsize / 4 : itemsize);
  if (kind == 'M' || kind == 'm') {
    text += "[" + (unit_count == 1 ? "" : std::to_string(unit_count)) + std::string(unit) + "]";
  }
  return text;
}

Result<int64_t> ElementCount(const std::vector<int64_t>& shape, int64_t limit) {
  int64_t count = 1;
  for (int64_t dimension : shape) {
    if (dimension < 0) return Error{Code::kCorrupt, "negative array dimension: " + std::to_string(dimension), ""};
    if (dimension != 0 && count > limit / dimension) {
      return Error{Code::kCorrupt, "array shape promises more elements than there are", ""};
    }
    if (dimension != 0) count *= dimension;
  }
  return count;
}

Array::Array(const DType* dtype, std::vector<int64_t> shape, bool fortran, int64_t step, int64_t size)
    : dtype_(dtype), shape_(std::move(shape)), strides_(shape_.size()), size_(size) {
  for (size_t i = 0; i < shape_.size(); ++i) {
    size_t axis = fortran ? i : shape_.size() - 1 - i;
    strides_[axis] = step;
    if (shape_[axis] > 0) step *= shape_[axis];
  }
}

namespace {

// The number of elements, after all that could overflow or not be there is ruled out.
Result<int64_t> CheckedSize(const DType& dtype, const std::vector<int64_t>& shape, size_t there, bool weightless) {
  if (shape.size() > 64) return Error{Code::kCorrupt, "array of more than 64 dimensions", ""};
  int64_t limit = std::max(kWeightlessElementsMax, static_cast<int64_t>(there));
  SCOREWAY_ASSIGN_OR_RETURN(int64_t size, ElementCount(shape, limit));
  for (int64_t dimension : shape) {
    if (dimension == 0) size = 0;
  }
  int64_t itemsize = weightless ? 1 : dtype.itemsize;
  int64_t wanted = 0;
  if (__builtin_mul_overflow(size, itemsize, &wanted) || static_cast<uint64_t>(wanted) != there) {
    return Error{Code::kCorrupt,
                 "array shape and data disagree: " + std::to_string(size) + " elements of " + std::to_string(itemsize) +
                     (weightless ? " object" : " bytes") + ", " + std::to_string(there) + " there",
                 ""};
  }
  return size;
}

}  // namespace

Result<Array> Array::OverBytes(const DType* dtype, std::vector<int64_t> shape, bool fortran, std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(int64_t size, CheckedSize(*dtype, shape, bytes.size(), false));
  Array array(dtype, std::move(shape), fortran, dtype->itemsize, size);
  array.bytes_ = bytes.data();
  return array;
}

Result<Array> Array::OverNodes(const DType* dtype, std::vector<int64_t> shape, const Nodes* nodes) {
  SCOREWAY_ASSIGN_OR_RETURN(int64_t size, CheckedSize(*dtype, shape, nodes->size(), true));
  Array array(dtype, std::move(shape), false, 1, size);
  array.nodes_ = nodes;
  return array;
}

template <typename Visit>
bool Array::ForEachOffset(Visit visit) const {
  if (size_ == 0) return true;
  if (shape_.empty()) return visit(int64_t{0});
  std::vector<int64_t> index(shape_.size(), 0);
  const size_t last = shape_.size() - 1;
  int64_t row = 0;  // offset of the first element of the innermost axis
  while (true) {
    for (int64_t i = 0; i < shape_[last]; ++i) {
      if (!visit(row + i * strides_[last])) return false;
    }
    size_t axis = last;
    while (true) {
      if (axis == 0) return true;
      --axis;
      row += strides_[axis];
      if (++index[axis] < shape_[axis]) break;
      row -= strides_[axis] * shape_[axis];
      index[axis] = 0;
    }
  }
}

Status Array::CheckConvertible() const {
  if (size_ <= kConvertedElementsMax) return {};
  return Status(Code::kResourceExhausted, "array of " + std::to_string(size_) + " elements is too large");
}

template <typename Out, typename Convert>
Result<std::vector<Out>> Array::Converted(const char* wanted, Convert convert) const {
  SCOREWAY_RETURN_IF_ERROR(CheckConvertible());
  std::vector<Out> values;
  values.reserve(static_cast<size_t>(size_));
  bool done = ForEachOffset([&](int64_t offset) {
    values.emplace_back();
    return convert(offset, &values.back());
  });
  if (done) return values;
  std::string found = nodes_ != nullptr ? "" : " in an array of " + dtype_->ToString();
  return Error{Code::kCorrupt,
               std::string(wanted) + " expected" + found + " at element " + std::to_string(values.size() - 1), ""};
}

Result<std::vector<double>> Array::ToDoubles() const {
  return Converted<double>("a number", [this](int64_t offset, double* out) {
    if (nodes_ != nullptr) {
      Result<double> value = (*nodes_)[static_cast<size_t>(offset)]->AsDouble();
      if (value.ok()) *out = *value;
      return value.ok();
    }
    return LoadNumber(*dtype_, bytes_ + offset, [out](auto value) {
      *out = static_cast<double>(value);
      return true;
    });
  });
}

Result<std::vector<int64_t>> Array::ToInts() const {
  return Converted<int64_t>("a 64-bit integer", [this](int64_t offset, int64_t* out) {
    if (nodes_ != nullptr) {
      Result<int64_t> value = (*nodes_)[static_cast<size_t>(offset)]->AsInt();
      if (value.ok()) *out = *value;
      return value.ok();
    }
    return LoadNumber(*dtype_, bytes_ + offset, [out](auto value) { return ToInt(value, out); });
  });
}

Result<std::vector<std::string>> Array::ToStrings() const {
  return Converted<std::string>("a string", [this](int64_t offset, std::string* out) {
    if (nodes_ != nullptr) {
      Result<std::string_view> value = (*nodes_)[static_cast<size_t>(offset)]->AsString();
      if (value.ok()) out->assign(*value);
      return value.ok();
    }
    return (dtype_->kind == 'U' || dtype_->kind == 'S') && LoadText(*dtype_, bytes_ + offset, out);
  });
}

Result<Nodes> Array::ToNodes() const {
  if (nodes_ == nullptr) {
    return Error{Code::kCorrupt, "an array of objects expected, found an array of " + dtype_->ToString(), ""};
  }
  return Converted<const Node*>("an object", [this](int64_t offset, const Node** out) {
    *out = (*nodes_)[static_cast<size_t>(offset)];
    return true;
  });
}

Result<std::string> Array::ToRowMajorBytes() const {
  if (nodes_ != nullptr) return Error{Code::kCorrupt, "an array of numbers expected, found an array of objects", ""};
  std::string bytes;
  bytes.reserve(static_cast<size_t>(size_ * dtype_->itemsize));
  ForEachOffset([&](int64_t offset) {
    bytes.append(bytes_ + offset, static_cast<size_t>(dtype_->itemsize));
    return true;
  });
  return bytes;
}

Result<Array> Array::Field(std::string_view name) const {
  for (const DType::Field& field : dtype_->fields) {
    if (field.name != name || nodes_ != nullptr) continue;
    Array array = *this;
    array.dtype_ = field.dtype;
    array.bytes_ = bytes_ + field.offset;
    array.subclass_ = nullptr;
    if (field.dtype->base == nullptr) return array;
    // A sub-array's axes come last, row-major, within each record.
    const std::vector<int64_t>& inner = field.dtype->subshape;
    array.dtype_ = field.dtype->base;
    int64_t step = array.dtype_->itemsize;
    std::vector<int64_t> inner_strides(inner.size());
    for (size_t i = inner.size(); i > 0; --i) {
      inner_strides[i - 1] = step;
      step *= inner[i - 1];
    }
    for (int64_t dimension : inner) array.size_ *= dimension;
    array.shape_.insert(array.shape_.end(), inner.begin(), inner.end());
    array.strides_.insert(array.strides_.end(), inner_strides.begin(), inner_strides.end());
    return array;
  }
  return Error{Code::kCorrupt, "array of " + dtype_->ToString() + " has no field '" + std::string(name) + "'", ""};
}

Result<Array> Array::Transposed(const std::vector<int64_t>& axes) const {
  Array array = *this;
  std::vector<bool> taken(shape_.size(), false);
  bool valid = axes.size() == shape_.size();
  for (size_t i = 0; valid && i < axes.size(); ++i) {
    valid = axes[i] >= 0 && static_cast<size_t>(axes[i]) < axes.size() && !taken[static_cast<size_t>(axes[i])];
    if (!valid) break;
    size_t axis = static_cast<size_t>(axes[i]);
    taken[axis] = true;
    array.shape_[i] = shape_[axis];
    array.strides_[i] = strides_[axis];
  }
  if (!valid) return Error{Code::kCorrupt, "array axes are no permutation", ""};
  return array;
}

}  // namespace scoreway::pickle
