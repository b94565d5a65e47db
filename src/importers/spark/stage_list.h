// The stages of a saved Spark model: where its folder lies in an archive, and what a pipeline is made of.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "importers/archive/archive.h"
#include "importers/spark/stage.h"

namespace scoreway::spark {

// The folder with the model: the top of the archive, or the one folder it holds. INVALID_ARGUMENT if it holds none.
Result<std::string> ModelFolder(const archive::Files& files);

// The folders of a pipeline's stages in their order. CORRUPT if they are not as many as it names.
Result<std::vector<std::string>> StageFolders(const Stage& pipeline);

// The folder of a stage within a stage.
std::string FolderBelow(const Stage& stage, const std::string& name);

// The stages that are no stages of stages, in the order in which rows pass through them. Those of a pipeline, and of
// the best model of a search. CORRUPT if they nest too deep.
Result<std::vector<Stage>> SingleStages(const archive::Files& files);

}  // namespace scoreway::spark
