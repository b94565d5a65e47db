#include "service/model_statistics.h"

#include <map>

namespace scoreway {

ModelStatistics StatisticsOf(const LoadedModel& model) { return {model.name, model.version_text, model.stats->Read()}; }

std::vector<ModelStatistics> StatisticsOfAll(const ServingSet& set) {
  std::map<std::string, Handle> newest;
  for (const Handle& model : set.LoadedModels()) {
    Handle& kept = newest[model->name];
    if (kept == nullptr || kept->version < model->version) kept = model;
  }
  std::vector<ModelStatistics> statistics;
  for (const auto& [name, model] : newest) statistics.push_back(StatisticsOf(*model));
  return statistics;
}

}  // namespace scoreway
