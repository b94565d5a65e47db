#include "importers/sklearn/point_metrics.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/sparse.h"

namespace scoreway::sklearn {
namespace {

using op::PointMetric;

constexpr std::pair<std::string_view, PointMetric> kMetrics[] = {
    {"euclidean", PointMetric::kEuclidean},
    {"l2", PointMetric::kEuclidean},
    {"sqeuclidean", PointMetric::kSquaredEuclidean},
    {"manhattan", PointMetric::kManhattan},
    {"cityblock", PointMetric::kManhattan},
    {"l1", PointMetric::kManhattan},
    {"chebyshev", PointMetric::kChebyshev},
    {"infinity", PointMetric::kChebyshev},
    {"minkowski", PointMetric::kMinkowski},
    {"p", PointMetric::kMinkowski},
    {"seuclidean", PointMetric::kStandardized},
    {"mahalanobis", PointMetric::kMahalanobis},
    {"cosine", PointMetric::kCosine},
    {"correlation", PointMetric::kCorrelation},
    {"canberra", PointMetric::kCanberra},
    {"braycurtis", PointMetric::kBrayCurtis},
    {"hamming", PointMetric::kHamming},
    {"jaccard", PointMetric::kJaccard},
    {"dice", PointMetric::kDice},
    {"rogerstanimoto", PointMetric::kRogersTanimoto},
    {"sokalmichener", PointMetric::kRogersTanimoto},
    {"russellrao", PointMetric::kRussellRao},
    {"sokalsneath", PointMetric::kSokalSneath},
    {"haversine", PointMetric::kHaversine},
    {"nan_euclidean", PointMetric::kNanEuclidean},
};

// The settings a metric takes, from the arguments it was given.
Result<std::vector<double>> ReadSettings(Context& context, const Object& estimator, PointMetric metric,
                                         const Object& arguments, size_t width) {
  if (metric == PointMetric::kMinkowski) {
    const Object p = arguments.Get("p").has_value() ? arguments.Get("p") : estimator.Get("p");
    SCOREWAY_ASSIGN_OR_RETURN(const double exponent, p.Number());
    return std::vector<double>{exponent};
  }
  if (metric == PointMetric::kStandardized) {
    if (!arguments.Get("V").has_value())
      return context.Unsupported(estimator, "a metric by the variances of the rows asked");
    return arguments.Vector("V", width);
  }
  if (metric == PointMetric::kMahalanobis) {
    if (!arguments.Get("VI").has_value())
      return context.Unsupported(estimator, "a metric by the covariance of the rows asked");
    return arguments.Vector("VI", width * width);
  }
  return std::vector<double>();
}

Result<MetricSettings> ReadFittedMetric(Context& context, const Object& estimator, size_t width) {
  return ReadMetric(context, estimator, estimator.Get("effective_metric_"), estimator.Get("effective_metric_params_"),
                    width);
}

// A field of whole numbers below a bound.
Result<std::vector<uint32_t>> ReadNodeField(const Object& at, std::string_view field) {
  if (!at.is_array()) return at.Corrupt("an array of nodes was expected");
  Result<pickle::Array> array = (*at.node().AsArray())->Field(field);
  if (!array.ok()) return AtPlace(at.path(), std::move(array).error());
  Result<std::vector<int64_t>> numbers = array->ToInts();
  if (!numbers.ok()) return AtPlace(at.path(), std::move(numbers).error());
  std::vector<uint32_t> out;
  out.reserve(numbers->size());
  for (int64_t number : *numbers) {
    if (number < 0 || number > UINT32_MAX) return at.Corrupt("a node out of range");
    out.push_back(static_cast<uint32_t>(number));
  }
  return out;
}

// The state of scikit-learn's KDTree or BallTree: data, order, nodes, bounds, ...
Status ReadTree(const Object& tree, bool box, op::NearestPoints* nearest) {
  const pickle::Node* state = (*tree.node().AsInstance())->state;
  if (state == nullptr) return Status(tree.Corrupt("a tree without its state"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Object(state, tree.path()).Items());
  if (parts.size() < 4) return Status(tree.Corrupt("a tree without its nodes"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> order, parts[1].Integers());
  for (int64_t index : order) {
    if (index < 0 || index > UINT32_MAX) return Status(parts[1].Corrupt("a point out of range"));
    nearest->order.push_back(static_cast<uint32_t>(index));
  }
  SCOREWAY_ASSIGN_OR_RETURN(nearest->begin, ReadNodeField(parts[2], "idx_start"));
  SCOREWAY_ASSIGN_OR_RETURN(nearest->end, ReadNodeField(parts[2], "idx_end"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<uint32_t> leaves, ReadNodeField(parts[2], "is_leaf"));
  for (uint32_t leaf : leaves) nearest->leaf.push_back(leaf != 0 ? 1 : 0);
  SCOREWAY_ASSIGN_OR_RETURN(Matrix bounds, parts[3].Numbers());
  nearest->bounds = std::move(bounds.values);
  nearest->search = box ? op::NearestPoints::Search::kBoxTree : op::NearestPoints::Search::kBallTree;
  if (box) return {};
  Result<pickle::Array> radius = (*parts[2].node().AsArray())->Field("radius");
  if (!radius.ok()) return AtPlace(parts[2].path(), std::move(radius).error());
  Result<std::vector<double>> numbers = radius->ToDoubles();
  if (!numbers.ok()) return AtPlace(parts[2].path(), std::move(numbers).error());
  nearest->radius = std::move(numbers).value();
  return {};
}

Result<Matrix> ReadFitted(Context& context, const Object& estimator, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object points_at, estimator.Want("_fit_X"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, ReadMatrix(context, points_at));
  if (points.shape.size() != 2 || points.columns() != width || points.rows() == 0) {
    return points_at.Corrupt("points do not fit the columns");
  }
  return points;
}

// Whether distances take few values only, so that mostly ties decide which points are nearest.
bool IsCounted(PointMetric metric) {
  switch (metric) {
    case PointMetric::kHamming:
    case PointMetric::kJaccard:
    case PointMetric::kDice:
    case PointMetric::kRogersTanimoto:
    case PointMetric::kRussellRao:
    case PointMetric::kSokalSneath: return true;
    default: return false;
  }
}

// Whether many distances will be equal: between whole numbers, or to points that are there twice.
bool TiesAreLikely(const std::vector<double>& points, size_t width) {
  const auto whole = [](double cell) { return std::isnan(cell) || cell == std::floor(cell); };
  if (std::all_of(points.begin(), points.end(), whole)) return true;
  std::vector<const double*> rows;
  for (size_t i = 0; i < points.size(); i += width) rows.push_back(points.data() + i);
  const auto less = [width](const double* a, const double* b) {
    return std::lexicographical_compare(a, a + width, b, b + width);
  };
  std::sort(rows.begin(), rows.end(), less);
  return std::adjacent_find(rows.begin(), rows.end(),
                            [&less](const double* a, const double* b) { return !less(a, b); }) != rows.end();
}

FiniteRule RuleOf(PointMetric metric) { return {.allow_nan = metric == PointMetric::kNanEuclidean}; }

// How a fitted estimator looks through its points.
Status ReadSearch(Context& context, const Object& estimator, size_t width, op::NearestPoints* nearest) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, estimator.TextOr("_fit_method", "brute"));
  const Object tree = estimator.Get("_tree");
  if ((method == "kd_tree" || method == "ball_tree") && tree.is_instance()) {
    return ReadTree(tree, method == "kd_tree", nearest);
  }
  if (method != "brute") return Status(context.Unsupported(estimator, "the method '" + method + "'"));
  // Without a tree scikit-learn leaves these to numpy's partition, which depends on the processor.
  if (IsCounted(nearest->metric))
    return Status(context.Unsupported(estimator, "a search without a tree by this metric"));
  if (nearest->metric == PointMetric::kBrayCurtis && !context.AtLeast(1, 1)) {
    return Status(context.Unsupported(estimator, "a search without a tree by Bray and Curtis' metric before 1.1"));
  }
  // Every release leaves ties among incomplete rows to it, and older ones all ties.
  const bool partitioned = !context.AtLeast(1, 1) || nearest->metric == PointMetric::kNanEuclidean;
  if (partitioned && TiesAreLikely(nearest->points, width)) {
    return Status(context.Unsupported(estimator, nearest->metric == PointMetric::kNanEuclidean
                                                     ? "a search among incomplete rows that are equally far"
                                                     : "a search without a tree before 1.1 among points that are "
                                                       "equally far"));
  }
  const bool euclidean =
      nearest->metric == PointMetric::kEuclidean || nearest->metric == PointMetric::kSquaredEuclidean;
  if (euclidean) nearest->search = op::NearestPoints::Search::kScanByProduct;
  return {};
}

}  // namespace

Result<MetricSettings> ReadMetric(Context& context, const Object& estimator, const Object& metric,
                                  const Object& arguments, size_t width) {
  if (!metric.is_text()) return context.Unsupported(estimator, "a metric of the user's own");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, metric.Text());
  const auto* found = std::find_if(std::begin(kMetrics), std::end(kMetrics),
                                   [&name](const auto& known) { return known.first == name; });
  if (found == std::end(kMetrics)) return context.Unsupported(estimator, "the metric '" + name + "'");
  if (arguments.Get("w").has_value()) return context.Unsupported(estimator, "a metric with weights");
  MetricSettings settings;
  settings.metric = found->second;
  SCOREWAY_ASSIGN_OR_RETURN(settings.settings, ReadSettings(context, estimator, settings.metric, arguments, width));
  if (settings.metric != PointMetric::kMinkowski) return settings;
  const double exponent = settings.settings[0];
  if (exponent != 1 && exponent != 2 && !std::isinf(exponent)) return settings;
  settings.metric = exponent == 1   ? PointMetric::kManhattan
                    : exponent == 2 ? PointMetric::kEuclidean
                                    : PointMetric::kChebyshev;
  settings.settings.clear();
  return settings;
}

Result<ValueId> AddNearest(Context& context, const Object& estimator, const Table& in, size_t count) {
  op::NearestPoints nearest;
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, ReadFitted(context, estimator, in.width()));
  if (count == 0 || count > points.rows()) return estimator.Corrupt("more neighbours than points");
  SCOREWAY_ASSIGN_OR_RETURN(MetricSettings metric, ReadFittedMetric(context, estimator, in.width()));
  nearest.metric = metric.metric;
  nearest.settings = std::move(metric.settings);
  nearest.count = static_cast<uint32_t>(count);
  SCOREWAY_RETURN_IF_ERROR(context.Charge(points.size() * sizeof(double), estimator));
  nearest.points = std::move(points.values);
  SCOREWAY_RETURN_IF_ERROR(ReadSearch(context, estimator, in.width(), &nearest));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(estimator, &checked, RuleOf(nearest.metric)));
  return context.Add(std::move(nearest), {numbers}, estimator);
}

Result<ValueId> AddWithin(Context& context, const Object& estimator, const Table& in, double radius) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, ReadFitted(context, estimator, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(MetricSettings metric, ReadFittedMetric(context, estimator, in.width()));
  if (metric.metric == PointMetric::kBrayCurtis && !context.AtLeast(1, 1)) {
    return context.Unsupported(estimator, "Bray and Curtis' metric before 1.1");
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(points.size() * sizeof(double), estimator));
  // Euclidean distances are compared before the root is taken.
  const bool euclidean = metric.metric == PointMetric::kEuclidean;
  if (euclidean) metric.metric = PointMetric::kSquaredEuclidean;
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(estimator, &checked, RuleOf(metric.metric)));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId distances, context.Add(op::PointDistances{metric.metric, std::move(metric.settings),
                                                                              std::move(points.values)},
                                                           {numbers}, estimator));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit,
                            context.Add(op::Constant{{euclidean ? radius * radius : radius}}, {}, estimator));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId inside,
                            context.Add(op::Binary{op::BinaryFunction::kLessEqual}, {distances, limit}, estimator));
  if (euclidean) {
    SCOREWAY_ASSIGN_OR_RETURN(distances, AddUnary(context, estimator, op::UnaryFunction::kSqrt, distances));
  }
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId outside,
      context.Add(op::Constant{std::vector<double>(context.width(distances), op::kNaN)}, {}, estimator));
  return context.Add(op::Where{}, {inside, distances, outside}, estimator);
}

}  // namespace scoreway::sklearn
