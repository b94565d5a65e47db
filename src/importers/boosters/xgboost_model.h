// XgboostModel: a saved model of XGBoost as read, whichever of its three formats it was saved in.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/boosters/xgboost_trees.h"

namespace scoreway::boosters {

// The categories of a feature in the order of their codes, as the data frame that the model was fitted on had them.
struct FeatureCategories {
  bool is_text = false;
  std::vector<std::string> texts;
  std::vector<double> numbers;

  size_t size() const { return is_text ? texts.size() : numbers.size(); }
};

struct XgboostModel {
  std::array<int32_t, 3> version{};  // of the library that saved it; before 1.0 it did not say
  std::string booster;               // "gbtree", "dart", "gblinear"
  std::string objective;             // "binary:logistic"
  std::vector<float> base_score;     // one, or one an output
  // Models from before 1.0 hold the margin that base_score stands for.
  bool base_is_margin = false;
  // Whether base_score was left to be estimated from the labels, which the first round does.
  bool base_is_estimated = false;
  uint64_t features = 0;
  int64_t classes = 0;
  int64_t targets = 1;
  std::vector<std::string> feature_names;  // empty, or one a feature; likewise the types
  std::vector<std::string> feature_types;  // "float", "q", "int", "i" (indicator) or "c" (category)
  std::vector<FeatureCategories> categories;
  std::map<std::string, std::string> attributes;

  XgboostTrees trees;
  std::vector<XgboostSplit> splits;     // of all trees; empty unless they were asked for
  std::vector<int64_t> tree_groups;     // the output that a tree adds to
  std::vector<int64_t> iteration_ends;  // the number of trees before each round; empty in models of old versions
  int64_t parallel_trees = 1;
  std::vector<float> tree_weights;    // of a dart; the last trees may lack theirs, which is 1
  std::vector<float> linear_weights;  // of a gblinear: a row of outputs a feature, then the bias

  bool AtLeast(int32_t major, int32_t minor) const {
    return version[0] > major || (version[0] == major && version[1] >= minor);
  }
  // Whether a category beyond those that a split has bits for counts as missing.
  bool unknown_is_missing() const { return version[0] == 1 && version[1] == 6; }
  int64_t outputs() const { return std::max({classes, targets, int64_t{1}}); }
  std::string VersionText() const;
};

// By their beginnings. The binary format has none, so that its first fields must look right.
bool LooksLikeXgboostJson(std::string_view bytes);
bool LooksLikeXgboostUbjson(std::string_view bytes);
bool LooksLikeXgboostBinary(std::string_view bytes);

// What Booster.save_model wrote, or what a pickled Booster holds, which is a model and its configuration. Scoring has
// no need of `splits`, which cost time.
Result<XgboostModel> ReadXgboost(std::string_view bytes, bool with_splits = false);

// The parts of ReadXgboost.
Result<XgboostModel> ReadXgboostJson(std::string_view bytes, bool with_splits = false);
Result<XgboostModel> ReadXgboostUbjson(std::string_view bytes, bool with_splits = false);
Result<XgboostModel> ReadXgboostBinary(std::string_view bytes, bool with_splits = false);

}  // namespace scoreway::boosters
