#include "importers/onnx/lowering.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace scoreway::onnx {
namespace {

constexpr uint64_t kColumnsFree = uint64_t{1} << 23;
constexpr uint64_t kColumnsPerByte = 16;

}  // namespace

Error Unsupported(std::string reason) { return Error{Code::kUnsupported, std::move(reason), {}}; }

// ---- attributes ----------------------------------------------------------------------------------------------------

int64_t Node::Integer(std::string_view name, int64_t otherwise) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? otherwise : attribute->integer;
}
float Node::Number(std::string_view name, float otherwise) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? otherwise : attribute->number;
}
std::string_view Node::Text(std::string_view name, std::string_view otherwise) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? otherwise : attribute->text;
}
std::span<const int64_t> Node::Integers(std::string_view name) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? std::span<const int64_t>() : attribute->integers;
}
std::span<const float> Node::Numbers(std::string_view name) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? std::span<const float>() : attribute->numbers;
}
std::span<const std::string_view> Node::Texts(std::string_view name) const {
  const AttributeProto* attribute = proto_.Find(name);
  return attribute == nullptr ? std::span<const std::string_view>() : attribute->texts;
}

Result<Tensor> Node::TensorAttribute(std::string_view name) const {
  const AttributeProto* attribute = proto_.Find(name);
  if (attribute == nullptr) return Error{Code::kCorrupt, "the attribute " + std::string(name) + " is missing", {}};
  return ReadTensor(attribute->tensor);
}

Status Node::WantInputs(size_t count) const {
  for (size_t i = 0; i < count; ++i) {
    if (!has_input(i)) return Status(Code::kCorrupt, "input " + std::to_string(i) + " is missing");
  }
  return {};
}

Result<std::vector<int64_t>> Node::ConstantIntegers(size_t index) const {
  const Tensor& tensor = input(index);
  if (tensor.rows || tensor.is_text()) {
    return Unsupported("input " + std::to_string(index) + " is not constant");
  }
  std::vector<int64_t> integers;
  for (double number : tensor.numbers()) {
    if (std::isnan(number)) return Unsupported("the number of rows as a size");
    constexpr double kMost = 9.2e18;
    integers.push_back(static_cast<int64_t>(std::clamp(number, -kMost, kMost)));
  }
  return integers;
}

// ---- values --------------------------------------------------------------------------------------------------------

Context::Context(ModelBuilder* builder, size_t artifact_bytes)
    : builder_(builder), columns_left_(kColumnsFree + kColumnsPerByte * artifact_bytes) {}

Status Context::Charge(uint64_t columns) {
  if (columns > columns_left_) {
    return Status(Code::kResourceExhausted, "the model grows beyond what its size allows");
  }
  columns_left_ -= columns;
  return {};
}

Result<ValueId> Context::Add(op::Params params, std::vector<ValueId> inputs) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, builder_->Add(std::move(params), std::move(inputs), origin_));
  SCOREWAY_RETURN_IF_ERROR(Charge(builder_->shape(value).width));
  return value;
}

Result<ValueId> Context::Unary(op::UnaryFunction function, ValueId value) { return Add(op::Unary{function}, {value}); }

Result<ValueId> Context::Binary(op::BinaryFunction function, ValueId a, ValueId b) {
  return Add(op::Binary{.function = function}, {a, b});
}

Result<ValueId> Context::Select(ValueId value, std::vector<uint32_t> columns) {
  bool all = columns.size() == builder_->shape(value).width;
  for (size_t i = 0; all && i < columns.size(); ++i) all = columns[i] == i;
  if (all) return value;
  return Add(op::Select{std::move(columns)}, {value});
}

Result<ValueId> Context::Concat(std::vector<ValueId> values) {
  if (values.size() == 1) return values[0];
  return Add(op::Concat{}, std::move(values));
}

Result<ValueId> Context::ConstantNumbers(std::vector<double> numbers) {
  return Add(op::Constant{std::move(numbers)}, {});
}

Result<ValueId> Context::ConstantTexts(std::vector<std::string> texts) {
  std::vector<double> codes(texts.size());
  std::iota(codes.begin(), codes.end(), 0.0);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, ConstantNumbers(std::move(codes)));
  return Add(op::DecodeText{std::move(texts)}, {value});
}

Result<ValueId> Context::Round(ElementType type, ValueId value) {
  return type == ElementType::kFloat ? Unary(op::UnaryFunction::kFloat32, value) : Result<ValueId>(value);
}

namespace {

// NaN among integers stands for the number of rows, which no operator knows.
Status CheckNoRowCount(const Tensor& tensor) {
  if (tensor.type != ElementType::kInt64) return {};
  for (double number : tensor.numbers()) {
    if (std::isnan(number)) return Status(Unsupported("the number of rows as a number"));
  }
  return {};
}

}  // namespace

Result<ValueId> Context::Columns(const Tensor& tensor) {
  if (tensor.rows) return tensor.value;
  SCOREWAY_RETURN_IF_ERROR(CheckNoRowCount(tensor));
  return tensor.is_text() ? ConstantTexts(tensor.constant->texts) : ConstantNumbers(tensor.numbers());
}

Result<ValueId> Context::Stretched(const Tensor& tensor, const Dims& dims) {
  const Dims from = CoreDims(tensor);
  Dims core = dims;
  core.erase(core.begin() + static_cast<std::ptrdiff_t>(RowAxis(dims)));
  if (ElementCount(from) == 1) return Columns(tensor);
  SCOREWAY_RETURN_IF_ERROR(Charge(static_cast<uint64_t>(ElementCount(core))));
  std::vector<uint32_t> map = tensor.rows ? StretchMap(from, core) : ConstantMap(tensor, dims);
  if (tensor.rows) return Select(tensor.value, std::move(map));
  SCOREWAY_RETURN_IF_ERROR(CheckNoRowCount(tensor));
  if (tensor.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId texts, Columns(tensor));
    return Select(texts, std::move(map));
  }
  std::vector<double> numbers(map.size());
  for (size_t i = 0; i < map.size(); ++i) numbers[i] = tensor.numbers()[map[i]];
  return ConstantNumbers(std::move(numbers));
}

Tensor Context::Rows(ElementType type, Dims dims, ValueId value) {
  Tensor tensor;
  tensor.type = type;
  tensor.dims = std::move(dims);
  tensor.rows = true;
  tensor.row_axis = RowAxis(tensor.dims);
  tensor.value = value;
  return tensor;
}

// ---- dimensions ----------------------------------------------------------------------------------------------------

size_t RowAxis(const Dims& dims) {
  return static_cast<size_t>(std::find(dims.begin(), dims.end(), Tensor::kRowsDim) - dims.begin());
}

std::vector<uint32_t> ConstantMap(const Tensor& constant, const Dims& dims) {
  const size_t row_axis = RowAxis(dims);
  Dims core = dims, from = constant.dims;
  core.erase(core.begin() + static_cast<std::ptrdiff_t>(row_axis));
  // Where the constant reaches to the row axis, it has the size 1 there.
  const size_t behind = dims.size() - row_axis;
  if (from.size() >= behind) from.erase(from.end() - static_cast<std::ptrdiff_t>(behind));
  return StretchMap(from, core);
}

Result<size_t> AxisOf(int64_t axis, size_t rank) {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank) {
    return Error{Code::kCorrupt, "axis " + std::to_string(axis) + " of a tensor of rank " + std::to_string(rank), {}};
  }
  return static_cast<size_t>(axis < 0 ? axis + signed_rank : axis);
}

Result<Dims> BroadcastDims(const Tensor& a, const Tensor& b) {
  const size_t rank = std::max(a.rank(), b.rank());
  Dims dims(rank, 1);
  const bool rows = a.rows || b.rows;
  for (const Tensor* tensor : {&a, &b}) {
    const size_t skipped = rank - tensor->rank();
    for (size_t i = skipped; i < rank; ++i) {
      const int64_t dim = tensor->dims[i - skipped];
      if (dim == 1 || dim == dims[i]) continue;
      if (dims[i] == Tensor::kRowsDim || (dim == Tensor::kRowsDim && dims[i] != 1)) {
        return Unsupported("the rows of one input meet another axis of the other");
      }
      if (dims[i] != 1) {
        return Error{Code::kCorrupt, "inputs of dimensions " + DimsText(a.dims) + " and " + DimsText(b.dims), {}};
      }
      dims[i] = dim;
    }
  }
  if (rows && std::count(dims.begin(), dims.end(), Tensor::kRowsDim) != 1) {
    return Unsupported("the rows of one input meet another axis of the other");
  }
  return dims;
}

std::vector<uint32_t> StretchMap(const Dims& from, const Dims& dims) {
  const auto count = static_cast<size_t>(ElementCount(dims));
  std::vector<uint32_t> map(count);
  // The leading axes that `from` lacks, or that are 1 beyond those of dims, do not move it.
  std::vector<int64_t> steps(dims.size(), 0);
  int64_t step = 1;
  for (size_t k = 0; k < from.size() && k < dims.size(); ++k) {
    const size_t i = from.size() - 1 - k;
    if (from[i] != 1) steps[dims.size() - 1 - k] = step;
    step *= from[i];
  }
  Dims at(dims.size(), 0);
  int64_t source = 0;
  for (size_t e = 0; e < count; ++e) {
    map[e] = static_cast<uint32_t>(source);
    for (size_t k = dims.size(); k-- > 0;) {
      source += steps[k];
      if (++at[k] < dims[k]) break;
      source -= steps[k] * dims[k];
      at[k] = 0;
    }
  }
  return map;
}

}  // namespace scoreway::onnx
