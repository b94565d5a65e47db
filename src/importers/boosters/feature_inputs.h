// The inputs of a booster that is a file of its own: its features, by the names the file has for them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/boosters/xgboost_model.h"
#include "model/model.h"

namespace scoreway::boosters {

struct FeatureInput {
  std::string name;
  // A column of categories, which becomes their codes.
  std::optional<FeatureCategories> categories;
  // Whether a category that is not known fails the run; otherwise it is missing.
  bool reject_unknown = false;
  // Whether a cell may also be the code itself, where it is no category.
  bool takes_codes = false;
};

// More inputs than any table has columns.
inline constexpr uint64_t kFeaturesMax = uint64_t{1} << 20;

// Whether the names are those that a library makes up for features without any: the stem and the position.
bool AreMadeUp(std::span<const std::string> names, std::string_view stem);

// x0, x1, ... for features that have no names; the model's inputs are then known by position.
std::vector<FeatureInput> PositionalFeatures(ModelBuilder& builder, uint64_t count);

// Adds the inputs; all features as one Value, a column each, NaN where a cell is missing.
Result<ValueId> AddFeatureInputs(ModelBuilder& builder, std::span<const FeatureInput> features);

// Codes of a column of categories.
Result<ValueId> AddCategoryCodes(ModelBuilder& builder, ValueId column, const FeatureInput& feature);

}  // namespace scoreway::boosters
