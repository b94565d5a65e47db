// Densities of rows: kernels around the points of training, summed.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

using op::UnaryFunction;

struct Density {
  std::string kernel;
  double bandwidth = 1;
  Matrix points;
  std::vector<double> weights;  // of the points; empty: 1 each
  double weight = 0;            // of all points
};

// Logarithms of the volume of the unit ball in so many dimensions, and of the area of its surface in one more.
double LogVolume(double dimensions) {
  return 0.5 * dimensions * std::log(std::numbers::pi) - std::lgamma(0.5 * dimensions + 1);
}
double LogArea(double dimensions) { return std::log(2 * std::numbers::pi) + LogVolume(dimensions - 1); }

// The logarithm of what a kernel sums up to over all space.
double LogMass(const Density& density, size_t width) {
  const auto d = static_cast<double>(width);
  double mass = 0;
  if (density.kernel == "gaussian") mass = 0.5 * d * std::log(2 * std::numbers::pi);
  if (density.kernel == "tophat") mass = LogVolume(d);
  if (density.kernel == "epanechnikov") mass = LogVolume(d) + std::log(2 / (d + 2));
  if (density.kernel == "exponential") mass = LogArea(d - 1) + std::lgamma(d);
  if (density.kernel == "linear") mass = LogVolume(d) - std::log(d + 1);
  if (density.kernel == "cosine") {
    double sum = 0, term = 2 / std::numbers::pi;
    for (double k = 1; k < d + 1; k += 2) {
      sum += term;
      term *= -(d - k) * (d - k - 1) * (4 / (std::numbers::pi * std::numbers::pi));
    }
    mass = std::log(sum) + LogArea(d - 1);
  }
  return mass + d * std::log(density.bandwidth);
}

// The state of a tree ends with the weights of its points, from the release on that has them.
Result<Density> ReadDensity(Context& context, const Object& model, size_t width) {
  for (const std::string_view tolerance : {"atol", "rtol"}) {
    SCOREWAY_ASSIGN_OR_RETURN(const double number, model.NumberOr(tolerance, 0));
    if (number != 0) return context.Unsupported(model, "sums up to a tolerance that depends on its tree");
  }
  Density density;
  SCOREWAY_ASSIGN_OR_RETURN(density.kernel, model.TextOr("kernel", "gaussian"));
  SCOREWAY_ASSIGN_OR_RETURN(density.bandwidth, model.GetFirst({"bandwidth_", "bandwidth"}).Number());
  SCOREWAY_ASSIGN_OR_RETURN(const Object tree, model.Want("tree_"));
  const pickle::Node* state = tree.is_instance() ? (*tree.node().AsInstance())->state : nullptr;
  if (state == nullptr) return tree.Corrupt("a tree without its state");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Object(state, tree.path()).Items());
  if (parts.size() < 12) return tree.Corrupt("a tree without its points");
  SCOREWAY_ASSIGN_OR_RETURN(density.points, parts[0].Numbers());
  if (density.points.shape.size() != 2 || density.points.columns() != width || density.points.rows() == 0) {
    return tree.Corrupt("points do not fit the columns");
  }
  density.weight = static_cast<double>(density.points.rows());
  if (parts.size() < 13 || !parts[12].has_value()) return density;
  SCOREWAY_ASSIGN_OR_RETURN(Matrix weights, parts[12].Numbers());
  if (weights.size() != density.points.rows()) return tree.Corrupt("not one weight a point");
  density.weights = std::move(weights.values);
  density.weight = 0;
  for (const double weight : density.weights) density.weight += weight;
  return density;
}

// The logarithm of the sum of kernels that are nowhere 0, whose logarithms come in.
Result<ValueId> AddLogSum(Context& context, const Object& model, const Density& density, ValueId logs) {
  if (!density.weights.empty()) {
    op::Affine weigh{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
    weigh.factor.assign(density.weights.size(), 1);
    for (const double weight : density.weights) weigh.offset.push_back(std::log(weight));
    SCOREWAY_ASSIGN_OR_RETURN(logs, context.Add(std::move(weigh), {logs}, model));
  }
  // A term less what it is after normalising.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId normalized, AddRow(context, model, op::RowFunction::kLogSoftmax, logs));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId differences,
                            context.Add(op::Binary{op::BinaryFunction::kSubtract}, {logs, normalized}, model));
  return context.Add(op::AggregateRow{op::RowAggregate::kMax}, {differences}, model);
}

// The logarithm of the sum of kernels that end at the bandwidth.
Result<ValueId> AddLogOfSum(Context& context, const Object& model, const Density& density, ValueId distances) {
  const double h = density.bandwidth;
  const uint32_t count = context.width(distances);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId inner, MultiplyAdd(context, model, distances, 1 / h, 0));
  if (density.kernel == "tophat") {
    SCOREWAY_ASSIGN_OR_RETURN(inner, context.Add(op::Constant{std::vector<double>(count, 1)}, {}, model));
  } else if (density.kernel == "cosine") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId angle, MultiplyAdd(context, model, inner, std::numbers::pi / 2, 0));
    SCOREWAY_ASSIGN_OR_RETURN(inner, AddUnary(context, model, UnaryFunction::kCos, angle));
  } else {
    if (density.kernel == "epanechnikov") {
      SCOREWAY_ASSIGN_OR_RETURN(inner, AddUnary(context, model, UnaryFunction::kSquare, inner));
    }
    SCOREWAY_ASSIGN_OR_RETURN(inner, MultiplyAdd(context, model, inner, -1, 1));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, context.Add(op::Constant{{h}}, {}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId inside,
                            context.Add(op::Binary{op::BinaryFunction::kLess}, {distances, limit}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, context.Add(op::Constant{std::vector<double>(count, 0)}, {}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Add(op::Where{}, {inside, inner, nothing}, model));
  op::Linear sum;
  sum.outputs = 1;
  sum.weights = density.weights.empty() ? std::vector<double>(count, 1) : density.weights;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total, context.Add(std::move(sum), {each}, model));
  return AddUnary(context, model, UnaryFunction::kLog, total);
}

}  // namespace

Result<Prediction> PredictKernelDensity(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Density density, ReadDensity(context, model, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(MetricSettings metric,
                            ReadMetric(context, model, model.Get("metric"), model.Get("metric_params"), in.width()));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(density.points.size() * sizeof(double), model));
  op::PointDistances to_points{metric.metric, std::move(metric.settings), density.points.values};
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(model, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, context.Add(std::move(to_points), {numbers}, model));
  const double h = density.bandwidth;
  ValueId sum = 0;
  if (density.kernel == "gaussian") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context, model, UnaryFunction::kSquare, distances));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId logs, MultiplyAdd(context, model, squares, -0.5 / (h * h), 0));
    SCOREWAY_ASSIGN_OR_RETURN(sum, AddLogSum(context, model, density, logs));
  } else if (density.kernel == "exponential") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId logs, MultiplyAdd(context, model, distances, -1 / h, 0));
    SCOREWAY_ASSIGN_OR_RETURN(sum, AddLogSum(context, model, density, logs));
  } else if (density.kernel == "tophat" || density.kernel == "epanechnikov" || density.kernel == "linear" ||
             density.kernel == "cosine") {
    SCOREWAY_ASSIGN_OR_RETURN(sum, AddLogOfSum(context, model, density, distances));
  } else {
    return context.Unsupported(model, "the kernel '" + density.kernel + "'");
  }
  Prediction prediction;
  const double constant = -LogMass(density, in.width()) - std::log(density.weight);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.score_samples, MultiplyAdd(context, model, sum, 1, constant));
  return prediction;
}

}  // namespace scoreway::sklearn
