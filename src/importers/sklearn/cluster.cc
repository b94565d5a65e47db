// Clusters and mixtures: which centre is nearest, which component is likeliest.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

Result<ValueId> AddDistances(Context& context, const Object& at, std::string_view centers, const Table& in,
                             op::Distances::Metric metric) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, at.Numbers(centers));
  if (points.shape.size() != 2 || points.columns() != in.width() || points.rows() == 0) {
    return at.Corrupt("centres do not fit the columns");
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(at, &checked));
  return context.Add(op::Distances{metric, std::move(points.values)}, {numbers}, at);
}

// The matrix of component k that makes its cells independent with variance 1, by rows of columns (in x out), and half
// the logarithm of its precision.
struct Whitening {
  std::vector<double> matrix;
  double log_det = 0;
};

Result<Whitening> ReadWhitening(Context& context, const Object& mixture, const Matrix& cholesky,
                                const std::string& kind, size_t k, size_t components, size_t width) {
  const size_t wanted = kind == "full"   ? components * width * width
                        : kind == "tied" ? width * width
                        : kind == "diag" ? components * width
                                         : components;
  if (kind != "full" && kind != "tied" && kind != "diag" && kind != "spherical") {
    return context.Unsupported(mixture, "covariance_type '" + kind + "'");
  }
  if (cholesky.size() != wanted) return mixture.Corrupt("precisions_cholesky_ do not fit the components");
  Whitening whitening;
  whitening.matrix.assign(width * width, 0);
  for (size_t row = 0; row < width; ++row) {
    for (size_t column = 0; column < width; ++column) {
      double& cell = whitening.matrix[row * width + column];
      if (kind == "full" || kind == "tied") {
        cell = cholesky.values[((kind == "full" ? k * width : 0) + row) * width + column];
      } else if (row == column) {
        cell = cholesky.values[kind == "diag" ? k * width + row : k];
      }
    }
    whitening.log_det += std::log(whitening.matrix[row * width + row]);
  }
  return whitening;
}

// Log probability of each component, weighted.
Result<ValueId> AddLogProbabilities(Context& context, const Object& mixture, ValueId numbers, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix means, mixture.Numbers("means_"));
  if (means.shape.size() != 2 || means.columns() != width) return mixture.Corrupt("means_ do not fit the columns");
  const size_t components = means.rows();
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, mixture.Vector("weights_", components));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix cholesky, mixture.Numbers("precisions_cholesky_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, mixture.TextOr("covariance_type", "full"));
  std::vector<ValueId> squares;
  op::Affine scale{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  for (size_t k = 0; k < components; ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const Whitening whitening,
                              ReadWhitening(context, mixture, cholesky, kind, k, components, width));
    SCOREWAY_RETURN_IF_ERROR(context.Charge(width * width * sizeof(double), mixture));
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(width);
    linear.bias.assign(width, 0);
    for (size_t out = 0; out < width; ++out) {
      for (size_t column = 0; column < width; ++column) {
        const double weight = whitening.matrix[column * width + out];
        linear.weights.push_back(weight);
        linear.bias[out] -= means.values[k * width + column] * weight;
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId white, context.Add(std::move(linear), {numbers}, mixture));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, AddUnary(context, mixture, op::UnaryFunction::kSquare, white));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum,
                              context.Add(op::AggregateRow{op::RowAggregate::kSum}, {square}, mixture));
    squares.push_back(sum);
    scale.factor.push_back(-0.5);
    scale.offset.push_back(whitening.log_det + std::log(weights[k]) -
                           0.5 * static_cast<double>(width) * std::log(2 * std::numbers::pi));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(squares), mixture));
  return context.Add(std::move(scale), {all}, mixture);
}

}  // namespace

Result<Prediction> PredictKMeans(Context& context, const Object& means, const Table& in) {
  using Metric = op::Distances::Metric;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squared,
                            AddDistances(context, means, "cluster_centers_", in, Metric::kSquaredEuclidean));
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.numbers, AddRow(context, means, op::RowFunction::kArgMin, squared));
  prediction.numbers_type = Type::kInt64;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformKMeans(context, means, in));
  return prediction;
}

Result<Table> TransformKMeans(Context& context, const Object& means, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances,
                            AddDistances(context, means, "cluster_centers_", in, op::Distances::Metric::kEuclidean));
  return context.TableOf(distances);
}

Result<Prediction> PredictNearestCentroid(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string metric, model.TextOr("metric", "euclidean"));
  if (metric != "euclidean" && metric != "manhattan") return context.Unsupported(model, "metric '" + metric + "'");
  // Since 1.6 classes of unequal weight are told apart by more than the distance.
  if (model.Get("class_prior_").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> prior, model.Vector("class_prior_", labels.size()));
    for (double weight : prior) {
      if (std::fabs(weight - 1 / static_cast<double>(prior.size())) > 1e-8 + 1e-5 / static_cast<double>(prior.size())) {
        return context.Unsupported(model, "classes of unequal weight");
      }
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances,
                            AddDistances(context, model, "centroids_", in,
                                         metric == "manhattan" ? op::Distances::Metric::kManhattan
                                                               : op::Distances::Metric::kSquaredEuclidean));
  if (context.width(distances) != labels.size()) return model.Corrupt("not one centroid a class");
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, AddRow(context, model, op::RowFunction::kArgMin, distances));
  prediction.labels = std::move(labels);
  return prediction;
}

Result<Prediction> PredictGaussianMixture(Context& context, const Object& mixture, const Table& in) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(mixture, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId likelihood, AddLogProbabilities(context, mixture, numbers, in.width()));
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, mixture, likelihood));
  prediction.labels.type = Type::kInt64;
  for (size_t k = 0; k < context.width(likelihood); ++k) prediction.labels.numbers.push_back(static_cast<double>(k));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, AddRow(context, mixture, op::RowFunction::kSoftmax, likelihood));
  // The logarithm of the sum over components: a term less what it is after normalising.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId normalized,
                            AddRow(context, mixture, op::RowFunction::kLogSoftmax, likelihood));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId differences,
                            context.Add(op::Binary{op::BinaryFunction::kSubtract}, {likelihood, normalized}, mixture));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total,
                            context.Add(op::AggregateRow{op::RowAggregate::kMax}, {differences}, mixture));
  prediction.score_samples = total;
  return prediction;
}

}  // namespace scoreway::sklearn
