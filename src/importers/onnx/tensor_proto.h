// Tensors outside of models: the TensorProto files that ONNX tools exchange.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/onnx/tensor.h"

namespace scoreway::onnx {

// A tensor with its elements as the type has them: little-endian in C order, or texts.
struct TensorData {
  std::string name;
  ElementType type = ElementType::kUndefined;
  Dims dims;
  std::string raw;
  std::vector<std::string> texts;
};

// Bytes of an element; 0 for text and for types that are not known.
size_t ElementBytes(ElementType type);

// CORRUPT when the bytes are no TensorProto or hold another number of elements than the dimensions say.
Result<TensorData> ReadTensorProto(std::string_view bytes);
std::string WriteTensorProto(const TensorData& tensor);

}  // namespace scoreway::onnx
