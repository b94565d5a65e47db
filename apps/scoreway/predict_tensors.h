// predict with folders: tensors from files to files.
#pragma once

#include <string>

#include "open_registry.h"
#include "options.h"

namespace scoreway {

bool IsFolder(const std::string& path);

// Runs the tensors in the input folder, input_<i>.pb (TensorProto messages of ONNX), through the model, and writes its
// outputs as output_<i>.pb into the output folder, which is made if it is not there.
Status PredictTensors(const OpenedModel& source, const Scorer& scorer, const PredictOptions& options);

}  // namespace scoreway
