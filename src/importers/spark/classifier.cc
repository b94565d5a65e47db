// What all predictors of Spark ML give (ProbabilisticClassificationModel, RegressionModel).

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// The column named by a parameter, or no column where the name is empty.
Status SetVectorColumn(Context& context, const Stage& stage, const char* parameter, ValueId value) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text(parameter, ""));
  if (name.empty()) return {};
  context.SetVector(name, value);
  context.MarkAnswer(name);
  return {};
}

// ProbabilisticClassificationModel.probability2prediction: the class of the greatest probability / threshold.
Result<ValueId> ByThresholds(Context& context, const Stage& stage, ValueId probability,
                             const std::vector<double>& thresholds) {
  if (thresholds.size() != context.width(probability)) return stage.Corrupt("has not one threshold a class");
  // A division by 0 gives infinity there, as here, but 0 / 0 counts as nothing.
  std::vector<double> divisors;
  for (const double threshold : thresholds) divisors.push_back(threshold == 0 ? 1e-300 : threshold);
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId scaled,
      context.Add(stage, op::Affine{op::Affine::Form::kSubtractDivide, {}, divisors}, {probability}));
  return context.Add(stage, op::Row{op::RowFunction::kArgMax}, {scaled});
}

Status SetPredictionColumn(Context& context, const Stage& stage, ValueId prediction, Type type) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("predictionCol", "prediction"));
  if (name.empty()) return {};
  context.SetNumber(name, prediction, type);
  context.MarkAnswer(name);
  return {};
}

}  // namespace

Status SetPrediction(Context& context, const Stage& stage, ValueId prediction, Type type) {
  SCOREWAY_RETURN_IF_ERROR(NoteLabel(context, stage, prediction, std::nullopt));
  return SetPredictionColumn(context, stage, prediction, type);
}

Result<FrameColumn> Features(Context& context, const Stage& stage, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("featuresCol", "features"));
  return context.Vector(stage, name, width);
}

Result<ValueId> BothSides(Context& context, const Stage& stage, ValueId margin) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative,
                            context.Add(stage, op::Unary{op::UnaryFunction::kNegate}, {margin}));
  return context.Add(stage, op::Concat{}, {negative, margin});
}

Result<ValueId> Rest(Context& context, const Stage& stage, ValueId x) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, context.Add(stage, op::Constant{{1}}, {}));
  return context.Add(stage, op::Binary{op::BinaryFunction::kSubtract}, {one, x});
}

Result<ValueId> ProbabilitiesOfMargin(Context& context, const Stage& stage, ValueId margin, double steepness) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId falling,
                            context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, {-steepness}}, {margin}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first,
                            context.Add(stage, op::Unary{op::UnaryFunction::kLogistic}, {falling}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second, Rest(context, stage, first));
  return context.Add(stage, op::Concat{}, {first, second});
}

Status NoteLabel(Context& context, const Stage& stage, ValueId codes, std::optional<ValueId> probability) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("labelCol", ""));
  if (name.empty()) return {};
  LabelAnswer label{name, codes, probability, {}};
  if (const FrameColumn* column = context.Peek(name); column != nullptr && !column->made_from.empty()) {
    label.name = column->made_from;
    label.labels = column->labels;
  }
  if (!label.labels.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(label.value, context.Add(stage, op::DecodeText{label.labels}, {codes}));
  }
  context.AddLabelAnswer(std::move(label));
  return {};
}

Status SetClassifierColumns(Context& context, const Stage& stage, ValueId raw, std::optional<ValueId> probability,
                            ValueId prediction) {
  SCOREWAY_RETURN_IF_ERROR(NoteLabel(context, stage, prediction, probability));
  SCOREWAY_RETURN_IF_ERROR(SetVectorColumn(context, stage, "rawPredictionCol", raw));
  if (probability) SCOREWAY_RETURN_IF_ERROR(SetVectorColumn(context, stage, "probabilityCol", *probability));
  return SetPredictionColumn(context, stage, prediction, Type::kFloat64);
}

Status SetClassifierColumns(Context& context, const Stage& stage, ValueId raw, ValueId probability) {
  ValueId prediction = 0;
  if (stage.IsSet("thresholds")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> thresholds, stage.Numbers("thresholds"));
    SCOREWAY_ASSIGN_OR_RETURN(prediction, ByThresholds(context, stage, probability, thresholds));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(prediction, context.Add(stage, op::Row{op::RowFunction::kArgMax}, {raw}));
  }
  return SetClassifierColumns(context, stage, raw, probability, prediction);
}

}  // namespace scoreway::spark
