#include "row_reading.h"

#include <cstdio>

#include "open_store.h"

namespace scoreway {

std::unique_ptr<FeatureJoin> RowReading::MakeJoin() const {
  if (plan.empty()) return nullptr;
  return std::make_unique<FeatureJoin>(&features->reader, SystemClock(), model->signature(), plan);
}

Result<RowReading> ReadingOf(const RegistryOptions& registry, const OpenedModel& source) {
  RowReading reading;
  reading.model = source.model;
  reading.schema = source.model->input_schema();
  for (const InputField& field : source.model->signature().inputs) {
    reading.may_be_absent.push_back(field.missing == MissingRule::kModel);
  }
  if (source.version.name.empty()) return reading;  // a file
  SCOREWAY_ASSIGN_OR_RETURN(reading.store, OpenStore(registry, WhenMissing::kFail));
  reading.features = std::make_unique<OnlineFeatures>(
      *reading.store, SystemClock(),
      OnlineFeaturesOptions{.poll_interval = {}, .reader = {.timeout = {}, .cache = {}}});
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureDefinitions definitions, reading.features->store.Definitions());
  const auto views = definitions.views_of_model.find(source.version.name);
  if (views == definitions.views_of_model.end()) return reading;
  SCOREWAY_ASSIGN_OR_RETURN(reading.plan, PlanFeatures(source.model->signature(), views->second));
  if (reading.plan.empty()) return reading;
  reading.schema = reading.plan.row_schema;
  reading.may_be_absent = reading.plan.may_be_absent;
  return reading;
}

void RemarkOnIgnoredColumns(const std::vector<std::string>& columns, const std::string& place) {
  if (columns.empty()) return;
  std::string names;
  for (size_t i = 0; i < columns.size() && i < 8; ++i) names += (i == 0 ? "" : ", ") + columns[i];
  if (columns.size() > 8) names += ", ...";
  std::fprintf(stderr, "scoreway: %s: the model has no use for %s\n", place.c_str(), names.c_str());
}

}  // namespace scoreway
