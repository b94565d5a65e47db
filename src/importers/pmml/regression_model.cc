// RegressionModel.

#include <algorithm>
#include <map>
#include <numbers>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/normalization.h"
#include "importers/pmml/regression_table.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;

Result<Prediction> LowerRegression(ModelScope& scope, const std::vector<Element>& tables, std::string_view method) {
  if (tables.size() != 1) return Context::Corrupt(scope.model(), "a regression needs one RegressionTable");
  if (method == "simplemax") return Context::Corrupt(scope.model(), "normalizationMethod simplemax in a regression");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, LowerRegressionTables(scope, tables));
  Emit emit(scope.context(), scope.model());
  Prediction prediction;
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, InverseLink(emit, method, score, scope.precision()));
  prediction.value = cell;
  return prediction;
}

// Of the last column one minus the sum of the others.
Result<ValueId> RestOf(Emit& emit, const std::vector<ValueId>& columns) {
  std::vector<double> weights(columns.size(), -1);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, emit.Concat(columns));
  return emit.Add(op::Linear{op::Precision::kFloat64, 1, std::move(weights), {1}}, {all});
}

Result<ValueId> Columns(Emit& emit, ValueId scores, size_t count, std::vector<ValueId>* columns) {
  for (size_t i = 0; i < count; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(columns->emplace_back(), emit.Select(scores, static_cast<uint32_t>(i)));
  }
  return scores;
}

// The first class by the inverse link, clipped to [0, 1] without one; the second is the rest.
Result<ValueId> Binary(ModelScope& scope, Emit& emit, std::string_view method, ValueId scores) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, emit.Select(scores, 0));
  ValueId first = score;
  if (method == "none") {
    op::Affine clip;
    clip.form = op::Affine::Form::kMultiplyAdd;
    clip.low = 0;
    clip.high = 1;
    SCOREWAY_ASSIGN_OR_RETURN(first, emit.Add(std::move(clip), {score}));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(first, InverseLink(emit, method, score, scope.precision()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, emit.Binary(BinaryFunction::kSubtract, one, first));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second, RoundTo(emit, rest, scope.precision()));
  return emit.Concat({first, second});
}

Result<ValueId> Multinomial(ModelScope& scope, Emit& emit, std::string_view method, ValueId scores, size_t count) {
  if (method == "softmax") return Softmax(emit, scores, scope.precision());
  if (method == "simplemax") return NormalizeSum(emit, scores, scope.precision());
  if (method == "logit") {  // one against the rest, as scikit-learn has it; not of the specification
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId odds, InverseLink(emit, method, scores, scope.precision()));
    return NormalizeSum(emit, odds, scope.precision());
  }
  if (method != "none") {
    return Context::Corrupt(scope.model(), "normalizationMethod " + std::string(method) + " with several classes");
  }
  std::vector<ValueId> columns;
  SCOREWAY_RETURN_IF_ERROR(Columns(emit, scores, count - 1, &columns).status());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, RestOf(emit, columns));
  columns.push_back(rest);
  return emit.Concat(columns);
}

// The scores give the probabilities of a class or one below; a class has the difference to the class before.
Result<ValueId> Ordinal(ModelScope& scope, Emit& emit, std::string_view method, ValueId scores, size_t count) {
  if (method == "softmax" || method == "simplemax" || method == "exp") {
    return Context::Corrupt(scope.model(), "normalizationMethod " + std::string(method) + " with an ordinal target");
  }
  std::vector<ValueId> columns;
  std::optional<ValueId> below;
  for (size_t i = 0; i + 1 < count; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, emit.Select(scores, static_cast<uint32_t>(i)));
    ValueId up_to = score;
    if (method == "none") {
      op::Affine clip;
      clip.form = op::Affine::Form::kMultiplyAdd;
      clip.low = 0;
      clip.high = 1;
      SCOREWAY_ASSIGN_OR_RETURN(up_to, emit.Add(std::move(clip), {score}));
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(up_to, InverseLink(emit, method, score, scope.precision()));
    }
    if (below) {
      SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), emit.Binary(BinaryFunction::kSubtract, up_to, *below));
    } else {
      columns.push_back(up_to);
    }
    below = up_to;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), emit.Binary(BinaryFunction::kSubtract, one, *below));
  return emit.Concat(columns);
}

bool IsDefault(const Element& table) {
  return !table.Child("NumericPredictor") && !table.Child("CategoricalPredictor") && !table.Child("PredictorTerm") &&
         ParseDouble(table.Attribute("intercept", "")) == 0.0;
}

Result<Prediction> LowerClassification(ModelScope& scope, const std::vector<Element>& tables, std::string_view method) {
  Context& context = scope.context();
  if (tables.size() < 2) return Context::Corrupt(scope.model(), "a classification needs two RegressionTables");
  Prediction prediction;
  for (const Element& table : tables) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view category, context.Want(table, "targetCategory"));
    prediction.classes.emplace_back(category);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, LowerRegressionTables(scope, tables));
  Emit emit(context, scope.model());
  Result<ValueId> probabilities = Error{};
  if (scope.target().op_type == OpType::kOrdinal) {
    probabilities = Ordinal(scope, emit, method, scores, tables.size());
  } else if (tables.size() == 2 && method == "softmax" && IsDefault(tables[1])) {
    probabilities = Binary(scope, emit, "logit", scores);
  } else if (tables.size() == 2 && method != "softmax" && method != "simplemax") {
    if (method == "exp") return Context::Corrupt(scope.model(), "normalizationMethod exp in a classification");
    probabilities = Binary(scope, emit, method, scores);
  } else {
    probabilities = Multinomial(scope, emit, method, scores, tables.size());
  }
  if (!probabilities.ok()) return std::move(probabilities).error();
  prediction.probabilities = *probabilities;
  return prediction;
}

}  // namespace

Result<Prediction> LowerRegressionModel(ModelScope& scope) {
  const std::vector<Element> tables = scope.model().Children("RegressionTable");
  const std::string_view method = scope.model().Attribute("normalizationMethod", "none");
  switch (scope.function()) {
    case MiningFunction::kRegression: return LowerRegression(scope, tables, method);
    case MiningFunction::kClassification: return LowerClassification(scope, tables, method);
    default: return Context::Corrupt(scope.model(), "a RegressionModel does not have this functionName");
  }
}

}  // namespace scoreway::pmml
