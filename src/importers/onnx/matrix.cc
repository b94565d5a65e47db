#include "importers/onnx/matrix.h"

#include "importers/onnx/elementwise.h"

namespace scoreway::onnx {
namespace {

// The constant matrix [in, out] with the weights of an output one after the other.
std::vector<double> Turned(const Tensor& matrix) {
  const auto in = static_cast<size_t>(matrix.dims[0]), out = static_cast<size_t>(matrix.dims[1]);
  std::vector<double> weights(in * out);
  for (size_t i = 0; i < in; ++i) {
    for (size_t j = 0; j < out; ++j) weights[j * in + i] = matrix.numbers()[i * out + j];
  }
  return weights;
}

}  // namespace

Result<ValueId> Linear(Context& context, ElementType type, ValueId rows, std::vector<double> weights,
                       std::vector<double> bias, uint32_t outputs) {
  op::Linear linear;
  linear.precision = type == ElementType::kFloat ? op::Precision::kFloat32 : op::Precision::kFloat64;
  linear.outputs = outputs;
  linear.weights = std::move(weights);
  linear.bias = std::move(bias);
  return context.Add(std::move(linear), {rows});
}

Result<Outputs> LowerMatMul(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& a = node.input(0);
  Tensor b = node.input(1);
  if (!a.is_real() || !b.is_real()) return Unsupported("a product of integers");
  if (!a.rows && b.rows && a.rank() == 2 && b.rank() == 2 && b.row_axis == 1) {
    // The rows stand upright: each is a column.
    if (a.dims[1] != b.dims[0]) return Error{Code::kCorrupt, "inner dimensions differ", {}};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                              Linear(context, b.type, b.value, a.numbers(), {}, static_cast<uint32_t>(a.dims[0])));
    return Outputs{Context::Rows(b.type, {a.dims[0], Tensor::kRowsDim}, value)};
  }
  if (!a.rows || b.rows) return Unsupported("a product of two values of rows");
  const bool vector = b.rank() == 1;
  if (vector) b.dims.push_back(1);
  if (b.rank() != 2 || a.rank() < 2) return Unsupported("a product with a tensor of more than two axes");
  if (a.row_axis + 1 == a.rank()) return Unsupported("it works across rows");
  if (a.dims.back() != b.dims[0]) return Error{Code::kCorrupt, "inner dimensions differ", {}};
  const auto width = static_cast<uint32_t>(b.dims[0]), outputs = static_cast<uint32_t>(b.dims[1]);
  const std::vector<double> weights = Turned(b);
  const uint32_t groups = width == 0 ? 0 : a.width() / width;
  if (groups == 0 || groups > 512) return Unsupported("a product of very many rows within a row");
  std::vector<ValueId> parts;
  for (uint32_t group = 0; group < groups; ++group) {
    std::vector<uint32_t> columns;
    for (uint32_t i = 0; i < width; ++i) columns.push_back(group * width + i);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rows, context.Select(a.value, std::move(columns)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, Linear(context, a.type, rows, weights, {}, outputs));
    parts.push_back(part);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Concat(std::move(parts)));
  Dims dims = a.dims;
  dims.pop_back();
  if (!vector) dims.push_back(b.dims[1]);
  return Outputs{Context::Rows(a.type, std::move(dims), value)};
}

// alpha * A * B + beta * C
Result<Outputs> LowerGemm(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& a = node.input(0);
  Tensor b = node.input(1);
  if (!a.rows || b.rows || !a.is_real() || !b.is_real()) return Unsupported("a product of two values of rows");
  if (a.rank() != 2 || b.rank() != 2) return Error{Code::kCorrupt, "matrices are wanted", {}};
  const bool upright = node.Integer("transA", 0) != 0;
  if (a.row_axis != (upright ? 1 : 0)) return Unsupported("it works across rows");
  const bool turned = node.Integer("transB", 0) != 0;
  std::vector<double> weights = turned ? b.numbers() : Turned(b);
  const int64_t width = b.dims[turned ? 1 : 0], outputs = b.dims[turned ? 0 : 1];
  if (a.width() != static_cast<uint64_t>(width)) return Error{Code::kCorrupt, "inner dimensions differ", {}};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            Linear(context, a.type, a.value, std::move(weights), {}, static_cast<uint32_t>(outputs)));
  Tensor product = Context::Rows(a.type, {Tensor::kRowsDim, outputs}, value);
  const auto scaled = [&](const Tensor& tensor, float factor) -> Result<Tensor> {
    if (factor == 1) return tensor;
    return Combine(context, op::BinaryFunction::kMultiply, tensor, ConstantTensor(a.type, {}, {factor}));
  };
  SCOREWAY_ASSIGN_OR_RETURN(product, scaled(product, node.Number("alpha", 1)));
  if (node.has_input(2) && node.Number("beta", 1) != 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor c, scaled(node.input(2), node.Number("beta", 1)));
    SCOREWAY_ASSIGN_OR_RETURN(product, Combine(context, op::BinaryFunction::kAdd, product, c));
  }
  return Outputs{std::move(product)};
}

}  // namespace scoreway::onnx
