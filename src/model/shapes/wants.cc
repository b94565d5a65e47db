#include "model/shapes/wants.h"

#include <cmath>
#include <utility>

namespace scoreway {
namespace {

// Wider blocks than this are no classic model but a mistake or an attack.
constexpr uint64_t kWidthMax = uint64_t{1} << 24;

}  // namespace

Error Wrong(std::string message) { return Error{Code::kCorrupt, std::move(message), {}}; }

Result<ValueShape> Numbers(uint64_t width) {
  if (width > kWidthMax) {
    return Error{
        Code::kResourceExhausted,
        "a value of " + std::to_string(width) + " columns is wider than the limit of " + std::to_string(kWidthMax),
        {}};
  }
  return ValueShape{ValueKind::kNumber, static_cast<uint32_t>(width)};
}

Status WantInputs(const Shapes& in, size_t count) {
  if (in.size() == count) return {};
  return Status(Code::kCorrupt, "takes " + std::to_string(count) + " inputs, not " + std::to_string(in.size()));
}

Status Want(const Shapes& in, size_t count, ValueKind kind) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, count));
  for (const ValueShape& shape : in) {
    if (shape.kind != kind) {
      return Status(Code::kCorrupt, "takes " + std::string(ValueKindName(kind)) + "s, not " +
                                        std::string(ValueKindName(shape.kind)) + "s");
    }
  }
  return {};
}

Status WantSize(std::string_view what, size_t size, size_t wanted) {
  if (size == wanted) return {};
  return Status(Code::kCorrupt,
                std::string(what) + " has " + std::to_string(size) + " entries, not " + std::to_string(wanted));
}
Status WantSizeOrEmpty(std::string_view what, size_t size, size_t wanted) {
  return size == 0 ? Status() : WantSize(what, size, wanted);
}

Status WantColumnsBelow(const std::vector<uint32_t>& columns, uint32_t width) {
  for (uint32_t column : columns) {
    if (column >= width) {
      return Status(Code::kCorrupt,
                    "column " + std::to_string(column) + " of " + std::to_string(width) + " is out of range");
    }
  }
  return {};
}

Status WantRising(std::string_view what, const std::vector<double>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || (i > 0 && values[i] < values[i - 1])) {
      return Status(Code::kCorrupt, std::string(what) + " do not rise at entry " + std::to_string(i));
    }
  }
  return {};
}

}  // namespace scoreway
