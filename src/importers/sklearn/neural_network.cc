// Multi-layer perceptrons.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

Result<ValueId> AddActivation(Context& context, const Object& network, const std::string& name, ValueId value) {
  if (name == "identity") return value;
  if (name == "relu") return AddUnary(context, network, op::UnaryFunction::kRelu, value);
  if (name == "tanh") return AddUnary(context, network, op::UnaryFunction::kTanh, value);
  if (name == "logistic") return AddUnary(context, network, op::UnaryFunction::kLogistic, value);
  if (name == "softmax") return AddRow(context, network, op::RowFunction::kSoftmax, value);
  if (name == "exp") return AddUnary(context, network, op::UnaryFunction::kExp, value);
  return context.Unsupported(network, "activation '" + name + "'");
}

Result<ValueId> AddLayers(Context& context, const Object& network, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> weights, network.Items("coefs_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> biases, network.Items("intercepts_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string hidden, network.TextOr("activation", "relu"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string last, network.Text("out_activation_"));
  if (weights.empty() || weights.size() != biases.size()) return network.Corrupt("layers do not fit each other");
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.FiniteNumbers(network, &checked));
  for (size_t layer = 0; layer < weights.size(); ++layer) {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix matrix, weights[layer].Numbers());  // by input, then output
    SCOREWAY_ASSIGN_OR_RETURN(Matrix bias, biases[layer].Numbers());
    const size_t width = context.width(value);
    if (matrix.shape.size() != 2 || matrix.rows() != width || bias.size() != matrix.columns()) {
      return weights[layer].Corrupt("a layer does not fit the one before it");
    }
    SCOREWAY_RETURN_IF_ERROR(context.Charge(matrix.size() * sizeof(double), weights[layer]));
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(matrix.columns());
    for (size_t out = 0; out < matrix.columns(); ++out) {
      for (size_t row = 0; row < width; ++row) linear.weights.push_back(matrix.values[row * matrix.columns() + out]);
    }
    linear.bias = std::move(bias.values);
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(linear), {value}, network));
    const std::string& activation = layer + 1 == weights.size() ? last : hidden;
    SCOREWAY_ASSIGN_OR_RETURN(value, AddActivation(context, network, activation, value));
  }
  return value;
}

}  // namespace

Result<Prediction> PredictMlpClassifier(Context& context, const Object& network, const Table& in) {
  const Object binarizer = network.Get("_label_binarizer");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, binarizer.TextOr("y_type_", "multiclass"));
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, binarizer.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddLayers(context, network, in));
  if (kind.starts_with("multilabel")) {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction marks, MarksOfScores(context, network, std::move(labels), out, 0.5));
    marks.probabilities = out;
    return marks;
  }
  SCOREWAY_RETURN_IF_ERROR(WantDecisionWidth(context, network, out, labels.size()));
  ValueId probabilities = out;
  if (context.width(out) == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, BothProbabilities(context, network, out));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            ClassifierOfProbabilities(context, network, std::move(labels), probabilities));
  if (context.width(out) == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{0.5}, {out}, network));
  }
  return prediction;
}

Result<Prediction> PredictMlpRegressor(Context& context, const Object& network, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddLayers(context, network, in));
  return RegressorOf(out);
}

}  // namespace scoreway::sklearn
