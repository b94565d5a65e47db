// Tensors as the importer knows them: either constant, with all elements at hand, or rows: one axis, mostly the first,
// is that of the rows of the batch, and the others are the columns of a Value, in C order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/onnx/model_proto.h"
#include "model/value.h"

namespace scoreway::onnx {

using Dims = std::vector<int64_t>;

// Elements of a constant tensor. Numbers of every type are float64, which holds them exactly but for integers beyond
// 2^53 (those are refused). In a tensor of int64, NaN stands for the number of rows of the batch, which shapes carry
// about before anyone knows it.
struct Constant {
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

struct Tensor {
  ElementType type = ElementType::kUndefined;
  Dims dims;            // of rows, dims[row_axis] is kRowsDim
  bool rows = false;    // else constant
  size_t row_axis = 0;  // of rows
  std::shared_ptr<const Constant> constant;
  ValueId value = 0;
  // All rows lie one after the other in a single long row, as ArrayFeatureExtractor leaves them; dims say how they
  // should be. Only Reshape, Cast and Identity take such a tensor.
  bool lying = false;
  // What ZipMap made of it: a map a row, from these names to the columns.
  std::shared_ptr<const std::vector<std::string>> map_keys;

  static constexpr int64_t kRowsDim = -1;

  size_t rank() const { return dims.size(); }
  bool is_text() const { return type == ElementType::kString; }
  bool is_float() const { return type == ElementType::kFloat; }
  bool is_real() const { return type == ElementType::kFloat || type == ElementType::kDouble; }
  const std::vector<double>& numbers() const { return constant->numbers; }
  // Columns of a row; of a constant its elements.
  uint32_t width() const;
};

// Product of the dimensions.
int64_t ElementCount(const Dims& dims);
// The dimensions without that of the rows.
Dims CoreDims(const Tensor& tensor);
// The dimensions with that of the rows at `row_axis`.
Dims WithRows(Dims core, size_t row_axis = 0);
std::string DimsText(const Dims& dims);

Tensor ConstantTensor(ElementType type, Dims dims, std::vector<double> numbers);

// Reads a TensorProto. UNSUPPORTED for element types that no classic model uses, external data and integers beyond
// 2^53; CORRUPT when the data do not fit the dimensions.
Result<Tensor> ReadTensor(std::string_view bytes);

}  // namespace scoreway::onnx
