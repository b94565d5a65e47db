// RowReading: how rows of a model are read by a command: its inputs, and the keys of the feature views that it uses in
// the registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "open_registry.h"
#include "options.h"
#include "service/feature_join.h"
#include "service/online_features.h"

namespace scoreway {

struct RowReading {
  std::shared_ptr<const Schema> schema;
  std::vector<bool> may_be_absent;

  // For one thread; null: the model uses no view.
  std::unique_ptr<FeatureJoin> MakeJoin() const;

  std::shared_ptr<const Model> model;
  FeaturePlan plan;
  std::unique_ptr<Store> store;  // null: a file, which uses no views
  std::unique_ptr<OnlineFeatures> features;
};

Result<RowReading> ReadingOf(const RegistryOptions& registry, const OpenedModel& source);

// Says on standard error which columns nobody wants.
void RemarkOnIgnoredColumns(const std::vector<std::string>& columns, const std::string& place);

}  // namespace scoreway
