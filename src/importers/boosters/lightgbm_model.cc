// LightGBM's text, lines of "key=value", lists with blanks between:
//
//   tree                     the header: also num_class, num_tree_per_iteration, max_feature_idx, objective,
//   version=v4               average_output (no value), feature_names, feature_infos, tree_sizes
//   ...
//                            a blank line
//   Tree=0                   num_leaves, num_cat, split_feature, threshold, decision_type, left_child, right_child,
//   num_leaves=31            leaf_value, cat_boundaries, cat_threshold, is_linear, leaf_const, num_features,
//   ...                      leaf_features, leaf_coeff, and statistics
//                            a blank line
//   end of trees
//   ...
//   parameters:
//   [categorical_feature: 0,2]
//   end of parameters
//   pandas_categorical:[["a", "b"], [1, 2]]

#include "importers/boosters/lightgbm_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "base/number_text.h"
#include "importers/boosters/json_cursor.h"

namespace scoreway::boosters {
namespace {

constexpr int64_t kOutputsMax = 1 << 16;

// Lines of a text, in order.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool Next(std::string_view* line) {
    if (at_ >= text_.size()) return false;
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    *line = text_.substr(at_, end - at_);
    if (line->ends_with('\r')) line->remove_suffix(1);
    at_ = end + 1;
    ++number_;
    return true;
  }
  std::string Place() const { return "line " + std::to_string(number_); }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t number_ = 0;
};

struct KeyValue {
  std::string_view key, value;
};

KeyValue Split(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {line, {}};
  return {line.substr(0, equals), line.substr(equals + 1)};
}

template <typename Number>
bool ParseNumber(std::string_view word, Number* number) {
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), *number);
  if (parsed.ec == std::errc() && parsed.ptr == word.data() + word.size()) return true;
  double real = 0;
  if (ParseDouble(word, &real) != NumberParse::kOk) return false;
  if constexpr (std::is_integral_v<Number>) {
    // Some versions write whole numbers as "1.0" or signed where they are bits.
    if (!(std::abs(real) < 4294967296.0) || real != static_cast<double>(static_cast<int64_t>(real))) return false;
    *number = static_cast<Number>(static_cast<int64_t>(real));
  } else {
    *number = real;
  }
  return true;
}

// Numbers with blanks between.
template <typename Number>
Status ParseNumbers(std::string_view text, std::vector<Number>* numbers) {
  numbers->clear();
  while (true) {
    const size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    const size_t end = std::min(text.find(' '), text.size());
    if (!ParseNumber(text.substr(0, end), &numbers->emplace_back())) {
      return Status(Code::kCorrupt, "'" + std::string(text.substr(0, std::min<size_t>(end, 40))) + "' is not a number");
    }
    text.remove_prefix(end);
  }
}

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class TextReader {
 public:
  explicit TextReader(std::string_view text) : lines_(text) {}

  Result<LightgbmModel> Read() {
    Status status = ReadHeader();
    if (status.ok()) status = CheckHeader();
    if (!status.ok()) return std::move(status).error();
    while (more_trees_) {
      Status added = ReadTree();
      if (added.ok()) added = model_.trees.Add(tree_, model_.features());
      if (!added.ok()) return AtPlace("tree " + std::to_string(trees_), std::move(added).error());
      ++trees_;
    }
    // A file that was cut off must not pass for a smaller model.
    if ((tree_sizes_ && *tree_sizes_ != trees_) || (!has_end_ && model_.version != "v2")) {
      return Error{Code::kCorrupt, "the trees end too early", "tree " + std::to_string(trees_)};
    }
    SCOREWAY_RETURN_IF_ERROR(ReadRest());
    if (trees_ % static_cast<size_t>(model_.outputs) != 0) {
      return Error{Code::kCorrupt, "the last round has too few trees", {}};
    }
    return std::move(model_);
  }

 private:
  Status ReadHeader() {
    std::string_view line;
    while (lines_.Next(&line)) {
      const auto [key, value] = Split(line);
      if (key == "Tree") {
        more_trees_ = true;
        return {};
      }
      if (key == "end of trees") has_end_ = true;
      if (has_end_) return {};
      if (key == "tree_sizes") tree_sizes_ = SplitWords(value).size();
      if (key == "version") model_.version = value;
      if (key == "objective") model_.objective = value;
      if (key == "average_output") model_.average = true;
      if (key == "feature_names") model_.feature_names = SplitWords(value);
      if (key == "feature_infos") model_.feature_infos = SplitWords(value);
      if (key == "num_class" && !has_outputs_) SCOREWAY_RETURN_IF_ERROR(ReadCount(value, &model_.outputs));
      if (key == "num_tree_per_iteration") {
        SCOREWAY_RETURN_IF_ERROR(ReadCount(value, &model_.outputs));
        has_outputs_ = true;
      }
      if (key == "max_feature_idx") SCOREWAY_RETURN_IF_ERROR(ReadCount(value, &last_feature_));
    }
    return {};
  }

  Status CheckHeader() {
    if (model_.version != "v2" && model_.version != "v3" && model_.version != "v4") {
      return Status(Code::kUnsupported, "unsupported: version '" + model_.version +
                                            "' of LightGBM's format; save the model with LightGBM 2.1 "
                                            "or newer");
    }
    if (model_.outputs < 1 || model_.outputs > kOutputsMax) {
      return Status(Code::kCorrupt, "the number of trees a round is out of range");
    }
    if (model_.feature_names.empty() || static_cast<int64_t>(model_.feature_names.size()) != last_feature_ + 1 ||
        (!model_.feature_infos.empty() && model_.feature_infos.size() != model_.feature_names.size())) {
      return Status(Code::kCorrupt, "there is not one name a feature");
    }
    return {};
  }

  // From behind "Tree=N" to the next one.
  Status ReadTree() {
    tree_.Clear();
    more_trees_ = false;
    std::string_view line;
    while (lines_.Next(&line)) {
      const auto [key, value] = Split(line);
      if (key == "Tree") {
        more_trees_ = true;
        return {};
      }
      if (key == "end of trees") has_end_ = true;
      if (has_end_) return {};
      Status status = ReadField(key, value);
      if (!status.ok()) return AtPlace(key, std::move(status).error());
    }
    return {};
  }

  Status ReadField(std::string_view key, std::string_view value) {
    if (key == "num_leaves") return ReadCount(value, &tree_.leaves);
    if (key == "split_feature") return ParseNumbers(value, &tree_.feature);
    if (key == "threshold") return ParseNumbers(value, &tree_.threshold);
    if (key == "decision_type") return ParseNumbers(value, &tree_.decision);
    if (key == "left_child") return ParseNumbers(value, &tree_.left);
    if (key == "right_child") return ParseNumbers(value, &tree_.right);
    if (key == "leaf_value") return ParseNumbers(value, &tree_.leaf_value);
    if (key == "cat_boundaries") return ParseNumbers(value, &tree_.category_ends);
    if (key == "cat_threshold") return ParseNumbers(value, &tree_.category_words);
    if (key == "leaf_const") return ParseNumbers(value, &tree_.leaf_constant);
    if (key == "num_features") return ParseNumbers(value, &tree_.term_counts);
    if (key == "leaf_features") return ParseNumbers(value, &tree_.term_features);
    if (key == "leaf_coeff") return ParseNumbers(value, &tree_.term_weights);
    if (key == "is_linear") tree_.is_linear = value == "1";
    return {};
  }

  Status ReadRest() {
    constexpr std::string_view kPandas = "pandas_categorical:";
    constexpr std::string_view kParameter = "[categorical_feature: ";
    std::string_view line;
    while (lines_.Next(&line)) {
      if (line.starts_with(kPandas)) {
        Status status = ReadPandas(line.substr(kPandas.size()));
        if (!status.ok()) return AtPlace(lines_.Place(), std::move(status).error());
      }
      if (line.starts_with(kParameter) && line.ends_with(']')) {
        std::string list(line.substr(kParameter.size(), line.size() - kParameter.size() - 1));
        std::replace(list.begin(), list.end(), ',', ' ');
        // Names rather than numbers are of no use here.
        if (!ParseNumbers(list, &model_.categorical_features).ok()) model_.categorical_features.clear();
      }
    }
    return {};
  }

  Status ReadPandas(std::string_view json) {
    if (json == "null") return {};
    JsonCursor cursor(json);
    return cursor.Array([&]() -> Status {
      MixedCategories categories;
      const auto read_one = [&]() -> Status {
        std::string text;
        double number = 0;
        if (cursor.IsText()) {
          SCOREWAY_RETURN_IF_ERROR(cursor.ReadText(&text));
          categories.Add(std::move(text));
        } else {
          SCOREWAY_RETURN_IF_ERROR(cursor.ReadNumber(&number));
          categories.Add(number);
        }
        return {};
      };
      SCOREWAY_RETURN_IF_ERROR(cursor.Array(read_one));
      SCOREWAY_ASSIGN_OR_RETURN(model_.pandas_categories.emplace_back(), std::move(categories).Take());
      return {};
    });
  }

  Status ReadCount(std::string_view text, int64_t* count) {
    if (ParseInt64(text, count) == NumberParse::kOk && *count >= 0 && *count <= INT32_MAX) return {};
    return Status(Code::kCorrupt, "'" + std::string(text.substr(0, 40)) + "' is not a count", lines_.Place());
  }

  Lines lines_;
  LightgbmModel model_;
  bool has_outputs_ = false;
  bool more_trees_ = false;
  bool has_end_ = false;
  std::optional<size_t> tree_sizes_;
  int64_t last_feature_ = -1;
  size_t trees_ = 0;
  LightgbmTree tree_;
};

// Categories for the features at which `is_theirs` holds, if there are as many.
std::optional<std::vector<std::optional<FeatureCategories>>> Assign(const LightgbmModel& model,
                                                                    const std::vector<bool>& is_theirs) {
  std::vector<std::optional<FeatureCategories>> assigned(model.features());
  size_t next = 0;
  for (size_t i = 0; i < is_theirs.size(); ++i) {
    if (!is_theirs[i]) continue;
    if (next == model.pandas_categories.size()) return std::nullopt;
    assigned[i] = model.pandas_categories[next++];
  }
  if (next < model.pandas_categories.size()) return std::nullopt;
  return assigned;
}

}  // namespace

Result<FeatureCategories> MixedCategories::Take() && {
  if (mixed_) return Error{Code::kUnsupported, "unsupported: a column with categories of text and of numbers", {}};
  if (!categories_.is_text) categories_.texts.clear();
  return std::move(categories_);
}

bool LooksLikeLightgbm(std::string_view bytes) {
  return bytes.starts_with("tree\nversion=") || bytes.starts_with("tree\r\nversion=") ||
         bytes.starts_with("tree\nnum_class=");
}

Result<LightgbmModel> ReadLightgbm(std::string_view bytes) { return TextReader(bytes).Read(); }

Result<std::vector<std::optional<FeatureCategories>>> CategoriesOfFeatures(const LightgbmModel& model) {
  const size_t features = model.features();
  if (model.pandas_categories.empty()) return std::vector<std::optional<FeatureCategories>>(features);

  // What the training parameters say; else features that were binned by category; else also those whose bins say
  // nothing, as they were constant.
  std::vector<bool> stated(features), binned(features), perhaps(features);
  for (const uint32_t feature : model.categorical_features) {
    if (feature < features) stated[feature] = true;
  }
  for (size_t i = 0; i < features && i < model.feature_infos.size(); ++i) {
    const std::string& info = model.feature_infos[i];
    binned[i] = info != "none" && !info.starts_with('[');
    perhaps[i] = binned[i] || info == "none";
  }
  for (const auto* is_theirs : {&stated, &binned, &perhaps}) {
    if (auto assigned = Assign(model, *is_theirs)) return std::move(*assigned);
  }
  return Error{Code::kUnsupported,
               "unsupported: the model has categories of " + std::to_string(model.pandas_categories.size()) +
                   " columns and does not say which columns these are",
               "pandas_categorical"};
}

}  // namespace scoreway::boosters
