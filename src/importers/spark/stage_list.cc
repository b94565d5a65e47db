#include "importers/spark/stage_list.h"

#include <algorithm>
#include <set>
#include <utility>

namespace scoreway::spark {
namespace {

constexpr int kDepthMax = 16;

Status AppendStages(const archive::Files& files, std::string folder, int depth, std::vector<Stage>* stages) {
  SCOREWAY_ASSIGN_OR_RETURN(Stage stage, Stage::Read(files, std::move(folder)));
  if (depth > kDepthMax) return Status(stage.Corrupt("stages nest too deep"));
  if (stage.class_name() == "PipelineModel") {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> folders, StageFolders(stage));
    for (const std::string& inner : folders) SCOREWAY_RETURN_IF_ERROR(AppendStages(files, inner, depth + 1, stages));
    return {};
  }
  if (stage.class_name() == "tuning.CrossValidatorModel" || stage.class_name() == "tuning.TrainValidationSplitModel") {
    return AppendStages(files, FolderBelow(stage, "bestModel"), depth + 1, stages);
  }
  stages->push_back(std::move(stage));
  return {};
}

}  // namespace

std::string FolderBelow(const Stage& stage, const std::string& name) {
  return stage.folder().empty() ? name : stage.folder() + "/" + name;
}

Result<std::string> ModelFolder(const archive::Files& files) {
  const auto metadata = files.lower_bound("metadata/");
  if (metadata != files.end() && metadata->first.starts_with("metadata/")) return std::string();
  std::set<std::string> tops;
  for (const auto& [path, content] : files) tops.insert(path.substr(0, path.find('/')));
  if (tops.size() == 1) return *tops.begin();
  return Error{Code::kInvalidArgument, "holds no folder 'metadata', as a saved Spark model does", "the archive"};
}

// In stages/ each is named by its position, an underscore and its uid.
Result<std::vector<std::string>> StageFolders(const Stage& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> uids, pipeline.Texts("stageUids"));
  const std::string prefix = FolderBelow(pipeline, "stages") + "/";
  std::vector<std::pair<size_t, std::string>> found;
  const archive::Files& files = pipeline.files();
  for (auto it = files.lower_bound(prefix); it != files.end() && it->first.starts_with(prefix); ++it) {
    const std::string name = it->first.substr(prefix.size(), it->first.find('/', prefix.size()) - prefix.size());
    if (name.empty() || name[0] < '0' || name[0] > '9' || (!found.empty() && found.back().second == name)) continue;
    size_t position = 0;
    for (size_t i = 0; i < name.size() && i < 9 && name[i] >= '0' && name[i] <= '9'; ++i) {
      position = position * 10 + static_cast<size_t>(name[i] - '0');
    }
    found.emplace_back(position, name);
  }
  if (found.size() != uids.size()) {
    return pipeline.Corrupt("has " + std::to_string(found.size()) + " stages, not " + std::to_string(uids.size()));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> folders;
  for (const auto& [position, name] : found) folders.push_back(prefix + name);
  return folders;
}

Result<std::vector<Stage>> SingleStages(const archive::Files& files) {
  SCOREWAY_ASSIGN_OR_RETURN(std::string folder, ModelFolder(files));
  std::vector<Stage> stages;
  SCOREWAY_RETURN_IF_ERROR(AppendStages(files, std::move(folder), 0, &stages));
  return stages;
}

}  // namespace scoreway::spark
