// Stages made of stages.

#include <algorithm>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

std::string Below(const Stage& stage, const std::string& name) {
  return stage.folder().empty() ? name : stage.folder() + "/" + name;
}

// The folders in stages/ in their order: each is named by its position, an underscore and its uid.
std::vector<std::string> StageFolders(const Stage& stage) {
  const std::string prefix = Below(stage, "stages") + "/";
  std::vector<std::pair<size_t, std::string>> found;
  const archive::Files& files = stage.files();
  for (auto it = files.lower_bound(prefix); it != files.end() && it->first.starts_with(prefix); ++it) {
    const std::string name = it->first.substr(prefix.size(), it->first.find('/', prefix.size()) - prefix.size());
    if (name.empty() || name[0] < '0' || name[0] > '9' || (!found.empty() && found.back().second == name)) continue;
    size_t position = 0;
    for (size_t i = 0; i < name.size() && i < 9 && name[i] >= '0' && name[i] <= '9'; ++i) {
      position = position * 10 + static_cast<size_t>(name[i] - '0');
    }
    found.emplace_back(position, name);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> folders;
  for (const auto& [position, name] : found) folders.push_back(prefix + name);
  return folders;
}

}  // namespace

Status LowerPipeline(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> uids, stage.Texts("stageUids"));
  const std::vector<std::string> folders = StageFolders(stage);
  if (folders.size() != uids.size()) {
    return stage.Corrupt("has " + std::to_string(folders.size()) + " stages, not " + std::to_string(uids.size()));
  }
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
  SCOREWAY_ASSIGN_OR_RETURN(const Stage best, Stage::Read(stage.files(), Below(stage, "bestModel")));
  return LowerStage(context, best);
}

// The formula became a pipeline when it was fitted.
Status LowerRFormula(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const Stage pipeline, Stage::Read(stage.files(), Below(stage, "pipelineModel")));
  return LowerStage(context, pipeline);
}

// Stages that change no value: names of attributes, columns that are no longer needed, checks of sizes that are known.
Status LowerNothing(Context&, const Stage&) { return {}; }

}  // namespace scoreway::spark
