// Histogram-based gradient boosting: its own trees, with missing cells and categories in them.

#include <array>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

constexpr size_t kSetWords = 8;  // a set of categories has 256 bits
using CategorySet = std::array<uint32_t, kSetWords>;

bool Holds(const CategorySet& set, size_t category) { return (set[category / 32] >> (category % 32)) & 1; }

// The categories of each feature that training saw; nothing for features that are numbers.
Result<std::vector<std::optional<CategorySet>>> ReadKnownCategories(const Object& boosting) {
  std::vector<std::optional<CategorySet>> known;
  const Object mapper = boosting.Get("_bin_mapper");
  const Object flags = mapper.Get("is_categorical_");
  if (!flags.has_value()) return known;
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix categorical, flags.Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> thresholds, mapper.Items("bin_thresholds_"));
  if (thresholds.size() != categorical.size()) return mapper.Corrupt("not one list of bins a feature");
  known.resize(thresholds.size());
  for (size_t i = 0; i < thresholds.size(); ++i) {
    if (categorical.values[i] == 0) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix categories, thresholds[i].Numbers());
    CategorySet& set = known[i].emplace(CategorySet{});
    for (double category : categories.values) {
      if (!(category >= 0 && category < 256)) return thresholds[i].Corrupt("a category out of range");
      const auto bit = static_cast<size_t>(category);
      set[bit / 32] |= uint32_t{1} << (bit % 32);
    }
  }
  return known;
}

// The nodes of one TreePredictor by field.
struct PredictorNodes {
  std::vector<double> value, threshold;
  std::vector<int64_t> feature, left, right, is_leaf, missing_left;
  std::vector<int64_t> is_categorical, set_index;  // of older versions: empty
  std::vector<int64_t> sets;                       // kSetWords a categorical split
};

Result<PredictorNodes> ReadPredictor(const Object& predictor) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object at, predictor.Want("nodes"));
  if (!at.is_array()) return at.Corrupt("the nodes of a tree are no array");
  const pickle::Array& array = **at.node().AsArray();
  const auto integers = [&](std::string_view name, std::vector<int64_t>* out) -> Status {
    Result<pickle::Array> field = array.Field(name);
    if (!field.ok()) return Status(AtPlace(at.path(), std::move(field).error()));
    Result<std::vector<int64_t>> values = field->ToInts();
    if (!values.ok()) return Status(AtPlace(at.path(), std::move(values).error()));
    *out = std::move(values).value();
    return {};
  };
  const auto numbers = [&](std::string_view name, std::vector<double>* out) -> Status {
    Result<pickle::Array> field = array.Field(name);
    if (!field.ok()) return Status(AtPlace(at.path(), std::move(field).error()));
    Result<std::vector<double>> values = field->ToDoubles();
    if (!values.ok()) return Status(AtPlace(at.path(), std::move(values).error()));
    *out = std::move(values).value();
    return {};
  };
  const auto has = [&array](std::string_view name) {
    for (const pickle::DType::Field& field : array.dtype().fields) {
      if (field.name == name) return true;
    }
    return false;
  };
  PredictorNodes nodes;
  SCOREWAY_RETURN_IF_ERROR(numbers("value", &nodes.value));
  SCOREWAY_RETURN_IF_ERROR(numbers(has("num_threshold") ? "num_threshold" : "threshold", &nodes.threshold));
  SCOREWAY_RETURN_IF_ERROR(integers("feature_idx", &nodes.feature));
  SCOREWAY_RETURN_IF_ERROR(integers("left", &nodes.left));
  SCOREWAY_RETURN_IF_ERROR(integers("right", &nodes.right));
  SCOREWAY_RETURN_IF_ERROR(integers("is_leaf", &nodes.is_leaf));
  SCOREWAY_RETURN_IF_ERROR(integers("missing_go_to_left", &nodes.missing_left));
  if (has("is_categorical")) {
    SCOREWAY_RETURN_IF_ERROR(integers("is_categorical", &nodes.is_categorical));
    SCOREWAY_RETURN_IF_ERROR(integers("bitset_idx", &nodes.set_index));
    SCOREWAY_ASSIGN_OR_RETURN(const Object sets, predictor.Want("raw_left_cat_bitsets"));
    SCOREWAY_ASSIGN_OR_RETURN(nodes.sets, sets.Integers());
  }
  if (nodes.value.empty()) return at.Corrupt("a tree without nodes");
  return nodes;
}

class HistTreeBuilder {
 public:
  HistTreeBuilder(Context* context, std::vector<std::optional<CategorySet>> known)
      : context_(context), known_(std::move(known)) {
    trees_.compare = op::TreeEnsemble::Compare::kLessEqual;
    trees_.leaf_width = 1;
  }

  Status Add(const Object& at, const PredictorNodes& nodes) {
    const auto first = static_cast<uint32_t>(trees_.feature.size());
    const auto count = static_cast<int64_t>(nodes.value.size());
    SCOREWAY_RETURN_IF_ERROR(context_->Charge(nodes.value.size() * 40 + nodes.sets.size() * 4, at));
    trees_.roots.push_back(first);
    for (size_t i = 0; i < nodes.value.size(); ++i) {
      const uint32_t self = first + static_cast<uint32_t>(i);
      const bool leaf = nodes.is_leaf[i] != 0;
      if (!leaf && (nodes.left[i] < 0 || nodes.left[i] >= count || nodes.right[i] < 0 || nodes.right[i] >= count ||
                    nodes.feature[i] < 0 || nodes.feature[i] > UINT32_MAX)) {
        return Status(at.Corrupt("node " + std::to_string(i) + " points out of range"));
      }
      trees_.feature.push_back(leaf ? 0 : static_cast<uint32_t>(nodes.feature[i]));
      trees_.threshold.push_back(leaf ? 0 : nodes.threshold[i]);
      trees_.left.push_back(leaf ? self : first + static_cast<uint32_t>(nodes.left[i]));
      trees_.right.push_back(leaf ? self : first + static_cast<uint32_t>(nodes.right[i]));
      trees_.flags.push_back(!leaf && nodes.missing_left[i] != 0 ? op::TreeEnsemble::kMissingLeft : 0);
      trees_.payload.push_back(leaf ? static_cast<uint32_t>(trees_.leaf_values.size()) : 0);
      if (leaf) trees_.leaf_values.push_back(nodes.value[i]);
      const bool categorical = !leaf && !nodes.is_categorical.empty() && nodes.is_categorical[i] != 0;
      bits_.push_back(categorical ? 32 * kSetWords : 0);
      if (categorical) SCOREWAY_RETURN_IF_ERROR(AddSet(at, nodes, i));
    }
    return {};
  }

  op::TreeEnsemble Finish(size_t scores, std::vector<double> base) && {
    trees_.outputs = static_cast<uint32_t>(scores);
    trees_.base = std::move(base);
    for (size_t t = 0; scores > 1 && t < trees_.roots.size(); ++t) {
      trees_.tree_output.push_back(static_cast<uint32_t>(t % scores));
    }
    if (!trees_.category_words.empty()) trees_.category_bits = std::move(bits_);
    return std::move(trees_);
  }

 private:
  // The set of categories that go left at node i: those of the split, and unknown ones if missing cells go left.
  Status AddSet(const Object& at, const PredictorNodes& nodes, size_t i) {
    const int64_t index = nodes.set_index[i];
    const auto feature = static_cast<size_t>(nodes.feature[i]);
    if (index < 0 || (static_cast<size_t>(index) + 1) * kSetWords > nodes.sets.size() || feature >= known_.size() ||
        !known_[feature]) {
      return Status(at.Corrupt("node " + std::to_string(i) + " has no set of categories"));
    }
    CategorySet left{};
    for (size_t word = 0; word < kSetWords; ++word) {
      left[word] = static_cast<uint32_t>(nodes.sets[static_cast<size_t>(index) * kSetWords + word]);
    }
    for (size_t category = 0; category < 32 * kSetWords && nodes.missing_left[i] != 0; ++category) {
      if (!Holds(*known_[feature], category)) left[category / 32] |= uint32_t{1} << (category % 32);
    }
    trees_.flags.back() |= op::TreeEnsemble::kCategorical | op::TreeEnsemble::kUnknownIsMissing;
    trees_.payload.back() = static_cast<uint32_t>(trees_.category_words.size());
    trees_.category_words.insert(trees_.category_words.end(), left.begin(), left.end());
    return {};
  }

  Context* context_;
  std::vector<std::optional<CategorySet>> known_;
  op::TreeEnsemble trees_;
  std::vector<uint32_t> bits_;
};

// The sum of all trees, a column a score. Nothing is refused: missing cells and infinity have their way in each tree.
Result<ValueId> AddHistTrees(Context& context, const Object& boosting, const Table& in, size_t scores) {
  Table table = in;
  if (const Object preprocessor = boosting.Get("_preprocessor"); preprocessor.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(preprocessor, in));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, context.Numbers(boosting, table));
  SCOREWAY_ASSIGN_OR_RETURN(auto known, ReadKnownCategories(boosting));
  HistTreeBuilder builder(&context, std::move(known));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> iterations, boosting.Items("_predictors"));
  for (const Object& iteration : iterations) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> predictors, iteration.Items());
    if (predictors.size() != scores) return iteration.Corrupt("trees do not fit the classes");
    for (const Object& predictor : predictors) {
      SCOREWAY_ASSIGN_OR_RETURN(const PredictorNodes nodes, ReadPredictor(predictor));
      SCOREWAY_RETURN_IF_ERROR(builder.Add(predictor, nodes));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> baseline, boosting.Vector("_baseline_prediction", scores));
  return context.Add(std::move(builder).Finish(scores, std::move(baseline)), {input}, boosting);
}

// Whether the scores of a regressor are logarithms of its answers.
Result<bool> HasLogLink(Context& context, const Object& boosting) {
  const Object loss = boosting.Get("_loss");
  std::string name = loss.is_instance() ? loss.short_name() : "";
  if (name.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(name, boosting.TextOr("loss", "squared_error"));
  }
  for (std::string_view log : {"Poisson", "poisson", "Gamma", "gamma", "HalfTweedieLoss"}) {
    if (name.find(log) != std::string::npos) return true;
  }
  for (std::string_view plain : {"Squared", "squared", "Absolute", "absolute", "Pinball", "quantile"}) {
    if (name.find(plain) != std::string::npos) return false;
  }
  for (std::string_view plain : {"LeastSquares", "least_squares", "least_absolute_deviation"}) {
    if (name.find(plain) != std::string::npos) return false;
  }
  return context.Unsupported(boosting, "loss '" + name + "'");
}

}  // namespace

Result<Prediction> PredictHistBoostingClassifier(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, boosting.ReadLabels("classes_"));
  const size_t scores = labels.size() <= 2 ? 1 : labels.size();
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, AddHistTrees(context, boosting, in, scores));
  ValueId probabilities = 0;
  if (scores > 1) {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, AddRow(context, boosting, op::RowFunction::kSoftmax, raw));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, AddUnary(context, boosting, op::UnaryFunction::kLogistic, raw));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, BothProbabilities(context, boosting, positive));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            ClassifierOfProbabilities(context, boosting, std::move(labels), probabilities));
  prediction.decision = raw;
  if (context.AtLeast(1, 4)) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, CodesOfDecision(context, boosting, raw));
  }
  return prediction;
}

Result<Prediction> PredictHistBoostingRegressor(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool log_link, HasLogLink(context, boosting));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, AddHistTrees(context, boosting, in, 1));
  if (!log_link) return RegressorOf(raw);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, AddUnary(context, boosting, op::UnaryFunction::kExp, raw));
  return RegressorOf(mean);
}

}  // namespace scoreway::sklearn
