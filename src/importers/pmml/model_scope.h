// ModelScope: the fields that one model element sees, and what it has to predict.
//
// TO ADD A MODEL ELEMENT
//   1. Write `Result<Prediction> LowerFooModel(ModelScope& scope)` in a file foo_model.cc and declare it in
//      model_elements.h. scope.model() is the element. scope.Field(name, user) gives the Cell of any field the element
//      names (MiningSchema treatments and transformations are done by then), scope.Evaluate(expression) that of an
//      expression, scope.Test(predicate) a predicate's three-valued truth (1, 0, missing).
//   2. Add a line to the table in model_elements.cc.
//   3. Fill in Prediction: a regression sets `value` (the raw number, a double), a classification `classes` with
//      `probabilities` and/or `codes`, a clustering `value` and `entity_id`; then what Output may ask for. Rows without
//      an answer are missing. Targets and Output are applied by LowerModel (model_elements.h), not by you.
//   4. What you cannot express: return scope.context().Unsupported(element, "why"); what contradicts the specification:
//      Context::Corrupt. Look at regression_model.cc first; Emit (context.h) adds operators.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importers/pmml/context.h"
#include "importers/pmml/prediction.h"

namespace scoreway::pmml {

enum class MiningFunction : uint8_t {
  kRegression,
  kClassification,
  kClustering,
  kAssociationRules,
  kSequences,
  kTimeSeries,
  kMixed,
};

// What a model predicts: a DataField, or nothing but a type where the document names none.
struct Target {
  std::string name;  // empty: synthetic
  DataType type = DataType::kDouble;
  OpType op_type = OpType::kContinuous;
  std::vector<std::string> categories;  // valid values in order
  Element data_field;                   // may be empty
  Element target;                       // of Targets; may be empty
};

class ModelScope {
 public:
  // `parent`: of the MiningModel around; null for the document's model. Both outlive the scope.
  static Result<ModelScope> Make(Context& context, const Element& model, ModelScope* parent);

  Context& context() { return *context_; }
  const Element& model() const { return model_; }
  ModelScope* parent() { return parent_; }
  MiningFunction function() const { return function_; }
  // The field that the model predicts; what it predicts besides is in target_names().
  const Target& target() const { return target_; }
  const std::vector<std::string>& target_names() const { return target_names_; }
  // Of x-mathContext: some models are computed in float32.
  op::Precision precision() const { return precision_; }

  // Whether the Output of this model, or of one around it, asks for one of these result features.
  bool Wants(std::initializer_list<std::string_view> features) const;

  // The field of that name as this model sees it. CORRUPT if there is none, or if it rests on itself.
  Result<Cell> Field(std::string_view name, const Element& user);
  Result<Cell> FieldOf(const Element& user, std::string_view attribute = "field");
  // An expression of this model, with the type that it has of itself.
  Result<Cell> Evaluate(const Element& expression);
  // 1, 0 or missing.
  Result<ValueId> Test(const Element& predicate);

  // Makes an output field known by name to later expressions of this model.
  void Declare(std::string name, const Cell& cell) { cells_.insert_or_assign(std::move(name), cell); }
  bool HasMiningField(std::string_view name) const { return mining_fields_.contains(name); }
  // Empty if there is none.
  Element MiningFieldOf(std::string_view name) const {
    const auto it = mining_fields_.find(name);
    return it == mining_fields_.end() ? Element() : it->second;
  }
  // Whether this model has a field of that name, or makes one.
  bool Knows(std::string_view name) const { return HasMiningField(name) || derived_fields_.contains(name); }

 private:
  ModelScope(Context& context, const Element& model, ModelScope* parent)
      : context_(&context), model_(model), parent_(parent) {}

  bool KnowsOrInherits(std::string_view name) const;
  Status ReadMiningSchema();
  Status ReadTarget();
  Result<Cell> Resolve(std::string_view name, const Element& user);
  Result<Cell> ResolveMiningField(std::string_view name, const Element& mining_field, const Element& user);
  Result<Cell> ResolveDerivedField(const Element& derived_field);

  Context* context_;
  Element model_;
  ModelScope* parent_;
  MiningFunction function_ = MiningFunction::kRegression;
  op::Precision precision_ = op::Precision::kFloat64;
  Target target_;
  std::vector<std::string> target_names_;
  std::map<std::string_view, Element, std::less<>> mining_fields_;
  bool treats_fields_ = false;  // a segment: it treats a field otherwise than the models around it
  std::map<std::string_view, Element, std::less<>> derived_fields_;
  std::map<std::string, Cell, std::less<>> cells_;
};

}  // namespace scoreway::pmml
