// One JSON value of a tensor into a column, checked against the tensor's datatype. Private to the codecs.
#pragma once

#include <string_view>

#include "data/batch.h"
#include "data/codec/json_document.h"

namespace scoreway {

struct TensorDatatype {
  enum class Kind : uint8_t { kBool, kInteger, kFloat32, kFloat, kBytes };

  std::string_view name;
  Kind kind = Kind::kBytes;
  // kInteger: the least value, and the one after the largest; both are exact in float64.
  double min = 0;
  double end = 0;
};

// Null if there is no such datatype.
const TensorDatatype* FindTensorDatatype(std::string_view name);

// Appends the value to the column; an error, without a place, if it suits the datatype or the column badly.
Status AppendTensorCell(json::value value, const TensorDatatype& datatype, Column* column);

}  // namespace scoreway
