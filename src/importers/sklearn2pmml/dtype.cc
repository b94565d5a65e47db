#include "importers/sklearn2pmml/dtype.h"

#include <algorithm>
#include <cmath>

#include "importers/sklearn2pmml/arrow_texts.h"

namespace scoreway::sklearn2pmml {
namespace {

using Kind = DType::Kind;

DType Integer(int bits, bool is_signed, bool nullable) {
  DType dtype{.kind = Kind::kInt, .nullable = nullable, .low = 0, .high = 0, .categories = {}};
  dtype.low = is_signed ? -std::ldexp(1.0, bits - 1) : 0;
  dtype.high = std::ldexp(1.0, is_signed ? bits - 1 : bits) - 1;
  return dtype;
}

DType Of(Kind kind) {
  DType dtype;
  dtype.kind = kind;
  return dtype;
}

// "int32", "uint8", "Int64Dtype", "float64"; of Python, numpy and pandas.
DType OfName(std::string name) {
  if (name.ends_with("Dtype")) name.resize(name.size() - 5);
  if (name.ends_with('_')) name.pop_back();
  static constexpr std::pair<std::string_view, Kind> kNames[] = {
      {"str", Kind::kText},
      {"U", Kind::kText},
      {"unicode", Kind::kText},
      {"string", Kind::kText},
      {"String", Kind::kText},
      {"object", Kind::kObject},
      {"O", Kind::kObject},
      {"float", Kind::kFloat64},
      {"float64", Kind::kFloat64},
      {"Float64", Kind::kFloat64},
      {"double", Kind::kFloat64},
      {"float32", Kind::kFloat32},
      {"Float32", Kind::kFloat32},
      {"single", Kind::kFloat32},
      {"bool", Kind::kBool},
      {"boolean", Kind::kBool},
      {"Boolean", Kind::kBool},
      {"category", Kind::kCategory},
      {"datetime64[D]", Kind::kDate},
      {"datetime64[s]", Kind::kDateTime},
      {"datetime64[ns]", Kind::kDateTime},
  };
  for (const auto& [known, kind] : kNames) {
    if (known == name) return Of(kind);
  }
  if (name == "int") return Integer(64, true, false);
  const bool nullable = name.starts_with("Int") || name.starts_with("UInt");
  const bool is_unsigned = name.starts_with("uint") || name.starts_with("UInt");
  const std::string_view bits = std::string_view(name).substr(std::min(name.size(), size_t{is_unsigned ? 4U : 3U}));
  if (nullable || is_unsigned || name.starts_with("int")) {
    for (int known : {8, 16, 32, 64}) {
      if (bits == std::to_string(known)) return Integer(known, !is_unsigned, nullable);
    }
  }
  return Of(Kind::kOther);
}

DType OfNumpy(const pickle::DType& numpy) {
  const int bits = static_cast<int>(std::clamp<int64_t>(numpy.itemsize, 1, 8)) * 8;
  switch (numpy.kind) {
    case 'i': return Integer(bits, true, false);
    case 'u': return Integer(bits, false, false);
    case 'f': return Of(numpy.itemsize == 8 ? Kind::kFloat64 : numpy.itemsize == 4 ? Kind::kFloat32 : Kind::kOther);
    case 'b': return Of(Kind::kBool);
    case 'U': return Of(Kind::kText);
    case 'O': return Of(Kind::kObject);
    case 'M': return Of(numpy.unit == "D" ? Kind::kDate : Kind::kDateTime);
    default: return Of(Kind::kOther);
  }
}

// The array inside _new_Index(Index, {"data": array, "name": None}).
std::optional<Object> IndexData(const Object& saved) {
  const pickle::Node* args = (*saved.node().AsInstance())->args;
  if (args == nullptr || !args->is_sequence() || (*args->AsSequence())->size() != 2) return std::nullopt;
  const Object data = Object((**args->AsSequence())[1], saved.path()).Get("data");
  if (!data.has_value()) return std::nullopt;
  return data;
}

}  // namespace

Result<DType> ReadDType(const Object& saved) {
  if (!saved.has_value()) return DType{};
  if (saved.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, saved.Text());
    return OfName(name);
  }
  if (saved.is_global()) return OfName(saved.short_name());
  if (const auto numpy = saved.node().AsDType(); numpy.ok()) return OfNumpy(**numpy);
  if (!saved.is_instance()) return Of(Kind::kOther);
  DType dtype = OfName(saved.short_name() == "CategoricalDtype" ? "category" : saved.short_name());
  if (dtype.kind == Kind::kCategory) {
    const Object categories = saved.GetFirst({"categories", "_categories"});
    if (categories.has_value()) {
      SCOREWAY_ASSIGN_OR_RETURN(dtype.categories, ReadValues(categories));
    }
  }
  return dtype;
}

Result<Labels> ReadValues(const Object& saved) {
  if (saved.is_instance()) {
    if (IsArrowTexts(saved)) return ReadArrowTexts(saved);
    if (const auto data = IndexData(saved)) return ReadValues(*data);
    for (std::string_view name : {"_ndarray", "_data", "_values"}) {
      if (const Object inner = saved.Get(name); inner.has_value()) return ReadValues(inner);
    }
    return Error{Code::kUnsupported, "values kept as " + saved.node().Describe(), saved.path()};
  }
  return saved.ReadLabels();
}

std::optional<Type> CellType(Context& context, const TableColumn& column) {
  const auto& inputs = context.inputs();
  if (std::find(inputs.begin(), inputs.end(), column.value) == inputs.end()) {
    if (context.IsText(column)) return Type::kString;
    return column.cell_type;
  }
  if (context.IsOpen(column)) return std::nullopt;
  const Type type = context.builder().input(column.value).type;
  // A column of whole numbers beside one of fractions reaches its transformer as floats, too.
  if (type == Type::kFloat64 || type == Type::kFloat32) return std::nullopt;
  return type;
}

std::optional<Type> InputTypeOf(const DType& dtype) {
  switch (dtype.kind) {
    case Kind::kText:
    case Kind::kDate:
    case Kind::kDateTime: return Type::kString;
    case Kind::kInt: return Type::kInt64;
    case Kind::kFloat64:
    case Kind::kFloat32: return Type::kFloat64;
    case Kind::kBool: return Type::kBool;
    case Kind::kCategory: return dtype.categories ? std::optional(dtype.categories->type) : std::nullopt;
    default: return std::nullopt;
  }
}

Status DecideOpen(Context& context, const Object& user, const TableColumn& column, Type type) {
  const bool wants_text = type == Type::kString;
  if (!context.IsOpen(column) && context.IsText(column) == wants_text) return {};
  return context.DecideInput(user, column, type);
}

}  // namespace scoreway::sklearn2pmml
