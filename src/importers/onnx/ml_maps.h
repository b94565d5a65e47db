// Maps as inputs: a column for each key that the operators which read the map know.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importers/onnx/model_proto.h"

namespace scoreway::onnx {

// The keys of the map of that name, by the DictVectorizer or the sparse CastMap that reads it; nothing if none does, or
// if they differ.
std::optional<std::vector<std::string>> MapKeys(const GraphProto& graph, std::string_view name);

}  // namespace scoreway::onnx
