// What the rules of shape ask of parameters and inputs: each gives the error that says what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/shapes/infer.h"

namespace scoreway {

Error Wrong(std::string message);

// A value of numbers; RESOURCE_EXHAUSTED beyond the widest block.
Result<ValueShape> Numbers(uint64_t width);

Status WantInputs(const Shapes& in, size_t count);
Status Want(const Shapes& in, size_t count, ValueKind kind);

// A list with an entry a column.
Status WantSize(std::string_view what, size_t size, size_t wanted);
Status WantSizeOrEmpty(std::string_view what, size_t size, size_t wanted);

Status WantColumnsBelow(const std::vector<uint32_t>& columns, uint32_t width);
Status WantRising(std::string_view what, const std::vector<double>& values);

template <typename Enum>
Status WantEnum(std::string_view what, Enum value, Enum last) {
  if (value <= last) return {};
  return Status(Code::kCorrupt, std::string(what) + " " + std::to_string(static_cast<int>(value)) + " is not known");
}

}  // namespace scoreway
