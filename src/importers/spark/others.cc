// Predictors that are neither linear nor trees.

#include <cmath>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// The raw value of each class as a linear function of the features.
Result<ValueId> LinearRaw(Context& context, const Stage& stage, const Matrix& weights, std::vector<double> bias,
                          ValueId features) {
  return context.Add(
      stage,
      op::Linear{.outputs = static_cast<uint32_t>(weights.rows), .weights = weights.values, .bias = std::move(bias)},
      {features});
}

}  // namespace

// NaiveBayesModel.predictRaw, by modelType; probabilities are the softmax of the raw values.
Status LowerNaiveBayes(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string type, stage.Text("modelType", "multinomial"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> prior, stage.VectorOf(table, "pi"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix theta, stage.MatrixOf(table, "theta"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, theta.columns));
  if (type != "complement" && prior.size() != theta.rows) return stage.Corrupt("has not one prior for each class");
  ValueId raw = 0;
  if (type == "multinomial") {
    SCOREWAY_ASSIGN_OR_RETURN(raw, LinearRaw(context, stage, theta, std::move(prior), features.value));
  } else if (type == "bernoulli") {
    // A feature that is there counts log p, one that is not log(1 - p).
    for (size_t k = 0; k < theta.rows; ++k) {
      for (size_t j = 0; j < theta.columns; ++j) {
        double& weight = theta.values[k * theta.columns + j];
        const double absent = std::log1p(-std::exp(weight));
        prior[k] += absent;
        weight -= absent;
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(raw, LinearRaw(context, stage, theta, std::move(prior), features.value));
  } else if (type == "gaussian") {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix sigma, stage.MatrixOf(table, "sigma"));
    // Spark leaves out the factor of every density that is the same for all classes.
    for (double& log_prior : prior) log_prior += 0.5 * static_cast<double>(theta.columns) * std::log(2 * M_PI);
    SCOREWAY_ASSIGN_OR_RETURN(
        raw,
        context.Add(stage, op::GaussianLikelihood{std::move(prior), theta.values, sigma.values}, {features.value}));
  } else if (type == "complement") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sums, LinearRaw(context, stage, theta, {}, features.value));
    SCOREWAY_ASSIGN_OR_RETURN(raw, context.Add(stage, op::Row{op::RowFunction::kLogSoftmax}, {sums}));
  } else {
    return context.Unsupported(stage, "the model type '" + type + "'");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Row{op::RowFunction::kSoftmax}, {raw}));
  return SetClassifierColumns(context, stage, raw, probability);
}

// Layers of sigmoid neurons, the last one softmax. The weights are one vector: for each layer its matrix, column after
// column, then its biases (AffineLayer in ann/Layer.scala). rawPrediction is what the softmax is taken of.
Status LowerMultilayerPerceptron(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, stage.VectorOf(table, "weights"));
  std::vector<double> layers;
  if (stage.Find("layers") != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(layers, stage.Numbers("layers"));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(layers, stage.NumbersOf(table, "layers"));  // before Spark 3.0
  }
  if (layers.size() < 2 || !(layers[0] >= 1 && layers[0] <= static_cast<double>(weights.size()))) {
    return stage.Corrupt("has no layers");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, static_cast<size_t>(layers[0])));
  ValueId value = features.value;
  size_t at = 0;
  for (size_t layer = 1; layer < layers.size(); ++layer) {
    const auto in = static_cast<size_t>(layers[layer - 1]), out = static_cast<size_t>(layers[layer]);
    if (!(layers[layer] >= 1 && layers[layer - 1] >= 1) || in > weights.size() || out > weights.size() ||
        weights.size() - at < in * out + out) {
      return stage.Corrupt("has too few weights for its layers");
    }
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(out);
    for (size_t o = 0; o < out; ++o) {
      for (size_t i = 0; i < in; ++i) linear.weights.push_back(weights[at + i * out + o]);
    }
    at += in * out;
    linear.bias.assign(weights.begin() + static_cast<std::ptrdiff_t>(at),
                       weights.begin() + static_cast<std::ptrdiff_t>(at + out));
    at += out;
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, std::move(linear), {value}));
    if (layer + 1 == layers.size()) break;
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, op::Unary{op::UnaryFunction::kLogistic}, {value}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Row{op::RowFunction::kSoftmax}, {value}));
  return SetClassifierColumns(context, stage, value, probability);
}

// The nearest centre, the first of equals; the rows of the data say which centre is which.
Status LowerKMeans(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string measure, stage.Text("distanceMeasure", "euclidean"));
  std::vector<std::vector<double>> centres(table.row_count());
  for (size_t row = 0; row < table.row_count(); ++row) {
    SCOREWAY_ASSIGN_OR_RETURN(const double index, stage.NumberOf(table, "clusterIdx", row));
    if (!(index >= 0 && index < static_cast<double>(centres.size()))) return stage.Corrupt("has a damaged cluster");
    SCOREWAY_ASSIGN_OR_RETURN(centres[static_cast<size_t>(index)], stage.VectorOf(table, "clusterCenter", row));
  }
  if (centres.empty()) return stage.Corrupt("has no centres");
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, centres[0].size()));
  op::Distances distances;
  distances.metric = op::Distances::Metric::kSquaredEuclidean;
  const bool cosine = measure == "cosine";
  if (!cosine && measure != "euclidean") return context.Unsupported(stage, "the distance '" + measure + "'");
  for (std::vector<double>& centre : centres) {
    if (centre.size() != features.width) return stage.Corrupt("its centres have not the width of the features");
    double norm = 0;
    for (const double x : centre) norm += x * x;
    // On the unit sphere the order by cosine is the order by distance.
    for (const double x : centre) distances.points.push_back(cosine && norm > 0 ? x / std::sqrt(norm) : x);
  }
  ValueId value = features.value;
  if (cosine) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, op::NormalizeRows{}, {value}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, std::move(distances), {value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, context.Add(stage, op::Row{op::RowFunction::kArgMin}, {value}));
  return SetPrediction(context, stage, nearest, Type::kInt64);
}

}  // namespace scoreway::spark
