#include "importers/onnx/reduce.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "importers/onnx/elementwise.h"
#include "importers/onnx/movement.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;
using op::RowAggregate;
using op::RowFunction;
using op::UnaryFunction;

// More groups than this would make more operators than the plan is worth.
constexpr size_t kGroupsMax = 512;

// The elements of a row (without the row axis) in groups that lie along some axes.
struct Groups {
  std::vector<std::vector<uint32_t>> members;
  Dims kept;      // dimensions of the groups, the axes gone
  Dims kept_one;  // the axes left with size 1
};

Result<Groups> GroupsAlong(const Tensor& in, const std::vector<bool>& along) {
  const Dims core = CoreDims(in);
  Groups groups;
  groups.kept_one = core;
  size_t count = 1;
  for (size_t i = 0; i < core.size(); ++i) {
    if (along[i]) {
      groups.kept_one[i] = 1;
    } else {
      groups.kept.push_back(core[i]);
      count *= static_cast<size_t>(core[i]);
    }
  }
  if (count > kGroupsMax)
    return Unsupported("along inner axes, in more than " + std::to_string(kGroupsMax) + " groups");
  groups.members.resize(count);
  const std::vector<uint32_t> group_of = StretchMap(groups.kept_one, core);
  for (size_t e = 0; e < group_of.size(); ++e) groups.members[group_of[e]].push_back(static_cast<uint32_t>(e));
  return groups;
}

// f of each group's columns, side by side.
template <typename F>
Result<ValueId> ForEachGroup(Context& context, ValueId value, const Groups& groups, F&& f) {
  std::vector<ValueId> parts;
  for (const std::vector<uint32_t>& members : groups.members) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId columns, context.Select(value, members));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, f(columns));
    parts.push_back(part);
  }
  return context.Concat(std::move(parts));
}

// The dimensions of the groups, with rows where they were.
Dims GroupDims(const Tensor& in, const Groups& groups, const std::vector<bool>& along, bool keep) {
  if (keep) return WithRows(groups.kept_one, in.row_axis);
  size_t row_axis = 0;
  for (size_t i = 0; i < in.row_axis; ++i) row_axis += along[i] ? 0 : 1;
  return WithRows(groups.kept, row_axis);
}

Result<std::vector<bool>> MarkedAxes(const Tensor& in, const std::vector<int64_t>& axes) {
  std::vector<bool> along(in.rank() - 1, false);
  for (const int64_t axis : axes) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t whole, AxisOf(axis, in.rank()));
    if (whole == in.row_axis) return Unsupported("it works across rows");
    along[whole > in.row_axis ? whole - 1 : whole] = true;
  }
  return along;
}

// sum, mean ... of the columns of a value of numbers, in float64; the caller rounds.
Result<ValueId> Aggregate(Context& context, RowAggregate function, ValueId value) {
  return context.Add(op::AggregateRow{.function = function}, {value});
}

// log(sum(exp(x))) without overflow, from the greatest.
Result<ValueId> LogSumExp(Context& context, ValueId value) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId greatest, Aggregate(context, RowAggregate::kMax, value));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId sum, context.Binary(BinaryFunction::kSubtract, value, greatest));
  SCOREWAY_ASSIGN_OR_RETURN(sum, context.Unary(UnaryFunction::kExp, sum));
  SCOREWAY_ASSIGN_OR_RETURN(sum, Aggregate(context, RowAggregate::kSum, sum));
  SCOREWAY_ASSIGN_OR_RETURN(sum, context.Unary(UnaryFunction::kLog, sum));
  return context.Binary(BinaryFunction::kAdd, sum, greatest);
}

Result<ValueId> Reduced(Context& context, std::string_view function, ValueId value) {
  const auto then = [&](Result<ValueId> before, UnaryFunction unary) -> Result<ValueId> {
    if (!before.ok()) return before;
    return context.Unary(unary, *before);
  };
  const auto sum_of = [&](UnaryFunction unary) -> Result<ValueId> {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mapped, context.Unary(unary, value));
    return Aggregate(context, RowAggregate::kSum, mapped);
  };
  if (function == "ReduceSum") return Aggregate(context, RowAggregate::kSum, value);
  if (function == "ReduceMean") return Aggregate(context, RowAggregate::kMean, value);
  if (function == "ReduceMax") return Aggregate(context, RowAggregate::kMax, value);
  if (function == "ReduceMin") return Aggregate(context, RowAggregate::kMin, value);
  if (function == "ReduceProd") return Aggregate(context, RowAggregate::kProduct, value);
  if (function == "ReduceL1") return sum_of(UnaryFunction::kAbs);
  if (function == "ReduceL2") return then(sum_of(UnaryFunction::kSquare), UnaryFunction::kSqrt);
  if (function == "ReduceSumSquare") return sum_of(UnaryFunction::kSquare);
  if (function == "ReduceLogSum") return then(Aggregate(context, RowAggregate::kSum, value), UnaryFunction::kLog);
  if (function == "ReduceLogSumExp") return LogSumExp(context, value);
  return Unsupported("the operator is not supported");
}

// The reduction of one group of constants.
std::optional<double> ReducedConstant(std::string_view function, const std::vector<double>& cells) {
  double sum = 0, squares = 0, sizes = 0, product = 1, least = op::kInfinity, greatest = -op::kInfinity;
  for (const double x : cells) {
    sum += x;
    squares += x * x;
    sizes += std::fabs(x);
    product *= x;
    least = std::min(least, x);
    greatest = std::max(greatest, x);
  }
  if (function == "ReduceSum") return sum;
  if (function == "ReduceMean") return sum / static_cast<double>(cells.size());
  if (function == "ReduceProd") return product;
  if (function == "ReduceMin") return least;
  if (function == "ReduceMax") return greatest;
  if (function == "ReduceSumSquare") return squares;
  if (function == "ReduceL1") return sizes;
  if (function == "ReduceL2") return std::sqrt(squares);
  return std::nullopt;
}

Result<Outputs> ReduceConstant(const Node& node, const std::vector<int64_t>& axes) {
  const Tensor& in = node.input(0);
  if (in.is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
  std::vector<bool> along(in.rank(), axes.empty());
  for (const int64_t axis : axes) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t whole, AxisOf(axis, in.rank()));
    along[whole] = true;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Groups groups, GroupsAlong(in, along));
  std::vector<double> numbers;
  for (const std::vector<uint32_t>& members : groups.members) {
    std::vector<double> cells;
    for (const uint32_t member : members) cells.push_back(in.numbers()[member]);
    const std::optional<double> number = ReducedConstant(node.proto().op_type, cells);
    if (!number.has_value()) return Unsupported("of a constant");
    if (!in.is_real() && *number != *number) return Unsupported("arithmetic with the number of rows");
    numbers.push_back(in.is_float() ? static_cast<float>(*number) : *number);
  }
  const bool keep = node.Integer("keepdims", 1) != 0;
  return Outputs{ConstantTensor(in.type, keep ? groups.kept_one : groups.kept, std::move(numbers))};
}

}  // namespace

Result<Outputs> LowerReduce(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  std::vector<int64_t> axes(node.Integers("axes").begin(), node.Integers("axes").end());
  if (node.has_input(1)) {
    SCOREWAY_ASSIGN_OR_RETURN(axes, node.ConstantIntegers(1));
  }
  if (axes.empty() && node.Integer("noop_with_empty_axes", 0) != 0) return Outputs{in};
  if (!in.rows) return ReduceConstant(node, axes);
  if (in.is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
  if (axes.empty()) return Unsupported("it works across rows");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<bool> along, MarkedAxes(in, axes));
  SCOREWAY_ASSIGN_OR_RETURN(const Groups groups, GroupsAlong(in, along));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, ForEachGroup(context, in.value, groups, [&](ValueId columns) {
                              return Reduced(context, node.proto().op_type, columns);
                            }));
  if (node.proto().op_type == "ReduceMean" && !in.is_real()) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kTruncate, value));
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(in.type, value));
  const bool keep = node.Integer("keepdims", 1) != 0;
  return Outputs{Context::Rows(in.type, GroupDims(in, groups, along, keep), value)};
}

namespace {

Result<Outputs> LowerArgBest(Context& context, const Node& node, RowFunction function) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (!in.rows || in.is_text()) return Unsupported("of a constant");
  if (node.Integer("select_last_index", 0) != 0) return Unsupported("the last of equals");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<bool> along, MarkedAxes(in, {node.Integer("axis", 0)}));
  SCOREWAY_ASSIGN_OR_RETURN(const Groups groups, GroupsAlong(in, along));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, ForEachGroup(context, in.value, groups, [&](ValueId columns) {
                              return context.Add(op::Row{function}, {columns});
                            }));
  const bool keep = node.Integer("keepdims", 1) != 0;
  return Outputs{Context::Rows(ElementType::kInt64, GroupDims(in, groups, along, keep), value)};
}

// A function of each group that keeps its width.
Result<Outputs> LowerAlongAxis(Context& context, const Tensor& in, const std::vector<bool>& along,
                               const auto& function) {
  SCOREWAY_ASSIGN_OR_RETURN(const Groups groups, GroupsAlong(in, along));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, ForEachGroup(context, in.value, groups, function));
  // Back from group after group to the order of the input.
  std::vector<uint32_t> back(in.width());
  uint32_t next = 0;
  for (const std::vector<uint32_t>& members : groups.members) {
    for (const uint32_t member : members) back[member] = next++;
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Select(value, std::move(back)));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(in.type, value));
  return Outputs{Context::Rows(in.type, in.dims, value)};
}

// Before version 13 softmax ran over all axes from `axis` on.
Result<Outputs> LowerSoftmaxLike(Context& context, const Node& node, const auto& function) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (!in.rows || !in.is_real()) return Unsupported("of a constant or of integers");
  const bool flat = node.version() < 13;
  SCOREWAY_ASSIGN_OR_RETURN(const size_t axis, AxisOf(node.Integer("axis", flat ? 1 : -1), in.rank()));
  std::vector<int64_t> axes = {static_cast<int64_t>(axis)};
  for (size_t i = axis + 1; flat && i < in.rank(); ++i) axes.push_back(static_cast<int64_t>(i));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<bool> along, MarkedAxes(in, axes));
  return LowerAlongAxis(context, in, along, function);
}

}  // namespace

Result<Tensor> Softmax(Context& context, const Tensor& in) {
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(op::Row{RowFunction::kSoftmax}, {in.value}));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(in.type, value));
  return Context::Rows(in.type, in.dims, value);
}

Result<Outputs> LowerArgMax(Context& context, const Node& node) {
  return LowerArgBest(context, node, RowFunction::kArgMax);
}
Result<Outputs> LowerArgMin(Context& context, const Node& node) {
  return LowerArgBest(context, node, RowFunction::kArgMin);
}

Result<Outputs> LowerSoftmax(Context& context, const Node& node) {
  return LowerSoftmaxLike(context, node,
                          [&](ValueId value) { return context.Add(op::Row{RowFunction::kSoftmax}, {value}); });
}
Result<Outputs> LowerLogSoftmax(Context& context, const Node& node) {
  return LowerSoftmaxLike(context, node,
                          [&](ValueId value) { return context.Add(op::Row{RowFunction::kLogSoftmax}, {value}); });
}

// 1 at the first of the greatest, else 0.
Result<Outputs> LowerHardmax(Context& context, const Node& node) {
  return LowerSoftmaxLike(context, node, [&](ValueId value) -> Result<ValueId> {
    const uint32_t width = context.builder().shape(value).width;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, context.Add(op::Row{RowFunction::kArgMax}, {value}));
    op::OneHot one_hot;
    one_hot.widths = {width};
    one_hot.slots.emplace_back();
    for (uint32_t i = 0; i < width; ++i) one_hot.slots[0].push_back(static_cast<int32_t>(i));
    return context.Add(std::move(one_hot), {best});
  });
}

Result<Outputs> LowerCumSum(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& in = node.input(0);
  if (!in.rows || in.is_text()) return Unsupported("of a constant");
  if (node.Integer("exclusive", 0) != 0 || node.Integer("reverse", 0) != 0) return Unsupported("exclusive or reverse");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> axes, node.ConstantIntegers(1));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<bool> along, MarkedAxes(in, axes));
  return LowerAlongAxis(context, in, along,
                        [&](ValueId value) { return context.Add(op::Row{RowFunction::kCumulativeSum}, {value}); });
}

// A norm of 0 leaves the row as it is.
Result<Outputs> LowerLpNormalization(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (!in.rows || !in.is_real()) return Unsupported("of a constant or of integers");
  op::NormalizeRows normalize;
  normalize.norm = node.Integer("p", 2) == 1 ? op::NormalizeRows::Norm::kL1 : op::NormalizeRows::Norm::kL2;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<bool> along, MarkedAxes(in, {node.Integer("axis", -1)}));
  return LowerAlongAxis(context, in, along, [&](ValueId value) { return context.Add(op::Params(normalize), {value}); });
}

}  // namespace scoreway::onnx
