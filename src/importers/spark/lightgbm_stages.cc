// LightGBM's stages of SynapseML (once MMLSpark). The booster is a Java object of the file
// complexParams/lightGBMBooster; its model is a text of it.

#include <utility>

#include "importers/boosters/lightgbm_lowering.h"
#include "importers/spark/java_strings.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

using boosters::LightgbmModel;
using boosters::LightgbmScores;

constexpr const char* kBoosterPath = "complexParams/lightGBMBooster";

std::string BoosterPath(const Stage& stage) {
  return (stage.folder().empty() ? "" : stage.folder() + "/") + std::string(kBoosterPath);
}

Result<std::string> ReadBoosterText(const Stage& stage) {
  const std::string path = BoosterPath(stage);
  const auto file = stage.files().find(path);
  if (file == stage.files().end()) return stage.Corrupt("has no file " + std::string(kBoosterPath));
  Result<std::vector<std::string>> texts = ReadJavaStrings(file->second);
  if (!texts.ok()) return AtPlace(path, std::move(texts).error());
  std::string found;
  for (std::string& text : *texts) {
    if (!boosters::LooksLikeLightgbm(text)) continue;
    if (!found.empty()) return stage.Corrupt("has a booster of several models");
    found = std::move(text);
  }
  if (found.empty()) return stage.Corrupt("has a booster without a model of LightGBM");
  return found;
}

// Rounds that predictions are limited to.
Result<std::optional<size_t>> RoundLimit(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const double start, stage.Number("startIteration", 0));
  if (start > 0) return context.Unsupported(stage, "startIteration");
  SCOREWAY_ASSIGN_OR_RETURN(const double count, stage.Number("numIterations", -1));
  if (!(count > 0)) return std::optional<size_t>();
  return std::optional(static_cast<size_t>(count));
}

Status CheckParameters(Context& context, const Stage& stage) {
  for (const char* name : {"leafPredictionCol", "featuresShapCol"}) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string column, stage.Text(name, ""));
    if (!column.empty()) return context.Unsupported(stage, name);
  }
  return {};
}

Result<LightgbmScores> AddScores(Context& context, const Stage& stage) {
  SCOREWAY_RETURN_IF_ERROR(CheckParameters(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string text, ReadBoosterText(stage));
  Result<LightgbmModel> model = boosters::ReadLightgbm(text);
  if (!model.ok()) return AtPlace(BoosterPath(stage), std::move(model).error());
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<size_t> rounds, RoundLimit(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, model->features()));
  return boosters::AddLightgbm(context.builder(), std::move(*model), rounds, features.value, BoosterPath(stage));
}

}  // namespace

Status LowerLightgbmRegressor(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const LightgbmScores scores, AddScores(context, stage));
  if (context.width(scores.prediction) != 1) return context.Unsupported(stage, "a regressor of several outputs");
  return SetPrediction(context, stage, scores.prediction);
}

Status LowerLightgbmClassifier(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const LightgbmScores scores, AddScores(context, stage));
  if (context.width(scores.raw) != 1) return SetClassifierColumns(context, stage, scores.raw, scores.prediction);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, BothSides(context, stage, scores.raw));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, Rest(context, stage, scores.prediction));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Concat{}, {first, scores.prediction}));
  return SetClassifierColumns(context, stage, raw, probability);
}

}  // namespace scoreway::spark
