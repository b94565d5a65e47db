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

// Log probability of each component under its normal distribution, plus the number that it has in `log_weights`.
Result<ValueId> AddLogProbabilities(Context& context, const Object& mixture, ValueId numbers, size_t width,
                                    const std::vector<double>& log_weights) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix means, mixture.Numbers("means_"));
  if (means.shape.size() != 2 || means.columns() != width) return mixture.Corrupt("means_ do not fit the columns");
  const size_t components = means.rows();
  if (log_weights.size() != components) return mixture.Corrupt("not one weight a component");
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
    scale.offset.push_back(whitening.log_det + log_weights[k] -
                           0.5 * static_cast<double>(width) * std::log(2 * std::numbers::pi));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(squares), mixture));
  return context.Add(std::move(scale), {all}, mixture);
}

// The likeliest component, the share of each, and the likelihood of the row.
Result<Prediction> AddMixture(Context& context, const Object& mixture, const Table& in,
                              const std::vector<double>& log_weights) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(mixture, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId likelihood,
                            AddLogProbabilities(context, mixture, numbers, in.width(), log_weights));
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

// The logarithmic derivative of the gamma function: the asymptotic series far from 0, and the recurrence to get there.
double Digamma(double x) {
  double sum = 0;
  for (; x < 10; x += 1) sum -= 1 / x;
  const double square = 1 / (x * x);
  const double series =
      square *
      (1.0 / 12 -
       square * (1.0 / 120 -
                 square * (1.0 / 252 -
                           square * (1.0 / 240 - square * (1.0 / 132 - square * (691.0 / 32760 - square / 12))))));
  return sum + std::log(x) - 0.5 / x - series;
}

// Expected logarithms of the weights, under a Dirichlet process or distribution.
Result<std::vector<double>> ExpectedLogWeights(Context& context, const Object& mixture) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind,
                            mixture.TextOr("weight_concentration_prior_type", "dirichlet_process"));
  const Object concentration = mixture.Get("weight_concentration_");
  std::vector<double> weights;
  if (kind == "dirichlet_distribution") {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix counts, concentration.Numbers());
    double total = 0;
    for (double count : counts.values) total += count;
    for (double count : counts.values) weights.push_back(Digamma(count) - Digamma(total));
    return weights;
  }
  if (kind != "dirichlet_process") return context.Unsupported(mixture, "weights of the type '" + kind + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> sticks, concentration.Items());
  if (sticks.size() != 2) return concentration.Corrupt("two lists were expected");
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix taken, sticks[0].Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix left, sticks[1].Numbers());
  if (taken.size() != left.size()) return concentration.Corrupt("lists do not fit each other");
  double rest = 0;
  for (size_t k = 0; k < taken.size(); ++k) {
    const double sum = Digamma(taken.values[k] + left.values[k]);
    weights.push_back(Digamma(taken.values[k]) - sum + rest);
    rest += Digamma(left.values[k]) - sum;
  }
  return weights;
}

// The number of the nearest of the centres.
Result<ValueId> AddNearestCenter(Context& context, const Object& clusters, std::string_view centers, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squared,
                            AddDistances(context, clusters, centers, in, op::Distances::Metric::kSquaredEuclidean));
  return AddRow(context, clusters, op::RowFunction::kArgMin, squared);
}

Prediction ClusterOf(ValueId numbers) {
  Prediction prediction;
  prediction.numbers = numbers;
  prediction.numbers_type = Type::kInt64;
  return prediction;
}

constexpr int kSplitsMax = 500;

// Where a row belongs in a tree of clusters: whichever of the two centres below a node is nearer.
Result<ValueId> AddBisection(Context& context, const Object& node, ValueId numbers, const std::vector<double>& mean,
                             int depth) {
  if (depth > kSplitsMax) return context.Unsupported(node, "so deep a tree of clusters");
  const Object left = node.Get("left"), right = node.Get("right");
  if (!left.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const double label, node.Number("label"));
    return context.Add(op::Constant{{label}}, {}, node);
  }
  op::Distances distances{op::Distances::Metric::kSquaredEuclidean, {}};
  for (const Object& side : {left, right}) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> center, side.Vector("center", context.width(numbers)));
    for (size_t i = 0; i < center.size() && !mean.empty(); ++i) center[i] += mean[i];
    distances.points.insert(distances.points.end(), center.begin(), center.end());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId both, context.Add(std::move(distances), {numbers}, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearer, AddRow(context, node, op::RowFunction::kArgMin, both));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId of_left, AddBisection(context, left, numbers, mean, depth + 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId of_right, AddBisection(context, right, numbers, mean, depth + 1));
  return context.Add(op::Where{}, {nearer, of_right, of_left}, node);
}

}  // namespace

Result<Prediction> PredictKMeans(Context& context, const Object& means, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearestCenter(context, means, "cluster_centers_", in));
  Prediction prediction = ClusterOf(nearest);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformKMeans(context, means, in));
  return prediction;
}

Result<Table> TransformKMeans(Context& context, const Object& means, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances,
                            AddDistances(context, means, "cluster_centers_", in, op::Distances::Metric::kEuclidean));
  return context.TableOf(distances);
}

Result<Prediction> PredictBisectingKMeans(Context& context, const Object& means, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object root, means.Want("_bisecting_tree"));
  std::vector<double> mean;
  if (means.Get("_X_mean").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(mean, means.Vector("_X_mean", in.width()));
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(means, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cluster, AddBisection(context, root, numbers, mean, 0));
  Prediction prediction = ClusterOf(cluster);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformKMeans(context, means, in));
  return prediction;
}

Result<Prediction> PredictNearestCenter(Context& context, const Object& clusters, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string affinity, clusters.TextOr("affinity", "euclidean"));
  if (affinity != "euclidean") return context.Unsupported(clusters, "affinities that were computed beforehand");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearestCenter(context, clusters, "cluster_centers_", in));
  return ClusterOf(nearest);
}

Result<Table> TransformBirch(Context& context, const Object& birch, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances,
                            AddDistances(context, birch, "subcluster_centers_", in, op::Distances::Metric::kEuclidean));
  return context.TableOf(distances);
}

Result<Prediction> PredictBirch(Context& context, const Object& birch, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearestCenter(context, birch, "subcluster_centers_", in));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix labels, birch.Numbers("subcluster_labels_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId label,
                            context.Add(op::DecodeNumber{std::move(labels.values)}, {nearest}, birch));
  Prediction prediction = ClusterOf(label);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformBirch(context, birch, in));
  return prediction;
}

Result<Prediction> PredictGaussianMixture(Context& context, const Object& mixture, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix weights, mixture.Numbers("weights_"));
  for (double& weight : weights.values) weight = std::log(weight);
  return AddMixture(context, mixture, in, weights.values);
}

Result<Prediction> PredictBayesianMixture(Context& context, const Object& mixture, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> weights, ExpectedLogWeights(context, mixture));
  const size_t components = weights.size();
  const auto width = static_cast<double>(in.width());
  // Components that share a covariance share its degrees of freedom.
  SCOREWAY_ASSIGN_OR_RETURN(Matrix freedom_of, mixture.Numbers("degrees_of_freedom_"));
  std::vector<double>& freedom = freedom_of.values;
  if (freedom.size() == 1) freedom.resize(components, freedom[0]);
  if (freedom.size() != components) return mixture.Corrupt("degrees_of_freedom_ do not fit the components");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> precision, mixture.Vector("mean_precision_", components));
  for (size_t k = 0; k < components; ++k) {
    double log_lambda = width * std::numbers::ln2;
    for (size_t i = 0; i < in.width(); ++i) log_lambda += Digamma(0.5 * (freedom[k] - static_cast<double>(i)));
    weights[k] += -0.5 * width * std::log(freedom[k]) + 0.5 * (log_lambda - width / precision[k]);
  }
  return AddMixture(context, mixture, in, weights);
}

}  // namespace scoreway::sklearn
