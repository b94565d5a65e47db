// Names of outputs: one rule for all estimators, which `scoreway predict` writes as the header of its rows.

#include <algorithm>

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {
namespace {

// Columns of a value as `name`, or `name_0`, `name_1` ... when there are several.
Status AddColumns(Context& context, ValueId value, const std::string& name, Type type) {
  const uint32_t width = context.width(value);
  for (uint32_t column = 0; column < width; ++column) {
    const std::string full = width == 1 ? name : name + "_" + std::to_string(column);
    SCOREWAY_RETURN_IF_ERROR(context.builder().AddOutput(full, type, value, column));
  }
  return {};
}

Result<ValueId> DecodeLabels(Context& context, const Object& origin, ValueId codes, const Labels& labels) {
  if (labels.type == Type::kString) return context.Add(op::DecodeText{labels.texts}, {codes}, origin);
  return context.Add(op::DecodeNumber{labels.numbers}, {codes}, origin);
}

Status AddProbabilities(Context& context, const Object& origin, const Prediction& prediction,
                        const std::string& suffix) {
  if (context.width(*prediction.probabilities) != prediction.labels.size()) {
    return Status(origin.Corrupt("probabilities do not fit the classes"));
  }
  for (uint32_t k = 0; k < prediction.labels.size(); ++k) {
    SCOREWAY_RETURN_IF_ERROR(context.builder().AddOutput("proba" + suffix + "_" + prediction.labels.TextAt(k),
                                                         Type::kFloat64, *prediction.probabilities, k));
  }
  return {};
}

// `suffix` is empty, or "_<i>" for target i of several.
Status AddClassifier(Context& context, const Object& origin, const Prediction& prediction, const std::string& suffix) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId decoded, DecodeLabels(context, origin, *prediction.codes, prediction.labels));
  SCOREWAY_RETURN_IF_ERROR(context.builder().AddOutput("predict" + suffix, prediction.labels.type, decoded, 0));
  if (prediction.probabilities) SCOREWAY_RETURN_IF_ERROR(AddProbabilities(context, origin, prediction, suffix));
  if (!prediction.decision) return {};
  return AddColumns(context, *prediction.decision, "decision_function" + suffix, Type::kFloat64);
}

}  // namespace

Status AddTransformOutputs(Context& context, const Object& origin, const Table& table) {
  if (table.columns.empty()) {
    return Status(
        context.Unsupported(origin, table.by_name ? std::string(kInputsUnsaid) : "no columns are left at the end"));
  }
  const bool truths = std::all_of(table.columns.begin(), table.columns.end(),
                                  [](const TableColumn& column) { return column.cell_type == Type::kBool; });
  for (size_t i = 0; i < table.width(); ++i) {
    const TableColumn& column = table.columns[i];
    if (context.IsOpen(column)) context.DecideUnused(column.value);
    const Type type = context.IsText(column) ? Type::kString : (truths ? Type::kBool : Type::kFloat64);
    SCOREWAY_RETURN_IF_ERROR(
        context.builder().AddOutput("transform_" + std::to_string(i), type, column.value, column.column));
  }
  return {};
}

Status AddPredictionOutputs(Context& context, const Object& origin, const Prediction& prediction) {
  for (size_t i = 0; i < prediction.targets.size(); ++i) {
    SCOREWAY_RETURN_IF_ERROR(AddClassifier(context, origin, prediction.targets[i], "_" + std::to_string(i)));
  }
  if (prediction.codes) {
    SCOREWAY_RETURN_IF_ERROR(AddClassifier(context, origin, prediction, ""));
  } else {
    if (prediction.numbers) {
      SCOREWAY_RETURN_IF_ERROR(AddColumns(context, *prediction.numbers, "predict", prediction.numbers_type));
    }
    if (prediction.probabilities) SCOREWAY_RETURN_IF_ERROR(AddProbabilities(context, origin, prediction, ""));
    if (prediction.decision) {
      SCOREWAY_RETURN_IF_ERROR(AddColumns(context, *prediction.decision, "decision_function", Type::kFloat64));
    }
  }
  if (prediction.score_samples) {
    SCOREWAY_RETURN_IF_ERROR(AddColumns(context, *prediction.score_samples, "score_samples", Type::kFloat64));
  }
  if (prediction.transformed) return AddTransformOutputs(context, origin, *prediction.transformed);
  return {};
}

}  // namespace scoreway::sklearn
