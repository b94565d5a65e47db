// DType: what a saved dtype says about the cells of a column, in whatever of its many forms it was saved: numpy's or
// Python's type, pandas' extension type, or its name.
#pragma once

#include <optional>

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

struct DType {
  enum class Kind : uint8_t {
    kNone,  // not stated
    kText,
    kInt,
    kFloat64,
    kFloat32,
    kBool,
    kCategory,
    kDate,      // datetime64[D]
    kDateTime,  // datetime64[s] and finer
    kObject,
    kOther,
  };
  Kind kind = Kind::kNone;
  bool nullable = false;             // of integers: some may be missing (pandas' Int64)
  double low = 0, high = 0;          // of integers: what fits
  std::optional<Labels> categories;  // of kCategory, where it states them
};

Result<DType> ReadDType(const Object& saved);

// The values of a list, an array, or an Index or array of pandas.
Result<Labels> ReadValues(const Object& saved);

// The type of the cells in Python where it is known; nothing for a column of numbers that may be of either kind.
std::optional<Type> CellType(Context& context, const TableColumn& column);

// What an input that has no type yet becomes when a column of this dtype is wanted; inputs that have one keep it.
Status DecideOpen(Context& context, const Object& user, const TableColumn& column, Type type);
std::optional<Type> InputTypeOf(const DType& dtype);

}  // namespace scoreway::sklearn2pmml
