// The class whose mean is nearest; since scikit-learn 1.6 with the weight of the class and a score.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

Result<ValueId> AddScores(Context& context, const Object& model, ValueId numbers, std::vector<double> centroids,
                          const std::vector<double>& prior) {
  const uint32_t width = context.width(numbers);
  op::Affine scale{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(scale.factor, model.Vector("within_class_std_dev_", width));
  // Columns that do not vary stay as they are.
  for (double& deviation : scale.factor) deviation = deviation == 0 ? 1 : deviation;
  for (size_t i = 0; i < centroids.size(); ++i) centroids[i] /= scale.factor[i % width];
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, context.Add(std::move(scale), {numbers}, model));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId squares,
      context.Add(op::PointDistances{op::PointMetric::kSquaredEuclidean, {}, std::move(centroids)}, {scaled}, model));
  op::Affine weigh{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  for (double share : prior) {
    weigh.factor.push_back(-1);
    weigh.offset.push_back(2 * std::log(share));
  }
  return context.Add(std::move(weigh), {squares}, model);
}

bool AllEqual(const std::vector<double>& prior) {
  const double equal = 1 / static_cast<double>(prior.size());
  return std::all_of(prior.begin(), prior.end(),
                     [equal](double share) { return std::fabs(share - equal) <= 1e-8 + 1e-5 * equal; });
}

}  // namespace

Result<Prediction> PredictNearestCentroid(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  const size_t classes = labels.size();
  SCOREWAY_ASSIGN_OR_RETURN(Matrix centroids, model.Numbers("centroids_"));
  if (centroids.shape.size() != 2 || centroids.columns() != in.width() || centroids.rows() != classes) {
    return model.Corrupt("centroids do not fit the columns and classes");
  }
  SCOREWAY_ASSIGN_OR_RETURN(MetricSettings metric, ReadMetric(context, model, model.Get("metric"), {}, in.width()));
  const bool euclidean = metric.metric == op::PointMetric::kEuclidean;
  if (metric.metric == op::PointMetric::kBrayCurtis) return context.Unsupported(model, "Bray and Curtis' metric");
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(model, &checked));

  Prediction prediction;
  prediction.labels = std::move(labels);
  std::optional<ValueId> scores;
  bool by_score = false;
  if (const Object prior_at = model.Get("class_prior_"); prior_at.has_value() && euclidean) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> prior, model.Vector("class_prior_", classes));
    SCOREWAY_ASSIGN_OR_RETURN(scores, AddScores(context, model, numbers, centroids.values, prior));
    by_score = !AllEqual(prior);
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, AddRow(context, model, op::RowFunction::kSoftmax, *scores));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, DecisionOfScores(context, model, *scores));
  }
  if (by_score) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, model, *scores));
    return prediction;
  }
  if (euclidean) metric.metric = op::PointMetric::kSquaredEuclidean;
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId distances,
      context.Add(op::PointDistances{metric.metric, std::move(metric.settings), std::move(centroids.values)}, {numbers},
                  model));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, AddRow(context, model, op::RowFunction::kArgMin, distances));
  return prediction;
}

}  // namespace scoreway::sklearn
