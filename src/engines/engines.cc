#include "engines/engines.h"

#include <utility>

#include "score/plan.h"

namespace scoreway {

Result<std::shared_ptr<const Model>> Engines::ReadModel(std::shared_ptr<const std::string> artifact,
                                                        const ImportOptions& options) const {
  Result<std::shared_ptr<const Model>> imported = ImportModel(artifact, options);
  if (imported.ok()) return imported;
  Error refusal = std::move(imported).error();
  for (const std::unique_ptr<const Engine>& engine : others_) {
    if (!engine->MightRun(*artifact, refusal)) continue;
    Result<Model> adopted = engine->Adopt(artifact);
    if (adopted.ok()) return std::make_shared<const Model>(std::move(*adopted));
    refusal.message += "\nthe engine '" + std::string(engine->name()) + "': " + adopted.error().ToString();
  }
  return refusal;
}

Result<std::shared_ptr<const Scorer>> Engines::MakeScorer(std::shared_ptr<const Model> model,
                                                          const ScorerOptions& options) const {
  for (const std::unique_ptr<const Engine>& engine : others_) {
    if (engine->name() == model->engine()) return engine->MakeScorer(std::move(model), options);
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Scorer> plan, Plan::Make(std::move(model), options));
  return plan;
}

const Engines& NativeEngines() {
  static const Engines engines;
  return engines;
}

}  // namespace scoreway
