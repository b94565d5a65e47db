#include "importers/onnx/points.h"

#include <algorithm>
#include <optional>
#include <span>

namespace scoreway::onnx {
namespace {

using op::PointMetric;

// The distance that a body measures from its scanned point to the rows; `settings` as PointDistances has them.
struct Distance {
  PointMetric metric = PointMetric::kSquaredEuclidean;
  std::vector<double> settings;
  bool is_power = false;  // of kMinkowski: without the root
};

// A body of a loop: which node makes a name.
class Body {
 public:
  explicit Body(const GraphProto& graph) : graph_(graph) {}

  // The node that makes the name, through Identity; null if none does.
  const NodeProto* Maker(std::string_view name) const { return MakerOf(Source(name)); }
  // The name that an Identity passes on, or the name itself.
  std::string_view Source(std::string_view name) const {
    for (size_t steps = 0; steps < graph_.nodes.size(); ++steps) {
      const NodeProto* node = MakerOf(name);
      if (node == nullptr || node->op_type != "Identity" || node->inputs.size() != 1) break;
      name = node->inputs[0];
    }
    return name;
  }

 private:
  const NodeProto* MakerOf(std::string_view name) const {
    for (const NodeProto& node : graph_.nodes) {
      if (node.domain.empty() && std::ranges::find(node.outputs, name) != node.outputs.end()) return &node;
    }
    return nullptr;
  }

  const GraphProto& graph_;
};

// A constant of the body: an initializer.
std::optional<std::vector<double>> ConstantOf(const GraphProto& graph, std::string_view name) {
  for (const Initializer& initializer : graph.initializers) {
    if (initializer.name != name) continue;
    Result<Tensor> tensor = ReadTensor(initializer.tensor);
    if (!tensor.ok() || tensor->is_text()) return std::nullopt;
    return tensor->numbers();
  }
  return std::nullopt;
}

// Whether the node reduces along the columns and drops that axis.
bool ReducesColumns(const GraphProto& graph, const NodeProto& node) {
  const AttributeProto* keep = node.Find("keepdims");
  if (keep == nullptr || keep->integer != 0) return false;
  std::vector<double> axes;
  if (const AttributeProto* attribute = node.Find("axes"); attribute != nullptr) {
    axes.assign(attribute->integers.begin(), attribute->integers.end());
  } else if (node.inputs.size() == 2) {
    const std::optional<std::vector<double>> constant = ConstantOf(graph, node.inputs[1]);
    if (!constant) return false;
    axes = *constant;
  }
  return axes.size() == 1 && (axes[0] == 1 || axes[0] == -1);
}

// The distance of a body that gives its state on and, for each scanned point, a number for each row.
std::optional<Distance> DistanceOf(const GraphProto& graph) {
  if (graph.inputs.size() != 2 || graph.outputs.size() != 2) return std::nullopt;
  const Body body(graph);
  const std::string_view rows = graph.inputs[0].name, point = graph.inputs[1].name;
  if (body.Source(graph.outputs[0].name) != rows) return std::nullopt;
  const NodeProto* sum = body.Maker(graph.outputs[1].name);
  if (sum == nullptr || sum->inputs.empty() || !ReducesColumns(graph, *sum)) return std::nullopt;
  const NodeProto* inner = body.Maker(sum->inputs[0]);
  Distance distance;
  if (sum->op_type == "ReduceSum") {
    distance.metric = PointMetric::kManhattan;
    if (inner != nullptr && inner->op_type == "Pow" && inner->inputs.size() == 2) {
      const std::optional<std::vector<double>> power = ConstantOf(graph, inner->inputs[1]);
      if (!power || power->size() != 1) return std::nullopt;
      distance = {PointMetric::kMinkowski, *power, true};
      inner = body.Maker(inner->inputs[0]);
    }
    if (inner == nullptr || inner->op_type != "Abs" || inner->inputs.size() != 1) return std::nullopt;
    inner = body.Maker(inner->inputs[0]);
  } else if (sum->op_type != "ReduceSumSquare") {
    return std::nullopt;
  }
  if (inner == nullptr || inner->op_type != "Sub" || inner->inputs.size() != 2) return std::nullopt;
  const std::string_view a = body.Source(inner->inputs[0]), b = body.Source(inner->inputs[1]);
  if (!(a == rows && b == point) && !(a == point && b == rows)) return std::nullopt;
  return distance;
}

// A column for each of the points, which are rows of a constant matrix.
Result<ValueId> DistancesTo(Context& context, const Tensor& rows, const Tensor& points, const Distance& distance) {
  if (!rows.rows || rows.lying || rows.row_axis != 0 || rows.rank() != 2 || points.rows || points.rank() != 2 ||
      !rows.is_real() || rows.type != points.type) {
    return Unsupported("distances of other than the rows and constant points");
  }
  if (points.dims[1] != rows.dims[1]) return Error{Code::kCorrupt, "points of another number of columns", {}};
  if (points.dims[0] == 0) return Unsupported("no points");
  SCOREWAY_RETURN_IF_ERROR(context.Charge(points.numbers().size()));
  context.set_measures_distances();
  op::PointDistances distances;
  distances.metric = distance.metric;
  distances.settings = distance.settings;
  distances.points = points.numbers();
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(std::move(distances), {rows.value}));
  if (distance.is_power) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, context.ConstantNumbers(distance.settings));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(op::BinaryFunction::kPower, value, power));
  }
  return context.Round(rows.type, value);
}

bool AllZero(std::span<const int64_t> numbers) {
  return std::ranges::all_of(numbers, [](int64_t number) { return number == 0; });
}

}  // namespace

Result<Outputs> LowerScan(Context& context, const Node& node) {
  const AttributeProto* body = node.proto().Find("body");
  if (body == nullptr || body->graph == nullptr) return Error{Code::kCorrupt, "the body is missing", {}};
  const bool plain = node.version() >= 9 && node.input_count() == 2 && node.has_input(0) && node.has_input(1) &&
                     node.Integer("num_scan_inputs", 0) == 1 && AllZero(node.Integers("scan_input_axes")) &&
                     AllZero(node.Integers("scan_output_axes")) && AllZero(node.Integers("scan_input_directions")) &&
                     AllZero(node.Integers("scan_output_directions"));
  const std::optional<Distance> distance = plain ? DistanceOf(*body->graph) : std::nullopt;
  if (!distance) return Unsupported("a loop that does not measure distances to constant points");
  const Tensor& rows = node.input(0);
  const Tensor& points = node.input(1);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, DistancesTo(context, rows, points, *distance));
  return Outputs{rows, Context::Rows(rows.type, {points.dims[0], Tensor::kRowsDim}, value)};
}

Result<Outputs> LowerCDist(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const std::string_view metric = node.Text("metric", "sqeuclidean");
  if (metric != "sqeuclidean" && metric != "euclidean") return Unsupported("the metric " + std::string(metric));
  Distance distance;
  if (metric == "euclidean") distance.metric = PointMetric::kEuclidean;
  const Tensor& points = node.input(1);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, DistancesTo(context, node.input(0), points, distance));
  return Outputs{Context::Rows(points.type, {Tensor::kRowsDim, points.dims[0]}, value)};
}

// The values, and where they were.
Result<Outputs> LowerTopK(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  // Data of few digits have many points at one distance; which of them is nearer is up to how ONNX Runtime rounds.
  if (context.measures_distances()) return Unsupported("the nearest by distances whose float32 sums decide ties");
  if (!in.rows || in.is_text()) return Unsupported("of a constant or of texts");
  SCOREWAY_ASSIGN_OR_RETURN(const size_t axis, AxisOf(node.Integer("axis", -1), in.rank()));
  if (in.rank() != 2 || in.row_axis != 0 || axis != 1) return Unsupported("along other than the columns of rows");
  int64_t count = node.Integer("k", 0);  // before version 10
  if (node.has_input(1)) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, node.ConstantIntegers(1));
    if (counts.size() != 1) return Error{Code::kCorrupt, "one number is wanted", {}};
    count = counts[0];
  }
  if (count < 1 || count > in.dims[1]) return Error{Code::kCorrupt, "more than there are", {}};
  const auto ranks = static_cast<uint32_t>(count);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ranked,
                            context.Add(op::RankRow{ranks, node.Integer("largest", 1) != 0}, {in.value}));
  std::vector<uint32_t> indices, numbers;
  for (uint32_t i = 0; i < ranks; ++i) {
    indices.push_back(i);
    numbers.push_back(ranks + i);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId values, context.Select(ranked, std::move(numbers)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId places, context.Select(ranked, std::move(indices)));
  return Outputs{Context::Rows(in.type, {Tensor::kRowsDim, count}, values),
                 Context::Rows(ElementType::kInt64, {Tensor::kRowsDim, count}, places)};
}

}  // namespace scoreway::onnx
