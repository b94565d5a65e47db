// A classifier of two classes for each class.

#include <utility>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

constexpr double kClassesMax = 1 << 16;

// What the inner model says for its class: rawPrediction(1).
Result<ValueId> RawOfModel(Context& context, const Stage& stage, const std::string& folder) {
  SCOREWAY_ASSIGN_OR_RETURN(const Stage model, Stage::Read(stage.files(), folder));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string features, stage.Text("featuresCol", "features"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string own_features, model.Text("featuresCol", "features"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string raw_name, model.Text("rawPredictionCol", "rawPrediction"));
  if (features != own_features) return context.Unsupported(model, "it takes other features than the stage around it");
  if (raw_name.empty()) return context.Unsupported(model, "it names no rawPredictionCol");
  const Context::Aside aside(&context);
  SCOREWAY_RETURN_IF_ERROR(LowerStage(context, model));
  const FrameColumn* raw = context.Peek(raw_name);
  if (raw == nullptr || raw->kind != FrameColumn::Kind::kVector || raw->width != 2) {
    return context.Unsupported(model, "it is no classifier of two classes");
  }
  return context.Select(model, raw->value, {1});
}

}  // namespace

// The class whose model is surest.
Status LowerOneVsRest(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const double classes, stage.Number("numClasses"));
  if (!(classes >= 1 && classes <= kClassesMax)) return stage.Corrupt("has no number of classes");
  std::vector<ValueId> raws;
  for (int k = 0; k < classes; ++k) {
    const std::string name = "model_" + std::to_string(k);
    SCOREWAY_ASSIGN_OR_RETURN(raws.emplace_back(),
                              RawOfModel(context, stage, stage.folder().empty() ? name : stage.folder() + "/" + name));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, context.Add(stage, op::Concat{}, std::move(raws)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, context.Add(stage, op::Row{op::RowFunction::kArgMax}, {raw}));
  return SetClassifierColumns(context, stage, raw, std::nullopt, prediction);
}

}  // namespace scoreway::spark
