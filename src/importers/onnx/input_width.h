// How wide an input is whose shape does not say it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "importers/onnx/model_proto.h"

namespace scoreway::onnx {

// The number of columns that the readers of the value need, looking through Cast and Identity; none if they do not say.
std::optional<int64_t> InputWidth(const GraphProto& graph, std::string_view name);

}  // namespace scoreway::onnx
