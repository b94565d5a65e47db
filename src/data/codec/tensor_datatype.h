// The Open Inference Protocol's names for the types of our columns.
#pragma once

#include <string_view>

#include "data/type.h"

namespace scoreway {

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
