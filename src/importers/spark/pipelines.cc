// Stages made of stages.

#include "importers/spark/lowerings.h"
#include "importers/spark/stage_list.h"

namespace scoreway::spark {

Status LowerPipeline(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> folders, StageFolders(stage));
  // All that is unsupported is reported at once. What follows such a stage lacks its columns: only its class is looked
  // at.
  Status first;
  for (const std::string& folder : folders) {
    SCOREWAY_ASSIGN_OR_RETURN(const Stage inner, Stage::Read(stage.files(), folder));
    if (!first.ok()) {
      if (!IsKnown(inner.class_name())) (void)LowerStage(context, inner);
      continue;
    }
    first = LowerStage(context, inner);
    if (!first.ok() && first.code() != Code::kUnsupported) return first;
  }
  return first;
}

// CrossValidatorModel and TrainValidationSplitModel.
Status LowerBestModel(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const Stage best, Stage::Read(stage.files(), FolderBelow(stage, "bestModel")));
  return LowerStage(context, best);
}

// The formula became a pipeline when it was fitted.
Status LowerRFormula(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const Stage pipeline, Stage::Read(stage.files(), FolderBelow(stage, "pipelineModel")));
  return LowerStage(context, pipeline);
}

// Stages that change no value: names of attributes, columns that are no longer needed, checks of sizes that are known.
Status LowerNothing(Context&, const Stage&) { return {}; }

}  // namespace scoreway::spark
