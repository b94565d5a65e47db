#include "importers/pmml/model_scope.h"

#include <algorithm>
#include <array>

#include "importers/pmml/expression.h"
#include "importers/pmml/field_domain.h"
#include "importers/pmml/predicate.h"

namespace scoreway::pmml {
namespace {

struct FunctionOfName {
  std::string_view name;
  MiningFunction function;
};
constexpr std::array kFunctions = {
    FunctionOfName{"regression", MiningFunction::kRegression},
    FunctionOfName{"classification", MiningFunction::kClassification},
    FunctionOfName{"clustering", MiningFunction::kClustering},
    FunctionOfName{"associationRules", MiningFunction::kAssociationRules},
    FunctionOfName{"sequences", MiningFunction::kSequences},
    FunctionOfName{"timeSeries", MiningFunction::kTimeSeries},
    FunctionOfName{"mixed", MiningFunction::kMixed},
};

Result<MiningFunction> ReadFunction(const Context& context, const Element& model) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(model, "functionName"));
  for (const FunctionOfName& entry : kFunctions) {
    if (entry.name == name) return entry.function;
  }
  return Context::Corrupt(model, "functionName '" + std::string(name) + "' is not known");
}

bool IsTarget(const Element& mining_field) {
  const std::string_view usage = mining_field.Attribute("usageType", "active");
  return usage == "target" || usage == "predicted";
}

Element FindTargetElement(const Element& model, std::string_view field) {
  for (const Element& target : model.Child("Targets").Children("Target")) {
    if (target.Attribute("field", "") == field) return target;
  }
  return {};
}

}  // namespace

Result<ModelScope> ModelScope::Make(Context& context, const Element& model, ModelScope* parent) {
  ModelScope scope(context, model, parent);
  if (model.Attribute("isScorable", "true") == "false") {
    return context.Unsupported(model, "the model says that it cannot be scored (isScorable)");
  }
  SCOREWAY_ASSIGN_OR_RETURN(scope.function_, ReadFunction(context, model));
  const std::string_view math = model.Attribute("x-mathContext", "double");
  if (math != "double" && math != "float") return context.Unsupported(model, "x-mathContext " + std::string(math));
  if (math == "float") scope.precision_ = op::Precision::kFloat32;
  SCOREWAY_RETURN_IF_ERROR(scope.ReadMiningSchema());
  const Element transformations = model.Child("LocalTransformations");
  for (Element field = transformations.first_child(); field; field = field.next_sibling()) {
    if (field.Is("DerivedField")) scope.derived_fields_.emplace(field.Attribute("name", ""), field);
  }
  SCOREWAY_RETURN_IF_ERROR(scope.ReadTarget());
  return scope;
}

Status ModelScope::ReadMiningSchema() {
  const Element schema = model_.Child("MiningSchema");
  if (!schema) return Status(Context::Corrupt(model_, "it has no MiningSchema"));
  for (Element field = schema.first_child(); field; field = field.next_sibling()) {
    if (!field.Is("MiningField")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context_->Want(field, "name"));
    mining_fields_.emplace(name, field);
    if (IsTarget(field)) {
      target_names_.emplace_back(name);
      continue;
    }
    if (parent_ != nullptr && context_->FindDataField(name)) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool plain, IsPlain(*context_, field));
      treats_fields_ = treats_fields_ || !plain;
    }
    // The items of a transaction are no single cell: its model reads them itself.
    if (parent_ != nullptr || model_.Is("AssociationModel")) continue;
    // Every input is part of the signature, whether something uses it or not.
    const std::string_view usage = field.Attribute("usageType", "active");
    const bool weighs = usage == "frequencyWeight" || usage == "analysisWeight";
    if (!weighs && context_->FindDataField(name)) {
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, Field(name, field));
      (void)cell;
    }
  }
  return {};
}

Status ModelScope::ReadTarget() {
  if (!target_names_.empty()) target_.name = target_names_[0];
  target_.data_field = context_->FindDataField(target_.name);
  target_.target = FindTargetElement(model_, target_.name);
  const bool classifies = function_ == MiningFunction::kClassification;
  if (target_.data_field) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto type, context_->DataTypeOf(target_.data_field));
    target_.type = type.value_or(classifies ? DataType::kString : DataType::kDouble);
    target_.op_type = DefaultOpType(target_.type);
    if (const auto op_type = OpTypeFromName(target_.data_field.Attribute("optype", ""))) target_.op_type = *op_type;
    target_.categories = ValuesOf(target_.data_field, "valid");
  } else if (classifies) {
    // A segment predicts the classes of the model around it.
    const bool inherits = parent_ != nullptr && parent_->function_ == MiningFunction::kClassification;
    target_.type = inherits ? parent_->target_.type : DataType::kString;
    target_.op_type = OpType::kCategorical;
  } else if (function_ == MiningFunction::kRegression) {
    target_.type = precision_ == op::Precision::kFloat32 ? DataType::kFloat : DataType::kDouble;
  } else {
    target_.type = DataType::kString;
    target_.op_type = OpType::kCategorical;
  }
  const auto mining_field = mining_fields_.find(target_.name);
  if (mining_field != mining_fields_.end()) {
    if (const auto op_type = OpTypeFromName(mining_field->second.Attribute("optype", ""))) target_.op_type = *op_type;
  }
  if (target_.target) {
    if (const auto op_type = OpTypeFromName(target_.target.Attribute("optype", ""))) target_.op_type = *op_type;
  }
  return {};
}

bool ModelScope::Wants(std::initializer_list<std::string_view> features) const {
  const Element output = model_.Child("Output");
  for (Element field = output.first_child(); field; field = field.next_sibling()) {
    if (std::ranges::find(features, field.Attribute("feature", "predictedValue")) != features.end()) return true;
  }
  return parent_ != nullptr && parent_->Wants(features);
}

Result<Cell> ModelScope::Field(std::string_view name, const Element& user) {
  if (const auto it = cells_.find(name); it != cells_.end()) return it->second;
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, Resolve(name, user));
  cells_.insert_or_assign(std::string(name), cell);
  return cell;
}

Result<Cell> ModelScope::FieldOf(const Element& user, std::string_view attribute) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context_->Want(user, attribute));
  return Field(name, user);
}

Result<Cell> ModelScope::Resolve(std::string_view name, const Element& user) {
  if (const auto it = mining_fields_.find(name); it != mining_fields_.end()) {
    return ResolveMiningField(name, it->second, user);
  }
  if (const auto it = derived_fields_.find(name); it != derived_fields_.end()) return ResolveDerivedField(it->second);
  const Element global_field = context_->FindDerivedField(name);
  // A segment that treats fields otherwise than the models around it computes what rests on them anew.
  if (parent_ != nullptr && !(global_field && treats_fields_ && !parent_->KnowsOrInherits(name))) {
    return parent_->Field(name, user);
  }
  if (global_field) return ResolveDerivedField(global_field);
  return Context::Corrupt(user, "field '" + std::string(name) + "' is not defined");
}

Result<Cell> ModelScope::ResolveMiningField(std::string_view name, const Element& mining_field, const Element& user) {
  const Element data_field = context_->FindDataField(name);
  if (parent_ != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, parent_->Field(name, user));
    SCOREWAY_ASSIGN_OR_RETURN(const bool plain, IsPlain(*context_, mining_field));
    return plain ? cell : TreatField(*context_, data_field ? data_field : mining_field, mining_field, cell);
  }
  if (!data_field) {
    if (const Element derived_field = context_->FindDerivedField(name)) return ResolveDerivedField(derived_field);
    return Context::Corrupt(mining_field, "field '" + std::string(name) + "' is not defined");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto type, context_->DataTypeOf(data_field));
  if (!type) return Context::Corrupt(data_field, "attribute dataType is missing");
  if (data_field.Attribute("taxonomy")) return context_->Unsupported(data_field, "a taxonomy");
  Cell cell;
  cell.value = context_->builder().AddInput(std::string(name));
  SCOREWAY_RETURN_IF_ERROR(context_->builder().UseInput(cell.value, ColumnType(*type)));
  context_->builder().SetMissingRule(cell.value, MissingRule::kModel);
  context_->builder().SetCategories(cell.value, ValuesOf(data_field, "valid"));
  cell.type = *type;
  const std::string_view op_type = mining_field.Attribute("optype", data_field.Attribute("optype", ""));
  cell.op_type = OpTypeFromName(op_type).value_or(DefaultOpType(*type));
  if (cell.op_type == OpType::kOrdinal) cell.ordering = data_field;
  return TreatField(*context_, data_field, mining_field, cell);
}

Result<Cell> ModelScope::ResolveDerivedField(const Element& derived_field) {
  if (!context_->Enter(derived_field)) {
    return Context::Corrupt(derived_field, "the field rests on itself, or on too many others");
  }
  Result<Cell> cell = EvaluateContainer(*this, derived_field);
  context_->Leave();
  return cell;
}

bool ModelScope::KnowsOrInherits(std::string_view name) const {
  return Knows(name) || (parent_ != nullptr && parent_->KnowsOrInherits(name));
}

Result<Cell> ModelScope::Evaluate(const Element& expression) { return LowerExpression(*this, expression, nullptr); }

Result<ValueId> ModelScope::Test(const Element& predicate) { return LowerPredicate(*this, predicate); }

}  // namespace scoreway::pmml
