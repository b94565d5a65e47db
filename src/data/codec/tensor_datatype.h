// The datatypes of the Open Inference Protocol, and which of them the types of our columns are.
#pragma once

#include <cstdint>
#include <string_view>

#include "data/type.h"

namespace scoreway {

struct TensorDatatype {
  enum class Kind : uint8_t { kBool, kInteger, kFloat32, kFloat, kBytes };

  std::string_view name;
  Kind kind = Kind::kBytes;
  // Of an element among raw bytes; 0: it says itself how long it is.
  uint8_t bytes = 0;
  // kInteger: the least value, and the one after the largest; both are exact in float64.
  double min = 0;
  double end = 0;
};

// Null if there is no such datatype, or none that is read.
const TensorDatatype* FindTensorDatatype(std::string_view name);

constexpr std::string_view TensorDatatypeName(Type type) {
  switch (type) {
    case Type::kFloat32: return "FP32";
    case Type::kFloat64: return "FP64";
    case Type::kInt64: return "INT64";
    case Type::kBool: return "BOOL";
    case Type::kString:
    case Type::kList: return "BYTES";
  }
  return "BYTES";
}

}  // namespace scoreway
