// NeuralNetwork.

#include <map>

#include "importers/pmml/expression.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/neural_layers.h"
#include "importers/pmml/ranking.h"

namespace scoreway::pmml {
namespace {

// What the output neurons of one target field say.
struct OutputNeuron {
  Element element;     // NeuralOutput
  Element expression;  // FieldRef, NormContinuous or NormDiscrete
};
using OutputNeurons = std::map<std::string_view, std::vector<OutputNeuron>, std::less<>>;

Element FindDerivedField(ModelScope& scope, std::string_view name) {
  const Element transformations = scope.model().Child("LocalTransformations");
  for (Element field = transformations.first_child(); field; field = field.next_sibling()) {
    if (field.Is("DerivedField") && field.Attribute("name", "") == name) return field;
  }
  return scope.context().FindDerivedField(name);
}

// A FieldRef to a derived field stands for the expression of that field.
Element OutputExpression(ModelScope& scope, const Element& output) {
  const Element field = output.Child("DerivedField");
  const Element expression = field ? FindExpression(field) : Element();
  if (!expression.Is("FieldRef")) return expression;
  const std::string_view name = expression.Attribute("field", "");
  if (scope.context().FindDataField(name)) return expression;
  const Element derived = FindDerivedField(scope, name);
  return derived ? FindExpression(derived) : expression;
}

Result<OutputNeurons> ReadOutputs(ModelScope& scope) {
  const Element outputs = scope.model().Child("NeuralOutputs");
  if (!outputs) return Context::Corrupt(scope.model(), "it has no NeuralOutputs");
  OutputNeurons neurons;
  for (const Element& output : outputs.Children("NeuralOutput")) {
    const Element expression = OutputExpression(scope, output);
    if (!expression.Is("FieldRef") && !expression.Is("NormContinuous") && !expression.Is("NormDiscrete")) {
      return Context::Corrupt(output, "its DerivedField is none of FieldRef, NormContinuous and NormDiscrete");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view field, scope.context().Want(expression, "field"));
    neurons[field].push_back({output, expression});
  }
  if (neurons.empty()) return Context::Corrupt(outputs, "it has no NeuralOutput");
  return neurons;
}

// Of the target; a network without target fields has a single field that its outputs name.
Result<const std::vector<OutputNeuron>*> OutputsOf(ModelScope& scope, const OutputNeurons& neurons,
                                                   std::string_view target) {
  if (target.empty() && neurons.size() == 1) return &neurons.begin()->second;
  const auto it = neurons.find(target);
  if (it != neurons.end()) return &it->second;
  return Context::Corrupt(scope.model(), "no NeuralOutput is that of target '" + std::string(target) + "'");
}

Result<ValueId> RegressionValue(ModelScope& scope, const NeuralLayers& layers, const OutputNeurons& neurons,
                                std::string_view target) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<OutputNeuron>* outputs, OutputsOf(scope, neurons, target));
  if (outputs->size() != 1 || outputs->front().expression.Is("NormDiscrete")) {
    return Context::Corrupt(scope.model(), "a regression needs one NeuralOutput with a number for each target");
  }
  const OutputNeuron& output = outputs->front();
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, scope.context().Want(output.element, "outputNeuron"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, layers.Output(scope, id, output.element));
  if (output.expression.Is("FieldRef")) return value;
  Emit emit(scope.context(), output.expression);
  return Denormalize(emit, output.expression, value);
}

// Several targets: each is what its neuron gives, as the type of its field.
Result<Prediction> LowerRegressions(ModelScope& scope, const NeuralLayers& layers, const OutputNeurons& neurons) {
  if (scope.model().Child("Targets")) return scope.context().Unsupported(scope.model(), "Targets of several fields");
  Emit emit(scope.context(), scope.model());
  Prediction prediction;
  prediction.complete = true;
  for (const std::string& target : scope.target_names()) {
    Cell cell;
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, RegressionValue(scope, layers, neurons, target));
    if (const Element field = scope.context().FindDataField(target)) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto type, scope.context().DataTypeOf(field));
      SCOREWAY_ASSIGN_OR_RETURN(cell, emit.Cast(cell, type.value_or(DataType::kDouble)));
    }
    prediction.targets.push_back({target, cell});
  }
  prediction.value = prediction.targets[0].cell;
  return prediction;
}

Result<Prediction> LowerRegression(ModelScope& scope, const NeuralLayers& layers, const OutputNeurons& neurons) {
  if (scope.target_names().size() > 1) return LowerRegressions(scope, layers, neurons);
  Prediction prediction;
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, RegressionValue(scope, layers, neurons, scope.target().name));
  prediction.value = cell;
  return prediction;
}

Result<Prediction> LowerClassification(ModelScope& scope, const NeuralLayers& layers, const OutputNeurons& neurons) {
  Context& context = scope.context();
  if (scope.target_names().size() > 1) return context.Unsupported(scope.model(), "several target fields");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<OutputNeuron>* outputs, OutputsOf(scope, neurons, scope.target().name));
  Prediction prediction;
  std::vector<ValueId> columns;
  std::vector<std::string> ids;
  for (const OutputNeuron& output : *outputs) {
    if (!output.expression.Is("NormDiscrete")) {
      return Context::Corrupt(output.element, "a NeuralOutput of a classification needs a NormDiscrete");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(output.expression, "value"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, context.Want(output.element, "outputNeuron"));
    SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), layers.Output(scope, id, output.element));
    prediction.classes.emplace_back(value);
    ids.emplace_back(id);
  }
  Emit emit(context, scope.model());
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, emit.Concat(std::move(columns)));
  // The entity is the neuron that decided.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId equals, emit.Numbers(std::vector<double>(ids.size(), 0)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, BestColumn(emit, *prediction.probabilities, equals));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.entity_id, TextOf(emit, ids, best));
  return prediction;
}

}  // namespace

Result<Prediction> LowerNeuralNetwork(ModelScope& scope) {
  SCOREWAY_ASSIGN_OR_RETURN(const NeuralLayers layers, NeuralLayers::Lower(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const OutputNeurons neurons, ReadOutputs(scope));
  switch (scope.function()) {
    case MiningFunction::kRegression: return LowerRegression(scope, layers, neurons);
    case MiningFunction::kClassification: return LowerClassification(scope, layers, neurons);
    default: return Context::Corrupt(scope.model(), "a NeuralNetwork does not have this functionName");
  }
}

}  // namespace scoreway::pmml
