// XGBoost's JSON and UBJSON, which say the same in two ways:
//
//   {"version": [3, 0, 5], "learner": {"learner_model_param": {"base_score": "5E-1", "num_feature": "4", ...},
//      "objective": {"name": ...}, "attributes": {...}, "feature_names": [...], "feature_types": [...],
//      "gradient_booster": {"name": "gbtree", "model": {"gbtree_model_param": {...}, "tree_info": [...], "trees":
//      [...]}}}}
//
// A dart has its trees one level deeper, in "gbtree", and "weight_drop" beside it (since 3.4 inside "model"). A pickled
// Booster is {"Config": ..., "Model": the above}. All parameters are texts.

#include <algorithm>
#include <charconv>

#include "base/number_text.h"
#include "importers/boosters/json_cursor.h"
#include "importers/boosters/ubjson_cursor.h"
#include "importers/boosters/xgboost_model.h"

namespace scoreway::boosters {
namespace {

// "4", or "[1.5,2]" of newer versions.
Result<std::vector<float>> ParseFloats(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<float> numbers;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    double number = 0;
    if (ParseDouble(part, &number) != NumberParse::kOk) {
      return Error{Code::kCorrupt, "'" + std::string(part) + "' is not a number", {}};
    }
    numbers.push_back(static_cast<float>(number));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return numbers;
}

// A guess at the nodes of all trees, for reserving: the sum of what the trees' parameters say.
size_t CountNodes(std::string_view bytes) {
  constexpr std::string_view kKey = "num_nodes";
  constexpr size_t kLeastBytesOfNode = 20;
  size_t nodes = 0;
  for (size_t at = bytes.find(kKey); at != std::string_view::npos; at = bytes.find(kKey, at)) {
    at += kKey.size();
    // The digits follow after some punctuation or, in UBJSON, a length.
    size_t digit = at;
    while (digit < bytes.size() && digit < at + 12 && !(bytes[digit] >= '0' && bytes[digit] <= '9')) ++digit;
    size_t count = 0;
    const auto parsed = std::from_chars(bytes.data() + digit, bytes.data() + bytes.size(), count);
    if (parsed.ec == std::errc()) nodes += std::min(count, bytes.size());
  }
  return std::min(nodes, bytes.size() / kLeastBytesOfNode);
}

template <typename Cursor>
class DocumentReader {
 public:
  DocumentReader(std::string_view bytes, bool with_splits) : bytes_(bytes), with_splits_(with_splits), cursor_(bytes) {}

  Result<XgboostModel> Read() {
    SCOREWAY_RETURN_IF_ERROR(ReadTop(true));
    if (!has_learner_) return Error{Code::kCorrupt, "there is no 'learner'", {}};
    if (version_.size() != 3) return Error{Code::kCorrupt, "it does not say which version saved it", {}};
    std::copy(version_.begin(), version_.end(), model_.version.begin());
    return std::move(model_);
  }

 private:
  Status ReadTop(bool may_wrap) {
    return cursor_.Object([&](std::string_view key) -> Status {
      if (key == "learner") return At("learner", ReadLearner());
      if (key == "version" && version_.empty()) return cursor_.ReadNumbers(&version_);
      if (key == "Model" && may_wrap) return ReadTop(false);
      return {};
    });
  }

  Status ReadLearner() {
    has_learner_ = true;
    return cursor_.Object([&](std::string_view key) -> Status {
      if (key == "learner_model_param") return At("learner_model_param", ReadLearnerParameters());
      if (key == "gradient_booster") return At("gradient_booster", ReadBooster());
      if (key == "objective") {
        return cursor_.Object([&](std::string_view name) -> Status {
          return name == "name" ? cursor_.ReadText(&model_.objective) : Status();
        });
      }
      if (key == "attributes") {
        return cursor_.Object([&](std::string_view name) -> Status {
          if (!cursor_.IsText()) return {};
          return cursor_.ReadText(&model_.attributes[std::string(name)]);
        });
      }
      if (key == "feature_names") return ReadTexts(&model_.feature_names);
      if (key == "feature_types") return ReadTexts(&model_.feature_types);
      return {};
    });
  }

  Status ReadLearnerParameters() {
    return cursor_.Object([&](std::string_view key) -> Status {
      if (key == "num_feature") return ReadCount(&model_.features);
      if (key == "num_class") return ReadCount(&model_.classes);
      if (key == "num_target") return ReadCount(&model_.targets);
      if (key == "boost_from_average") {
        std::string text;
        SCOREWAY_RETURN_IF_ERROR(cursor_.ReadText(&text));
        model_.base_is_estimated = text == "1";
        return {};
      }
      if (key != "base_score") return {};
      std::string text;
      SCOREWAY_RETURN_IF_ERROR(cursor_.ReadText(&text));
      SCOREWAY_ASSIGN_OR_RETURN(model_.base_score, ParseFloats(text));
      return {};
    });
  }

  Status ReadBooster() {
    std::string name;
    Status status = cursor_.Object([&](std::string_view key) -> Status {
      if (key == "name") return cursor_.ReadText(&name);
      if (key == "gbtree") return At("gbtree", ReadBooster());
      if (key == "weight_drop") return cursor_.ReadNumbers(&model_.tree_weights);
      if (key == "model") return At("model", ReadBoosterModel());
      return {};
    });
    model_.booster = std::move(name);
    return status;
  }

  Status ReadBoosterModel() {
    return cursor_.Object([&](std::string_view key) -> Status {
      if (key == "trees") return ReadTrees();
      if (key == "tree_info") return cursor_.ReadNumbers(&model_.tree_groups);
      if (key == "iteration_indptr") return cursor_.ReadNumbers(&model_.iteration_ends);
      if (key == "weight_drop") return cursor_.ReadNumbers(&model_.tree_weights);
      if (key == "weights") return cursor_.ReadNumbers(&model_.linear_weights);
      if (key == "cats") return At("cats", ReadCategories());
      if (key == "gbtree_model_param") {
        return cursor_.Object([&](std::string_view name) -> Status {
          return name == "num_parallel_tree" ? ReadCount(&model_.parallel_trees) : Status();
        });
      }
      return {};
    });
  }

  Status ReadTrees() {
    model_.trees.Reserve(CountNodes(bytes_));
    return cursor_.Array([&]() -> Status {
      Status status = ReadTree();
      if (status.ok()) status = model_.trees.Add(tree_);
      if (status.ok() && with_splits_) status = AppendSplits(tree_, &model_.splits);
      if (status.ok()) return status;
      return AtPlace("tree " + std::to_string(model_.trees.size()), std::move(status).error());
    });
  }

  Status ReadTree() {
    tree_.Clear();
    std::optional<Cursor> base_weights;
    SCOREWAY_RETURN_IF_ERROR(cursor_.Object([&](std::string_view key) -> Status {
      // Wanted only if leaves turn out to be vectors.
      if (key == "base_weights") base_weights.emplace(cursor_);
      if (key == "leaf_weights") return cursor_.ReadNumbers(&tree_.leaf_values);
      if (key == "left_children") return cursor_.ReadNumbers(&tree_.left);
      if (key == "right_children") return cursor_.ReadNumbers(&tree_.right);
      if (key == "split_indices") return ReadFeatures();
      if (key == "split_conditions") return cursor_.ReadNumbers(&tree_.condition);
      if (key == "default_left") return cursor_.ReadNumbers(&tree_.default_left);
      if (key == "split_type") return cursor_.ReadNumbers(&tree_.split_type);
      if (key == "categories_nodes") return cursor_.ReadNumbers(&tree_.category_nodes);
      if (key == "categories_segments") return cursor_.ReadNumbers(&tree_.category_segments);
      if (key == "categories_sizes") return cursor_.ReadNumbers(&tree_.category_sizes);
      if (key == "categories") return cursor_.ReadNumbers(&tree_.categories);
      if (key == "loss_changes" && with_splits_) return cursor_.ReadNumbers(&tree_.loss_changes);
      if (key == "sum_hessian" && with_splits_) return cursor_.ReadNumbers(&tree_.sum_hessian);
      if (key == "tree_param") {
        return cursor_.Object([&](std::string_view name) -> Status {
          return name == "size_leaf_vector" ? ReadCount(&tree_.leaf_width) : Status();
        });
      }
      return {};
    }));
    if (tree_.leaf_width <= 1 || !tree_.leaf_values.empty() || !base_weights) return {};
    return base_weights->ReadNumbers(&tree_.base_weights);
  }

  // Of deleted nodes the feature is -1, written as a signed number in UBJSON.
  Status ReadFeatures() {
    SCOREWAY_RETURN_IF_ERROR(cursor_.ReadNumbers(&features_));
    tree_.feature.resize(features_.size());
    std::transform(features_.begin(), features_.end(), tree_.feature.begin(),
                   [](int64_t feature) { return static_cast<uint32_t>(feature); });
    return {};
  }

  // {"enc": [{"offsets": [0, 2, ...], "values": the texts' bytes} or {"type": n, "values": numbers}, ...]}
  Status ReadCategories() {
    return cursor_.Object([&](std::string_view key) -> Status {
      if (key != "enc") return {};
      return cursor_.Array([&]() -> Status { return ReadFeatureCategories(); });
    });
  }

  Status ReadFeatureCategories() {
    std::vector<int64_t> offsets, values;
    bool has_offsets = false;
    int64_t type = 0;
    SCOREWAY_RETURN_IF_ERROR(cursor_.Object([&](std::string_view key) -> Status {
      if (key == "offsets") has_offsets = true;
      if (key == "offsets") return cursor_.ReadNumbers(&offsets);
      if (key == "values") return cursor_.ReadNumbers(&values);
      if (key == "type") return cursor_.ReadNumber(&type);
      return {};
    }));
    FeatureCategories& categories = model_.categories.emplace_back();
    categories.is_text = has_offsets;
    if (!has_offsets) {
      // Unsigned numbers that UBJSON has no type for are written as signed ones of their width: 12, 14, 16 of
      // CatIndexType in XGBoost.
      for (const int64_t value : values) {
        double number = static_cast<double>(value);
        if (value < 0 && type == 12) number += 65536.0;
        if (value < 0 && type == 14) number += 4294967296.0;
        if (value < 0 && type == 16) number += 18446744073709551616.0;
        categories.numbers.push_back(number);
      }
      return {};
    }
    for (size_t i = 0; i + 1 < offsets.size(); ++i) {
      if (offsets[i] < 0 || offsets[i + 1] < offsets[i] || offsets[i + 1] > static_cast<int64_t>(values.size())) {
        return Status(Code::kCorrupt, "the texts of the categories do not fit their offsets");
      }
      std::string& text = categories.texts.emplace_back();
      for (int64_t k = offsets[i]; k < offsets[i + 1]; ++k) {
        text.push_back(static_cast<char>(values[static_cast<size_t>(k)]));
      }
    }
    return {};
  }

  Status ReadTexts(std::vector<std::string>* texts) {
    texts->clear();
    return cursor_.Array([&]() -> Status { return cursor_.ReadText(&texts->emplace_back()); });
  }

  // A whole number written as a text.
  template <typename Number>
  Status ReadCount(Number* count) {
    std::string text;
    SCOREWAY_RETURN_IF_ERROR(cursor_.ReadText(&text));
    int64_t number = 0;
    if (ParseInt64(text, &number) != NumberParse::kOk || number < 0 || number > INT32_MAX) {
      return Status(Code::kCorrupt, "'" + text + "' is not a count");
    }
    *count = static_cast<Number>(number);
    return {};
  }

  static Status At(std::string_view place, Status status) {
    if (status.ok()) return status;
    return AtPlace(place, std::move(status).error());
  }

  std::string_view bytes_;
  bool with_splits_;
  Cursor cursor_;
  XgboostModel model_;
  std::vector<int32_t> version_;
  bool has_learner_ = false;
  XgboostTree tree_;  // the one being read, whose memory all use in turn
  std::vector<int64_t> features_;
};

constexpr std::string_view kFirstKeys[] = {"learner", "version", "Config", "Model"};

}  // namespace

std::string XgboostModel::VersionText() const {
  if (version[0] == 0) return "";
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
}

bool LooksLikeXgboostJson(std::string_view bytes) {
  size_t at = 0;
  const auto skip_blanks = [&] { at = std::min(bytes.find_first_not_of(" \t\r\n", at), bytes.size()); };
  skip_blanks();
  if (at == bytes.size() || bytes[at++] != '{') return false;
  skip_blanks();
  if (at == bytes.size() || bytes[at++] != '"') return false;
  return std::any_of(std::begin(kFirstKeys), std::end(kFirstKeys), [&](std::string_view key) {
    return bytes.substr(at).starts_with(key) && bytes.substr(at + key.size()).starts_with('"');
  });
}

bool LooksLikeXgboostUbjson(std::string_view bytes) {
  if (bytes.size() < 4 || bytes[0] != '{') return false;
  // The key's length, in any of the types of whole numbers.
  constexpr std::string_view kTypes = "iUIlL";
  constexpr size_t kWidths[] = {1, 1, 2, 4, 8};
  const size_t type = kTypes.find(bytes[1]);
  if (type == std::string_view::npos) return false;
  const size_t at = 2 + kWidths[type];
  return std::any_of(std::begin(kFirstKeys), std::end(kFirstKeys), [&](std::string_view key) {
    return bytes.size() > at && static_cast<size_t>(static_cast<unsigned char>(bytes[at - 1])) == key.size() &&
           bytes.substr(at).starts_with(key);
  });
}

Result<XgboostModel> ReadXgboostJson(std::string_view bytes, bool with_splits) {
  return DocumentReader<JsonCursor>(bytes, with_splits).Read();
}

Result<XgboostModel> ReadXgboostUbjson(std::string_view bytes, bool with_splits) {
  return DocumentReader<UbjsonCursor>(bytes, with_splits).Read();
}

Result<XgboostModel> ReadXgboost(std::string_view bytes, bool with_splits) {
  if (LooksLikeXgboostJson(bytes)) return ReadXgboostJson(bytes, with_splits);
  if (LooksLikeXgboostUbjson(bytes)) return ReadXgboostUbjson(bytes, with_splits);
  return ReadXgboostBinary(bytes, with_splits);
}

}  // namespace scoreway::boosters
