// ModelStatistics: what the predictions of the loaded models amounted to, as the doors report it.
#pragma once

#include <string>
#include <vector>

#include "service/serving_set.h"

namespace scoreway {

struct ModelStatistics {
  std::string name;
  std::string version;  // the newest that is loaded; the counts are those of all versions
  ModelStats::Totals totals;
};

ModelStatistics StatisticsOf(const LoadedModel& model);
// Of every name of which something is loaded, in the order of names.
std::vector<ModelStatistics> StatisticsOfAll(const ServingSet& set);

}  // namespace scoreway
