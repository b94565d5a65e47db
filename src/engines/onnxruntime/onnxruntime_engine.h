// The ONNX Runtime engine: runs a sound ONNX model that the native importer cannot express, as a whole. The library is
// loaded when the first such model comes; where it is not installed, the refusal says what to do.
//
// Rows become tensors: an input of dimensions [rows, a, b] takes a*b columns. A model whose tensors are not so can
// still be run on tensors (ort_session.h).
#pragma once

#include <memory>

#include "engines/engines.h"

namespace scoreway {

std::unique_ptr<const Engine> MakeOnnxRuntimeEngine();

}  // namespace scoreway
