// MLPTransformer: what a layer of a network gives.

#include <algorithm>

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

Result<Table> TransformMlp(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object network, transformer.Want("mlp_"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t layers, network.Integer("n_layers_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> weights, network.Items("coefs_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> biases, network.Items("intercepts_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string activation, network.TextOr("activation", "relu"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out_activation, network.TextOr("out_activation_", "identity"));
  static constexpr std::pair<std::string_view, op::UnaryFunction> kActivations[] = {
      {"relu", op::UnaryFunction::kRelu},
      {"tanh", op::UnaryFunction::kTanh},
      {"logistic", op::UnaryFunction::kLogistic}};
  const auto* const known = std::find_if(std::begin(kActivations), std::end(kActivations),
                                         [&activation](const auto& entry) { return entry.first == activation; });
  if ((known == std::end(kActivations) && activation != "identity") || out_activation != "identity") {
    return context.Unsupported(network, "the activation '" + activation + "' with '" + out_activation + "'");
  }
  if (layers < 2 || weights.size() != biases.size() || static_cast<size_t>(layers) - 1 > weights.size()) {
    return network.Corrupt("not as many layers as weights");
  }
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.FiniteNumbers(transformer, &table));
  for (size_t i = 0; i + 1 < static_cast<size_t>(layers); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix layer, weights[i].Numbers());
    const uint32_t width = context.width(value);
    if (layer.shape.size() != 2 || layer.rows() != width) return weights[i].Corrupt("weights for another width");
    SCOREWAY_RETURN_IF_ERROR(context.Charge(layer.size() * sizeof(double), weights[i]));
    op::Linear linear;
    linear.outputs = static_cast<uint32_t>(layer.columns());
    for (size_t column = 0; column < layer.columns(); ++column) {
      for (size_t row = 0; row < width; ++row) linear.weights.push_back(layer.values[row * layer.columns() + column]);
    }
    SCOREWAY_ASSIGN_OR_RETURN(sklearn::Matrix bias, biases[i].Numbers());
    if (bias.size() != layer.columns()) return biases[i].Corrupt("not one number a unit");
    linear.bias = std::move(bias.values);
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(linear), {value}, network));
    if (i + 2 == static_cast<size_t>(layers) || known == std::end(kActivations)) continue;
    SCOREWAY_ASSIGN_OR_RETURN(value, sklearn::AddUnary(context, network, known->second, value));
  }
  return context.TableOf(value);
}

}  // namespace scoreway::sklearn2pmml
