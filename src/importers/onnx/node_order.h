// The order in which the nodes of a graph can be computed.
#pragma once

#include <cstddef>
#include <vector>

#include "importers/onnx/model_proto.h"

namespace scoreway::onnx {

// Each node after those whose outputs it or its subgraphs read. CORRUPT for a circle or a name that two nodes make.
Result<std::vector<size_t>> NodeOrder(const std::vector<NodeProto>& nodes);

}  // namespace scoreway::onnx
