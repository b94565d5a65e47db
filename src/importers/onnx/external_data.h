// Whether a model asks for data that lie in other files.
#pragma once

#include <string_view>

#include "base/result.h"

namespace scoreway::onnx {

// UNSUPPORTED if any tensor of the model, wherever it stands, says that its data lie in another file; CORRUPT for bytes
// that are no ModelProto, RESOURCE_EXHAUSTED for graphs nested too deep.
Status RefuseExternalData(std::string_view model);

}  // namespace scoreway::onnx
