// Value: what flows between the operators of a Model. A Value is a block of columns of one kind, all with as many rows
// as the batch. Columns of numbers are float64 (an operator that must compute in float32 says so in its parameters and
// rounds its results); a missing number is NaN. Columns of text hold strings; a missing text is null, which is not "".
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway {

enum class ValueKind : uint8_t { kNumber = 0, kText = 1 };

constexpr std::string_view ValueKindName(ValueKind kind) { return kind == ValueKind::kNumber ? "number" : "text"; }

struct ValueShape {
  ValueKind kind = ValueKind::kNumber;
  uint32_t width = 1;  // columns

  bool operator==(const ValueShape&) const = default;
};

// Index into Model::values(); the inputs of the model come first, in signature order.
using ValueId = uint32_t;

}  // namespace scoreway
