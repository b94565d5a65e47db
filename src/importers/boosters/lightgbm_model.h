// LightgbmModel: a saved model of LightGBM as read from its text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/boosters/feature_inputs.h"
#include "importers/boosters/lightgbm_trees.h"

namespace scoreway::boosters {

struct LightgbmModel {
  std::string version;    // of the format: "v2", "v3", "v4"
  std::string objective;  // "binary sigmoid:1"; empty: none, so that predictions are the raw scores
  int64_t outputs = 1;    // trees a round
  bool average = false;   // predictions are means over the rounds (random forest)
  std::vector<std::string> feature_names;
  std::vector<std::string> feature_infos;  // "[0:1]", "3:1:7" (categories) or "none"
  // Of the columns of dtype category in the data frame that it was fitted on, in order.
  std::vector<FeatureCategories> pandas_categories;
  std::vector<uint32_t> categorical_features;  // as the training parameters say, if they do
  LightgbmTrees trees;

  uint64_t features() const { return feature_names.size(); }
};

// The categories of a column, in order. Texts after all numbers, as FLAML's "__NAN__", are none that a column of
// numbers has, and go; among numbers or before them they are UNSUPPORTED.
class MixedCategories {
 public:
  void Add(std::string text) {
    if (categories_.numbers.empty()) categories_.is_text = true;
    categories_.texts.push_back(std::move(text));
  }
  void Add(double number) {
    mixed_ = mixed_ || !categories_.texts.empty();
    categories_.numbers.push_back(number);
  }
  Result<FeatureCategories> Take() &&;

 private:
  FeatureCategories categories_;
  bool mixed_ = false;
};

bool LooksLikeLightgbm(std::string_view bytes);

// CORRUPT at "tree N" or "line N"; UNSUPPORTED for what is older than version 2 of the format.
Result<LightgbmModel> ReadLightgbm(std::string_view bytes);

// The categories of each feature, or nothing. UNSUPPORTED if the model has categories and does not tell whose they are.
Result<std::vector<std::optional<FeatureCategories>>> CategoriesOfFeatures(const LightgbmModel& model);

}  // namespace scoreway::boosters
