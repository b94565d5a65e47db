// Output: the result features of a prediction.

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "importers/pmml/complete.h"
#include "importers/pmml/expression.h"

namespace scoreway::pmml {
namespace {

// What an OutputField is evaluated with.
struct Request {
  ModelScope& scope;
  const Element& field;
  const Prediction& prediction;
  Emit& emit;

  Error Unsupported(std::string_view what) const { return scope.context().Unsupported(field, what); }
  Error Lacks(std::string_view what) const { return Unsupported("the model gives no " + std::string(what)); }
};

using Feature = Result<Cell> (*)(const Request&);

Result<Cell> Value(const Request& request) {
  // Of a model with several targets the one that is asked for.
  const std::string_view target = request.field.Attribute("targetField", request.scope.target().name);
  if (target != request.scope.target().name) {
    for (const NamedCell& named : request.prediction.targets) {
      if (named.name == target) return named.cell;
    }
  }
  if (!request.prediction.value) return request.Lacks("predicted value");
  return *request.prediction.value;
}

Result<Cell> DoubleCell(ValueId value) {
  Cell cell;
  cell.value = value;
  return cell;
}

// The column of the class that the field names, or of the one that was predicted. A class that the model does not know
// has 0.
Result<Cell> OfClass(const Request& request, ValueId numbers) {
  const Prediction& prediction = request.prediction;
  if (const auto name = request.field.Attribute("value")) {
    const auto it = std::ranges::find(prediction.classes, *name);
    const size_t index = static_cast<size_t>(it - prediction.classes.begin());
    if (it != prediction.classes.end()) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, request.emit.Select(numbers, static_cast<uint32_t>(index)));
      return DoubleCell(column);
    }
    // The same number, written otherwise.
    const DataType type = request.scope.target().type;
    for (size_t i = 0; IsNumber(type) && i < prediction.classes.size(); ++i) {
      if (ParseNumber(type, prediction.classes[i]) != ParseNumber(type, *name)) continue;
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, request.emit.Select(numbers, static_cast<uint32_t>(i)));
      return DoubleCell(column);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, request.emit.Select(numbers, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, request.emit.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, request.emit.Binary(op::BinaryFunction::kMultiply, first, zero));
    return DoubleCell(none);
  }
  // The predicted one: by its code out of the columns.
  std::optional<ValueId> chosen;
  for (size_t i = 0; i < prediction.classes.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, request.emit.Select(numbers, static_cast<uint32_t>(i)));
    if (!chosen) {
      chosen = column;
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, request.emit.Number(static_cast<double>(i)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_it,
                              request.emit.Binary(op::BinaryFunction::kEqual, *prediction.codes, code));
    SCOREWAY_ASSIGN_OR_RETURN(chosen, request.emit.Where(is_it, column, *chosen));
  }
  if (!chosen) return request.Lacks("classes");
  return DoubleCell(*chosen);
}

Result<Cell> Probability(const Request& request) {
  if (!request.prediction.probabilities) return request.Lacks("probabilities");
  return OfClass(request, *request.prediction.probabilities);
}

Result<Cell> Confidence(const Request& request) {
  if (request.prediction.confidence) return *request.prediction.confidence;
  if (!request.prediction.confidences) return request.Lacks("confidences");
  return OfClass(request, *request.prediction.confidences);
}

Result<int64_t> Rank(const Request& request) {
  const auto text = request.field.Attribute("rank");
  int64_t rank = 1;
  if (text && (ParseInt64(*text, &rank) != NumberParse::kOk || rank < 1)) {
    return Context::Corrupt(request.field, "rank '" + std::string(*text) + "' is no rank");
  }
  return rank;
}

// The cell of that rank; missing beyond what there is.
Result<Cell> Ranked(const Request& request, const std::vector<Cell>& cells, DataType type, int64_t rank) {
  if (rank <= static_cast<int64_t>(cells.size())) return cells[static_cast<size_t>(rank) - 1];
  return MissingCell(request.emit, cells.empty() ? type : cells[0].type);
}

Result<Cell> EntityId(const Request& request) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rank, Rank(request));
  if (rank == 1 && request.prediction.entity_id) return *request.prediction.entity_id;
  if (request.prediction.ranked_entities.empty()) return request.Lacks("ranking of entities");
  return Ranked(request, request.prediction.ranked_entities, DataType::kString, rank);
}

Result<Cell> Affinity(const Request& request) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rank, Rank(request));
  const Prediction& prediction = request.prediction;
  if (rank > 1) {
    if (prediction.ranked_affinities.empty()) return request.Lacks("ranking of affinities");
    return Ranked(request, prediction.ranked_affinities, DataType::kDouble, rank);
  }
  const auto name = request.field.Attribute("value");
  if (!name) {
    if (prediction.entity_affinity) return *prediction.entity_affinity;
    if (!prediction.ranked_affinities.empty()) return prediction.ranked_affinities[0];
    return request.Lacks("affinity");
  }
  if (!prediction.affinities) return request.Lacks("affinities");
  const auto it = std::ranges::find(prediction.affinities->entities, *name);
  if (it == prediction.affinities->entities.end()) {
    return Context::Corrupt(request.field, "there is no entity '" + std::string(*name) + "'");
  }
  const auto index = static_cast<uint32_t>(it - prediction.affinities->entities.begin());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, request.emit.Select(prediction.affinities->values, index));
  return DoubleCell(column);
}

// Of a regression expected minus predicted, of a classification how much the predicted class falls short.
Result<Cell> Residual(const Request& request) {
  const Target& target = request.scope.target();
  if (target.name.empty()) return request.Lacks("target field");
  SCOREWAY_ASSIGN_OR_RETURN(const Cell expected, request.scope.Field(target.name, request.field));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell predicted, Value(request));
  Emit& emit = request.emit;
  if (request.scope.function() == MiningFunction::kRegression) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId a, emit.AsNumber(expected));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId b, emit.AsNumber(predicted));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, emit.Binary(op::BinaryFunction::kSubtract, a, b));
    return DoubleCell(rest);
  }
  if (!request.prediction.probabilities) return request.Lacks("probabilities");
  SCOREWAY_ASSIGN_OR_RETURN(const Cell probability, OfClass(request, *request.prediction.probabilities));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId equal,
                            emit.Binary(op::BinaryFunction::kEqual, expected.value, predicted.value));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, emit.Binary(op::BinaryFunction::kSubtract, equal, probability.value));
  return DoubleCell(rest);
}

Result<Cell> ReasonCode(const Request& request) {
  if (request.prediction.reason_codes.empty()) return request.Lacks("reason codes");
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rank, Rank(request));
  return Ranked(request, request.prediction.reason_codes, DataType::kString, rank);
}

// feature="ruleValue" with ruleFeature, or one of the older names of the same.
Result<Cell> RuleValue(const Request& request) {
  const std::string_view feature = request.field.Attribute("feature", "");
  const std::string_view wanted =
      feature == "ruleValue" ? request.field.Attribute("ruleFeature", "consequent") : feature;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rank, Rank(request));
  for (const RuleTexts& rule : request.prediction.rules) {
    if (rule.feature == wanted) return Ranked(request, rule.by_rank, DataType::kString, rank);
  }
  return request.Lacks("rule feature " + std::string(wanted));
}

Result<Cell> DisplayValue(const Request& request) {
  if (request.prediction.display_value) return *request.prediction.display_value;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell value, Value(request));
  const Target& target = request.scope.target();
  std::vector<std::string> values, shown;
  const auto collect = [&](const Element& parent, std::string_view child_name) {
    if (!parent) return;
    for (const Element& child : parent.Children(child_name)) {
      // Until PMML 3.1 a TargetValue had the other name.
      const auto display = child.Attribute(child.Attribute("displayValue") ? "displayValue" : "rawDataValue");
      if (!display || !child.Attribute("value")) continue;
      values.emplace_back(*child.Attribute("value"));
      shown.emplace_back(*display);
    }
  };
  collect(target.target, "TargetValue");
  if (target.op_type != OpType::kContinuous) collect(target.data_field, "Value");
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, request.emit.Cast(value, DataType::kString));
  if (values.empty()) return cell;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, request.emit.Encode(value, values, -1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId display, request.emit.Add(op::DecodeText{shown}, {code}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId there, request.emit.Unary(op::UnaryFunction::kIsPresent, display));
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, request.emit.Where(there, display, cell.value));
  return cell;
}

Result<Cell> StandardError(const Request& request) {
  if (!request.prediction.standard_error) return request.Lacks("standard error");
  return *request.prediction.standard_error;
}

Result<Cell> Transformed(const Request& request) {
  const Element expression = FindExpression(request.field);
  if (!expression) return Context::Corrupt(request.field, "it has no expression");
  return request.scope.Evaluate(expression);
}

struct FeatureOfName {
  std::string_view name;
  Feature evaluate;
};
constexpr std::array kFeatures = {
    FeatureOfName{"predictedValue", Value},
    FeatureOfName{"predictedDisplayValue", DisplayValue},
    FeatureOfName{"transformedValue", Transformed},
    FeatureOfName{"decision", Transformed},
    FeatureOfName{"probability", Probability},
    FeatureOfName{"confidence", Confidence},
    FeatureOfName{"residual", Residual},
    FeatureOfName{"clusterId", EntityId},
    FeatureOfName{"entityId", EntityId},
    FeatureOfName{"affinity", Affinity},
    FeatureOfName{"clusterAffinity", Affinity},
    FeatureOfName{"entityAffinity", Affinity},
    FeatureOfName{"reasonCode", ReasonCode},
    FeatureOfName{"ruleValue", RuleValue},
    FeatureOfName{"antecedent", RuleValue},
    FeatureOfName{"consequent", RuleValue},
    FeatureOfName{"rule", RuleValue},
    FeatureOfName{"ruleId", RuleValue},
    FeatureOfName{"support", RuleValue},
    FeatureOfName{"lift", RuleValue},
    FeatureOfName{"leverage", RuleValue},
    FeatureOfName{"standardError", StandardError},
};

using Named = std::vector<std::pair<std::string, std::shared_ptr<const Prediction>>>;

const Prediction* Find(const Named& list, std::string_view name) {
  const auto it = std::ranges::find(list, name, &Named::value_type::first);
  return it == list.end() ? nullptr : it->second.get();
}

// A field of a segment, by the name that `value` says.
Result<Cell> FieldOfSegment(const Request& request) {
  const std::string_view name = request.field.Attribute("value", "");
  for (const std::vector<NamedCell>* list : {&request.prediction.declared, &request.prediction.targets}) {
    const auto it = std::ranges::find(*list, name, &NamedCell::name);
    if (it != list->end()) return it->cell;
  }
  return request.Lacks("field '" + std::string(name) + "' in the segment");
}

// The cell as the type that the field states, if it does.
Result<Cell> InTypeOf(const Request& request, const Cell& cell) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto type, request.scope.context().DataTypeOf(request.field));
  return type ? request.emit.Cast(cell, *type) : Result<Cell>(cell);
}

Result<Cell> Evaluate(const Request& request) {
  const std::string_view name = request.field.Attribute("feature", "predictedValue");
  for (const auto& [index, cell] : request.prediction.by_field) {
    if (index == request.field.index()) return InTypeOf(request, cell);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool several, request.scope.context().FlagOr(request.field, "isMultiValued", false));
  if (several) return request.Unsupported("isMultiValued");
  for (const FeatureOfName& feature : kFeatures) {
    if (feature.name != name) continue;
    const bool of_segment = request.field.Attribute("segmentId").has_value() && feature.evaluate == Transformed;
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, of_segment ? FieldOfSegment(request) : feature.evaluate(request));
    return InTypeOf(request, cell);
  }
  return request.Unsupported("result feature " + std::string(name));
}

// The prediction that the field is about: of a segment, of one of several targets, or of the model itself.
Result<Cell> EvaluateField(ModelScope& scope, const Element& field, const Prediction& prediction, Emit& emit) {
  const Prediction* of = &prediction;
  if (const auto segment = field.Attribute("segmentId")) {
    of = Find(prediction.by_segment, *segment);
    if (of == nullptr) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto type, scope.context().DataTypeOf(field));
      return MissingCell(emit, type.value_or(DataType::kString));
    }
  }
  if (const auto target = field.Attribute("targetField")) {
    const Prediction* of_target = Find(of->by_target, *target);
    const bool predicts = field.Attribute("feature", "predictedValue") == "predictedValue" &&
                          std::ranges::find(of->targets, *target, &NamedCell::name) != of->targets.end();
    if (of_target == nullptr && *target != scope.target().name && !predicts) {
      return scope.context().Unsupported(field, "targetField '" + std::string(*target) + "'");
    }
    if (of_target != nullptr) of = of_target;
  }
  return Evaluate(Request{scope, field, *of, emit});
}

}  // namespace

Status EvaluateOutput(ModelScope& scope, Prediction* prediction) {
  const Element output = scope.model().Child("Output");
  if (!output) return {};
  for (const Element& field : output.Children("OutputField")) {
    // The specification leaves such names to vendors; what they mean by it is nothing that others can answer.
    if (field.Attribute("feature", "").starts_with("x-")) continue;
    Emit emit(scope.context(), field);
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope.context().Want(field, "name"));
    Result<Cell> cell = EvaluateField(scope, field, *prediction, emit);
    if (!cell.ok()) {
      if (Context::NotedOnly(cell.error())) continue;
      return std::move(cell).error();
    }
    if (const auto op_type = OpTypeFromName(field.Attribute("optype", ""))) cell->op_type = *op_type;
    scope.Declare(std::string(name), *cell);
    prediction->declared.push_back({std::string(name), *cell});
    SCOREWAY_ASSIGN_OR_RETURN(const bool is_final, scope.context().FlagOr(field, "isFinalResult", true));
    if (is_final) prediction->outputs.push_back({std::string(name), *cell});
  }
  return {};
}

}  // namespace scoreway::pmml
