#include "importers/pmml/neural_layers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "importers/pmml/expression.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

// An attribute of the layer, else of the whole network.
std::optional<std::string_view> Setting(ModelScope& scope, const Element& layer, std::string_view attribute) {
  const auto own = layer.Attribute(attribute);
  return own ? own : scope.model().Attribute(attribute);
}

Result<double> NumberSetting(ModelScope& scope, const Element& layer, std::string_view attribute, double otherwise) {
  if (layer.Attribute(attribute)) return scope.context().WantNumber(layer, attribute);
  return scope.context().NumberOr(scope.model(), attribute, otherwise);
}

Result<ValueId> Threshold(Emit& emit, ValueId z, double threshold) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, emit.Number(threshold));
  return emit.Binary(BinaryFunction::kGreater, z, limit);
}

// z / (1 + |z|).
Result<ValueId> Elliott(Emit& emit, ValueId z) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId size, emit.Unary(UnaryFunction::kAbs, z));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Binary(BinaryFunction::kAdd, one, size));
  return emit.Binary(BinaryFunction::kDivide, z, sum);
}

// exp(-z^2).
Result<ValueId> Gauss(Emit& emit, ValueId z) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, emit.Unary(UnaryFunction::kSquare, z));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId minus, emit.Unary(UnaryFunction::kNegate, square));
  return emit.Unary(UnaryFunction::kExp, minus);
}

// 2 atan(z) / pi.
Result<ValueId> Arctan(Emit& emit, ValueId z) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId angle, emit.Unary(UnaryFunction::kAtan, z));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(2 / std::numbers::pi));
  return emit.Binary(BinaryFunction::kMultiply, angle, factor);
}

// z where it is positive, else `leakage` times z.
Result<ValueId> Rectifier(Emit& emit, ValueId z, double leakage) {
  if (leakage == 0) return emit.Unary(UnaryFunction::kRelu, z);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, emit.Binary(BinaryFunction::kGreater, z, zero));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(leakage));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId leak, emit.Binary(BinaryFunction::kMultiply, z, factor));
  return emit.Where(positive, z, leak);
}

struct PlainActivation {
  std::string_view name;
  UnaryFunction function;
};
constexpr std::array kPlainActivations = {
    PlainActivation{"logistic", UnaryFunction::kLogistic}, PlainActivation{"tanh", UnaryFunction::kTanh},
    PlainActivation{"exponential", UnaryFunction::kExp},   PlainActivation{"reciprocal", UnaryFunction::kReciprocal},
    PlainActivation{"square", UnaryFunction::kSquare},     PlainActivation{"sine", UnaryFunction::kSin},
    PlainActivation{"cosine", UnaryFunction::kCos},
};

Result<ValueId> Activate(ModelScope& scope, Emit& emit, std::string_view name, ValueId z) {
  for (const PlainActivation& plain : kPlainActivations) {
    if (plain.name == name) return emit.Unary(plain.function, z);
  }
  if (name == "identity") return z;
  if (name == "Gauss") return Gauss(emit, z);
  if (name == "Elliott") return Elliott(emit, z);
  if (name == "arctan") return Arctan(emit, z);
  if (name == "threshold") {
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, NumberSetting(scope, emit.at(), "threshold", 0));
    return Threshold(emit, z, threshold);
  }
  if (name == "rectifier") {
    SCOREWAY_ASSIGN_OR_RETURN(const double leakage, NumberSetting(scope, emit.at(), "leakage", 0));
    return Rectifier(emit, z, leakage);
  }
  return Context::Corrupt(emit.at(), "activationFunction '" + std::string(name) + "' is not known");
}

}  // namespace

Result<NeuralLayers> NeuralLayers::Lower(ModelScope& scope) {
  NeuralLayers layers;
  SCOREWAY_RETURN_IF_ERROR(layers.AddInputs(scope));
  for (const Element& layer : scope.model().Children("NeuralLayer")) {
    SCOREWAY_RETURN_IF_ERROR(layers.AddLayer(scope, layer));
  }
  return layers;
}

Result<ValueId> NeuralLayers::Output(ModelScope& scope, std::string_view id, const Element& user) const {
  const auto it = neurons_.find(id);
  if (it == neurons_.end()) return Context::Corrupt(user, "there is no neuron '" + std::string(id) + "'");
  Emit emit(scope.context(), user);
  return emit.Select(blocks_[it->second.block], it->second.column);
}

Status NeuralLayers::AddInputs(ModelScope& scope) {
  const Element inputs = scope.model().Child("NeuralInputs");
  const std::vector<Element> neurons = inputs ? inputs.Children("NeuralInput") : std::vector<Element>();
  if (neurons.empty()) return Status(Context::Corrupt(scope.model(), "it has no NeuralInputs"));
  std::vector<ValueId> columns;
  for (const Element& neuron : neurons) {
    const Element field = neuron.Child("DerivedField");
    if (!field) return Status(Context::Corrupt(neuron, "it has no DerivedField"));
    Emit emit(scope.context(), neuron);
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, EvaluateContainer(scope, field));
    SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), emit.AsNumber(cell));
  }
  Emit emit(scope.context(), inputs);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId block, emit.Concat(std::move(columns)));
  return AddBlock(scope, neurons, block);
}

Status NeuralLayers::AddBlock(ModelScope& scope, const std::vector<Element>& neurons, ValueId block) {
  for (size_t i = 0; i < neurons.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, scope.context().Want(neurons[i], "id"));
    if (!neurons_.emplace(id, Neuron{blocks_.size(), static_cast<uint32_t>(i)}).second) {
      return Status(Context::Corrupt(neurons[i], "another neuron has the id '" + std::string(id) + "'"));
    }
  }
  blocks_.push_back(block);
  return {};
}

Result<NeuralLayers::Connections> NeuralLayers::ReadConnections(const Context& context, const Element& neuron) const {
  Connections connections;
  for (Element child = neuron.first_child(); child; child = child.next_sibling()) {
    if (!child.Is("Con")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view from, context.Want(child, "from"));
    SCOREWAY_ASSIGN_OR_RETURN(connections.weights.emplace_back(), context.WantNumber(child, "weight"));
    const auto it = neurons_.find(from);
    if (it == neurons_.end()) return Context::Corrupt(child, "there is no neuron '" + std::string(from) + "' before");
    connections.from.push_back(it->second);
  }
  return connections;
}

Status NeuralLayers::AddLayer(ModelScope& scope, const Element& layer) {
  const std::vector<Element> neurons = layer.Children("Neuron");
  if (neurons.empty()) return Status(Context::Corrupt(layer, "it has no Neuron"));
  std::vector<Connections> connections;
  for (const Element& neuron : neurons) {
    SCOREWAY_ASSIGN_OR_RETURN(connections.emplace_back(), ReadConnections(scope.context(), neuron));
  }
  const auto activation = Setting(scope, layer, "activationFunction");
  if (!activation) return Status(Context::Corrupt(layer, "it has no activationFunction"));
  Emit emit(scope.context(), layer);
  ValueId block = 0;
  if (*activation == "radialBasis") {
    SCOREWAY_ASSIGN_OR_RETURN(block, LowerRadial(scope, layer, neurons, connections));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(block, LowerDense(scope, layer, neurons, connections));
    SCOREWAY_ASSIGN_OR_RETURN(block, Activate(scope, emit, *activation, block));
  }
  const std::string_view normalization = Setting(scope, layer, "normalizationMethod").value_or("none");
  if (normalization == "softmax" || normalization == "simplemax") {
    const bool softmax = normalization == "softmax";
    SCOREWAY_ASSIGN_OR_RETURN(
        block, emit.Add(op::Row{softmax ? op::RowFunction::kSoftmax : op::RowFunction::kNormalizeSum}, {block}));
  } else if (normalization != "none") {
    return Status(Context::Corrupt(layer, "normalizationMethod '" + std::string(normalization) + "' is not known"));
  }
  if (scope.precision() == op::Precision::kFloat32 && (*activation != "identity" || normalization != "none")) {
    SCOREWAY_ASSIGN_OR_RETURN(block, emit.Unary(UnaryFunction::kFloat32, block));
  }
  return AddBlock(scope, neurons, block);
}

// A matrix over the blocks that the layer is connected with.
Result<ValueId> NeuralLayers::LowerDense(ModelScope& scope, const Element& layer, const std::vector<Element>& neurons,
                                         const std::vector<Connections>& connections) const {
  Context& context = scope.context();
  Emit emit(context, layer);
  std::vector<bool> used(blocks_.size());
  used.back() = true;
  for (const Connections& list : connections) {
    for (const Neuron& from : list.from) used[from.block] = true;
  }
  std::vector<ValueId> sources;
  std::vector<uint32_t> offsets(blocks_.size());
  uint32_t width = 0;
  for (size_t i = 0; i < blocks_.size(); ++i) {
    if (!used[i]) continue;
    sources.push_back(blocks_[i]);
    offsets[i] = width;
    width += context.builder().shape(blocks_[i]).width;
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(size_t{width} * neurons.size() * sizeof(double), layer));
  op::Linear linear;
  linear.precision = scope.precision();
  linear.outputs = static_cast<uint32_t>(neurons.size());
  linear.weights.assign(size_t{width} * neurons.size(), 0);
  for (size_t i = 0; i < neurons.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(linear.bias.emplace_back(), context.NumberOr(neurons[i], "bias", 0));
    for (size_t k = 0; k < connections[i].from.size(); ++k) {
      const Neuron& from = connections[i].from[k];
      linear.weights[i * width + offsets[from.block] + from.column] += connections[i].weights[k];
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(sources)));
  return emit.Add(std::move(linear), {row});
}

// altitude^n exp(-d^2 / (2 width^2)), d the distance of the n connected outputs to the weights.
Result<ValueId> NeuralLayers::LowerRadial(ModelScope& scope, const Element& layer, const std::vector<Element>& neurons,
                                          const std::vector<Connections>& connections) const {
  Context& context = scope.context();
  if (scope.precision() == op::Precision::kFloat32) return context.Unsupported(layer, "radialBasis in float");
  SCOREWAY_ASSIGN_OR_RETURN(const double altitude_of_layer, NumberSetting(scope, layer, "altitude", 1));
  SCOREWAY_ASSIGN_OR_RETURN(const double width_of_layer, NumberSetting(scope, layer, "width", op::kNaN));
  std::vector<ValueId> outputs;
  for (size_t i = 0; i < neurons.size(); ++i) {
    Emit emit(context, neurons[i]);
    std::vector<ValueId> columns;
    for (const Neuron& from : connections[i].from) {
      SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), emit.Select(blocks_[from.block], from.column));
    }
    if (columns.empty()) return Context::Corrupt(neurons[i], "it has no connections");
    SCOREWAY_ASSIGN_OR_RETURN(const double altitude, context.NumberOr(neurons[i], "altitude", altitude_of_layer));
    SCOREWAY_ASSIGN_OR_RETURN(const double width, context.NumberOr(neurons[i], "width", width_of_layer));
    if (std::isnan(width)) return Context::Corrupt(neurons[i], "it has no width");
    op::Affine affine;
    affine.form = op::Affine::Form::kMultiplyAdd;
    affine.factor = {-1 / (2 * width * width)};
    affine.offset = {static_cast<double>(columns.size()) * std::log(altitude)};
    op::Distances distances{op::Distances::Metric::kSquaredEuclidean, connections[i].weights};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(columns)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId distance, emit.Add(std::move(distances), {row}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Add(std::move(affine), {distance}));
    SCOREWAY_ASSIGN_OR_RETURN(outputs.emplace_back(), emit.Unary(UnaryFunction::kExp, power));
  }
  Emit emit(context, layer);
  return emit.Concat(std::move(outputs));
}

}  // namespace scoreway::pmml
