#include "importers/onnx/constants.h"

#include <algorithm>
#include <cmath>

namespace scoreway::onnx {
namespace {

constexpr double kElementsMax = 1 << 24;

Tensor Texts(Dims dims, std::vector<std::string> texts) {
  Tensor tensor;
  tensor.type = ElementType::kString;
  tensor.dims = std::move(dims);
  tensor.constant = std::make_shared<Constant>(Constant{{}, std::move(texts)});
  return tensor;
}

}  // namespace

Result<Outputs> LowerConstant(Context&, const Node& node) {
  if (node.has("value")) {
    SCOREWAY_ASSIGN_OR_RETURN(Tensor tensor, node.TensorAttribute("value"));
    return Outputs{std::move(tensor)};
  }
  if (node.has("value_float")) {
    return Outputs{ConstantTensor(ElementType::kFloat, {}, {node.Number("value_float", 0)})};
  }
  if (node.has("value_int")) {
    return Outputs{ConstantTensor(ElementType::kInt64, {}, {static_cast<double>(node.Integer("value_int", 0))})};
  }
  if (node.has("value_string")) return Outputs{Texts({}, {std::string(node.Text("value_string", ""))})};
  if (node.has("value_floats")) {
    const auto values = node.Numbers("value_floats");
    return Outputs{ConstantTensor(ElementType::kFloat, {static_cast<int64_t>(values.size())},
                                  std::vector<double>(values.begin(), values.end()))};
  }
  if (node.has("value_ints")) {
    const auto values = node.Integers("value_ints");
    return Outputs{ConstantTensor(ElementType::kInt64, {static_cast<int64_t>(values.size())},
                                  std::vector<double>(values.begin(), values.end()))};
  }
  if (node.has("value_strings")) {
    const auto values = node.Texts("value_strings");
    return Outputs{
        Texts({static_cast<int64_t>(values.size())}, std::vector<std::string>(values.begin(), values.end()))};
  }
  return Unsupported("a sparse constant");
}

Result<Outputs> LowerShape(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  std::vector<double> sizes;
  for (size_t i = 0; i < in.rank(); ++i)
    sizes.push_back(in.dims[i] == Tensor::kRowsDim ? NAN : static_cast<double>(in.dims[i]));
  const auto rank = static_cast<int64_t>(sizes.size());
  const auto bounded = [rank](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank); };
  const int64_t start = bounded(node.Integer("start", 0));
  const int64_t end = std::max(start, bounded(node.Integer("end", rank)));
  return Outputs{ConstantTensor(ElementType::kInt64, {end - start},
                                std::vector<double>(sizes.begin() + start, sizes.begin() + end))};
}

Result<Outputs> LowerSize(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (in.rows && in.width() != 1) return Unsupported("a multiple of the number of rows");
  const double size = in.rows ? NAN : static_cast<double>(ElementCount(in.dims));
  return Outputs{ConstantTensor(ElementType::kInt64, {}, {size})};
}

Result<Outputs> LowerConstantOfShape(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor fill = ConstantTensor(ElementType::kFloat, {1}, {0});
  if (node.has("value")) {
    SCOREWAY_ASSIGN_OR_RETURN(fill, node.TensorAttribute("value"));
  }
  if (node.input(0).rows || node.input(0).is_text()) return Unsupported("the shape is not constant");
  if (fill.is_text() || fill.numbers().size() != 1) return Error{Code::kCorrupt, "one number is wanted", {}};
  Dims dims;
  bool rows = false;
  double count = 1;
  for (const double size : node.input(0).numbers()) {
    if (std::isnan(size)) {
      if (rows) return Unsupported("the number of rows as a size");
      rows = true;
      dims.push_back(Tensor::kRowsDim);
      continue;
    }
    count *= size;
    if (!(size >= 0) || count > kElementsMax) {
      return Error{Code::kResourceExhausted, "a constant tensor is too large", {}};
    }
    dims.push_back(static_cast<int64_t>(size));
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(static_cast<uint64_t>(count)));
  std::vector<double> numbers(static_cast<size_t>(count), fill.numbers()[0]);
  if (!rows) return Outputs{ConstantTensor(fill.type, std::move(dims), std::move(numbers))};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.ConstantNumbers(std::move(numbers)));
  return Outputs{Context::Rows(fill.type, std::move(dims), value)};
}

Result<Outputs> LowerRange(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(3));
  double bounds[3];
  for (size_t i = 0; i < 3; ++i) {
    const Tensor& bound = node.input(i);
    if (bound.rows || bound.is_text() || bound.numbers().size() != 1 || std::isnan(bound.numbers()[0])) {
      return Unsupported("a bound that is not constant");
    }
    bounds[i] = bound.numbers()[0];
  }
  const double count = std::max(std::ceil((bounds[1] - bounds[0]) / bounds[2]), 0.0);
  if (!(count <= kElementsMax)) return Error{Code::kResourceExhausted, "a range is too long", {}};
  SCOREWAY_RETURN_IF_ERROR(context.Charge(static_cast<uint64_t>(count)));
  std::vector<double> numbers;
  for (double i = 0; i < count; ++i) numbers.push_back(bounds[0] + i * bounds[2]);
  const auto size = static_cast<int64_t>(numbers.size());
  return Outputs{ConstantTensor(node.input(0).type, {size}, std::move(numbers))};
}

}  // namespace scoreway::onnx
