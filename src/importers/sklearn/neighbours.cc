// Nearest neighbours: classes and numbers of the points nearest to a row, or of those within a radius.

#include <algorithm>
#include <limits>
#include <numeric>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

// Columns [begin, begin + count) of a value.
Result<ValueId> Columns(Context& context, const Object& origin, ValueId value, uint32_t begin, uint32_t count) {
  std::vector<uint32_t> columns(count);
  std::iota(columns.begin(), columns.end(), begin);
  return context.SelectColumns(value, std::move(columns), origin);
}

// Whether nearer neighbours weigh more.
Result<bool> WeighsByDistance(Context& context, const Object& model) {
  const Object weights = model.Get("weights");
  if (!weights.has_value()) return false;
  if (!weights.is_text()) return context.Unsupported(model, "weights by code of the user's own");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, weights.Text());
  if (name != "uniform" && name != "distance") return context.Unsupported(model, "weights '" + name + "'");
  return name == "distance";
}

struct Neighbours {
  ValueId indices = 0;
  ValueId weights = 0;
};

Result<Neighbours> AddNeighbours(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, model.Integer("n_neighbors"));
  if (count <= 0 || count > UINT32_MAX) return model.Corrupt("n_neighbors out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const bool by_distance, WeighsByDistance(context, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearest(context, model, in, static_cast<size_t>(count)));
  const auto width = static_cast<uint32_t>(count);
  Neighbours neighbours;
  SCOREWAY_ASSIGN_OR_RETURN(neighbours.indices, Columns(context, model, nearest, 0, width));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, Columns(context, model, nearest, width, width));
  SCOREWAY_ASSIGN_OR_RETURN(neighbours.weights, context.Add(op::DistanceWeights{by_distance}, {distances}, model));
  return neighbours;
}

// Classes of each target: of one target a list, else a list of lists.
Result<std::vector<Labels>> ReadTargets(const Object& model, size_t targets) {
  std::vector<Labels> all;
  if (targets == 1) {
    const Object classes = model.Get("classes_");
    const bool nested = classes.is_sequence();
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> lists,
                              nested ? classes.Items() : Result<std::vector<Object>>(std::vector<Object>{classes}));
    if (lists.size() != 1) return classes.Corrupt("classes of one target were expected");
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, lists[0].ReadLabels());
    all.push_back(std::move(labels));
    return all;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> lists, model.Items("classes_"));
  if (lists.size() != targets) return model.Corrupt("not one list of classes a target");
  for (const Object& list : lists) {
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, list.ReadLabels());
    all.push_back(std::move(labels));
  }
  return all;
}

// What the points stand for: a column a target.
struct PointValues {
  Matrix matrix;
  size_t targets = 1;

  std::vector<double> Column(size_t target) const {
    std::vector<double> column;
    for (size_t i = target; i < matrix.size(); i += targets) column.push_back(matrix.values[i]);
    return column;
  }
};

Result<PointValues> ReadPointValues(const Object& model) {
  PointValues values;
  SCOREWAY_ASSIGN_OR_RETURN(values.matrix, model.Numbers("_y"));
  if (values.matrix.shape.size() == 2) values.targets = values.matrix.shape[1];
  if (values.targets == 0 || values.matrix.size() == 0) return model.Corrupt("points without targets");
  return values;
}

Result<ValueId> SumOf(Context& context, const Object& origin, ValueId value) {
  return context.Add(op::AggregateRow{op::RowAggregate::kSum}, {value}, origin);
}

Status CheckCodes(const Object& model, const std::vector<double>& codes, size_t classes) {
  const bool fits = std::all_of(codes.begin(), codes.end(), [classes](double code) {
    return code >= 0 && code < static_cast<double>(classes) && code == static_cast<double>(static_cast<size_t>(code));
  });
  return fits ? Status() : Status(model.Corrupt("a class out of range"));
}

// `add` gives the sum of weights of each class of a target, from its number and the class of every point.
template <typename Add>
Result<Prediction> Classify(Context& context, const Object& model, Add add) {
  SCOREWAY_ASSIGN_OR_RETURN(const PointValues values, ReadPointValues(model));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Labels> labels, ReadTargets(model, values.targets));
  Prediction all;
  for (size_t target = 0; target < values.targets; ++target) {
    const std::vector<double> codes = values.Column(target);
    SCOREWAY_RETURN_IF_ERROR(CheckCodes(model, codes, labels[target].size()));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sums, add(target, codes, labels[target]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId total, SumOf(context, model, sums));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares,
                              context.Add(op::Binary{op::BinaryFunction::kDivide}, {sums, total}, model));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction one,
                              ClassifierOfProbabilities(context, model, std::move(labels[target]), shares));
    SCOREWAY_ASSIGN_OR_RETURN(one.codes, ArgMax(context, model, sums));
    if (values.targets == 1) return one;
    all.targets.push_back(std::move(one));
  }
  return all;
}

// Where no point is near, all the weight is that of the outliers' class, or the run fails if there is none.
Result<ValueId> ForOutliers(Context& context, const Object& model, size_t target, const Labels& labels, ValueId sums) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total, SumOf(context, model, sums));
  const Object given = model.Get("outlier_label_");
  if (!given.has_value()) {
    op::NumberDomain some;
    some.column_names = {"neighbours within the radius"};
    some.low = {std::numeric_limits<double>::min()};
    some.high = {op::kInfinity};
    some.invalid = op::InvalidCell::kReject;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked, context.Add(std::move(some), {total}, model));
    return context.Add(op::Where{}, {checked, sums, sums}, model);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Labels outliers, given.ReadLabels());
  if (target >= outliers.size()) return given.Corrupt("not one label a target");
  std::vector<double> weights(labels.size(), 0);
  for (size_t k = 0; k < labels.size(); ++k) weights[k] = labels.TextAt(k) == outliers.TextAt(target) ? 1 : 0;
  if (std::count(weights.begin(), weights.end(), 1) != 1) {
    return context.Unsupported(model, "a label for outliers that is no class");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId outlier, context.Add(op::Constant{std::move(weights)}, {}, model));
  return context.Add(op::Where{}, {total, sums, outlier}, model);
}

Result<double> ReadRadius(const Object& model) {
  const Object radius = model.Get("radius");
  return radius.Number();
}

}  // namespace

Result<Prediction> PredictNeighboursClassifier(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Neighbours neighbours, AddNeighbours(context, model, in));
  const auto add = [&](size_t, const std::vector<double>& codes, const Labels& labels) -> Result<ValueId> {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId found, context.Add(op::DecodeNumber{codes}, {neighbours.indices}, model));
    return context.Add(op::CellVotes{static_cast<uint32_t>(labels.size())}, {found, neighbours.weights}, model);
  };
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, Classify(context, model, add));
  prediction.neighbours = neighbours.indices;
  return prediction;
}

Result<Prediction> PredictNeighboursRegressor(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Neighbours neighbours, AddNeighbours(context, model, in));
  SCOREWAY_ASSIGN_OR_RETURN(const PointValues values, ReadPointValues(model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total,
                            context.Add(op::AggregateRow{op::RowAggregate::kSum}, {neighbours.weights}, model));
  std::vector<ValueId> means;
  for (size_t target = 0; target < values.targets; ++target) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId found,
                              context.Add(op::DecodeNumber{values.Column(target)}, {neighbours.indices}, model));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId weighted, context.Add(op::Binary{op::BinaryFunction::kMultiply},
                                                                  {found, neighbours.weights}, model));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum,
                              context.Add(op::AggregateRow{op::RowAggregate::kSum}, {weighted}, model));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean,
                              context.Add(op::Binary{op::BinaryFunction::kDivide}, {sum, total}, model));
    means.push_back(mean);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(means), model));
  Prediction prediction = RegressorOf(all);
  prediction.neighbours = neighbours.indices;
  return prediction;
}

Result<Prediction> PredictNearestNeighbours(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, model.Integer("n_neighbors"));
  if (count <= 0 || count > UINT32_MAX) return model.Corrupt("n_neighbors out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearest(context, model, in, static_cast<size_t>(count)));
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.neighbours, Columns(context, model, nearest, 0, static_cast<uint32_t>(count)));
  return prediction;
}

Result<Prediction> PredictRadiusClassifier(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool by_distance, WeighsByDistance(context, model));
  SCOREWAY_ASSIGN_OR_RETURN(const double radius, ReadRadius(model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, AddWithin(context, model, in, radius));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, context.Add(op::DistanceWeights{by_distance}, {distances}, model));
  const auto add = [&](size_t target, const std::vector<double>& codes, const Labels& labels) -> Result<ValueId> {
    if (codes.size() != context.width(weights)) return model.Corrupt("not one class a point");
    op::Linear sums;
    sums.outputs = static_cast<uint32_t>(labels.size());
    SCOREWAY_RETURN_IF_ERROR(context.Charge(codes.size() * labels.size() * sizeof(double), model));
    sums.weights.assign(labels.size() * codes.size(), 0);
    for (size_t i = 0; i < codes.size(); ++i) sums.weights[static_cast<size_t>(codes[i]) * codes.size() + i] = 1;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Add(std::move(sums), {weights}, model));
    return ForOutliers(context, model, target, labels, each);
  };
  return Classify(context, model, add);
}

Result<Prediction> PredictRadiusRegressor(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool by_distance, WeighsByDistance(context, model));
  SCOREWAY_ASSIGN_OR_RETURN(const double radius, ReadRadius(model));
  SCOREWAY_ASSIGN_OR_RETURN(const PointValues values, ReadPointValues(model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, AddWithin(context, model, in, radius));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, context.Add(op::DistanceWeights{by_distance}, {distances}, model));
  if (values.matrix.size() / values.targets != context.width(weights)) return model.Corrupt("not one value a point");
  op::Linear sums;
  sums.outputs = static_cast<uint32_t>(values.targets);
  for (size_t target = 0; target < values.targets; ++target) {
    const std::vector<double> column = values.Column(target);
    sums.weights.insert(sums.weights.end(), column.begin(), column.end());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(std::move(sums), {weights}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total,
                            context.Add(op::AggregateRow{op::RowAggregate::kSum}, {weights}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean,
                            context.Add(op::Binary{op::BinaryFunction::kDivide}, {sum, total}, model));
  return RegressorOf(mean);
}

Result<Table> TransformNeighbours(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string mode, model.TextOr("mode", "distance"));
  SCOREWAY_ASSIGN_OR_RETURN(int64_t count, model.Integer("n_neighbors"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t points, model.Integer("n_samples_fit_"));
  // A point is its own neighbour, so one more is asked for.
  if (mode == "distance") ++count;
  if (count <= 0 || count > UINT32_MAX || points <= 0 || points > UINT32_MAX)
    return model.Corrupt("counts out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearest(context, model, in, static_cast<size_t>(count)));
  const auto width = static_cast<uint32_t>(count);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId indices, Columns(context, model, nearest, 0, width));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId weights, Columns(context, model, nearest, width, width));
  if (mode != "distance") {
    SCOREWAY_ASSIGN_OR_RETURN(weights, context.Add(op::DistanceWeights{false}, {weights}, model));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId graph,
                            context.Add(op::CellVotes{static_cast<uint32_t>(points)}, {indices, weights}, model));
  return context.TableOf(graph);
}

Result<Table> TransformRadius(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string mode, model.TextOr("mode", "distance"));
  SCOREWAY_ASSIGN_OR_RETURN(const double radius, ReadRadius(model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, AddWithin(context, model, in, radius));
  if (mode != "distance") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId ones, context.Add(op::DistanceWeights{false}, {distances}, model));
    return context.TableOf(ones);
  }
  op::ImputeNumber fill;
  fill.fill.assign(context.width(distances), 0);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId graph, context.Add(std::move(fill), {distances}, model));
  return context.TableOf(graph);
}

}  // namespace scoreway::sklearn
