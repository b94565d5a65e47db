// XGBClassifier and its kin: a Booster, whose bytes are a saved model, and what the wrapper does before and after.

#include <cmath>

#include "importers/boosters/feature_inputs.h"
#include "importers/boosters/lowerings.h"
#include "importers/boosters/xgboost_lowering.h"
#include "importers/sklearn/decision.h"
#include "importers/sklearn/pairwise_sum.h"

namespace scoreway::boosters {
namespace {

struct Estimator {
  Object booster;
  XgboostModel model;
};

// The Booster of an estimator, or the object itself.
Object BoosterOf(const Object& estimator) {
  const Object inner = estimator.GetFirst({"_Booster", "booster_"});
  return inner.is_instance() ? inner : estimator;
}

Result<XgboostModel> ReadBooster(const Object& booster, bool with_splits = false) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object handle, booster.Want("handle"));
  const Result<std::string_view> bytes = handle.node().AsBytes();
  if (!bytes.ok()) return AtPlace(handle.path(), bytes.error());
  Result<XgboostModel> model = ReadXgboost(*bytes, with_splits);
  if (!model.ok()) return AtPlace(handle.path(), std::move(model).error());
  // Before 1.4 names and types were kept beside the bytes.
  for (const auto& [name, texts] :
       {std::pair("feature_names", &model->feature_names), std::pair("feature_types", &model->feature_types)}) {
    const Object at = booster.Get(name);
    if (!texts->empty() || !at.is_sequence()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(*texts, at.Texts());
  }
  Status status = CheckXgboost(*model);
  if (!status.ok()) return AtPlace(handle.path(), std::move(status).error());
  return model;
}

Result<Estimator> ReadEstimator(Context& context, const Object& object, bool with_splits = false) {
  if (const Object objective = object.Get("objective"); objective.has_value() && !objective.is_text()) {
    return context.Unsupported(object, "an objective that is a function of one's own");
  }
  const Object booster = BoosterOf(object);
  SCOREWAY_ASSIGN_OR_RETURN(XgboostModel model, ReadBooster(booster, with_splits));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(model.trees.size() * sizeof(XgboostTree), object));
  return Estimator{booster, std::move(model)};
}

// Rounds after the best one are not used; before 1.0 the wrapper kept the number of trees an output instead. Where the
// estimator was to be converted to PMML, its options may say how many rounds.
Result<std::optional<size_t>> TreeLimit(const Object& object, const Estimator& estimator) {
  const XgboostModel& model = estimator.model;
  if (const Object option = object.Get("pmml_options_").Get("ntree_limit"); option.is_number()) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t rounds, option.Integer());
    if (rounds < 0 || rounds > INT32_MAX) return option.Corrupt("a number of rounds out of range");
    return std::optional<size_t>(TreesOfRounds(model, static_cast<size_t>(rounds)));
  }
  if (model.booster == "gblinear" || !model.attributes.contains("best_iteration")) return std::optional<size_t>();
  if (model.AtLeast(1, 0)) return TreesOfBestRound(model);
  Object limit = object.Get("best_ntree_limit");
  if (!limit.is_number()) limit = estimator.booster.Get("best_ntree_limit");
  if (!limit.is_number()) return TreesOfBestRound(model);
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t trees, limit.Integer());
  if (trees < 0 || trees > INT32_MAX) return limit.Corrupt("a number of trees out of range");
  return std::optional<size_t>(static_cast<size_t>(trees * model.outputs()));
}

Result<ValueId> AddMatrix(Context& context, const Object& object, const XgboostModel& model, const Table& in) {
  std::vector<std::optional<FeatureCategories>> categories;
  for (const FeatureCategories& feature : model.categories) {
    categories.push_back(feature.size() == 0 ? std::nullopt : std::optional(feature));
  }
  // Before 3.1 the codes of a frame's categories were not kept: they are those of the frame at hand.
  categories.resize(in.width());
  for (size_t i = 0; i < in.width() && i < model.feature_types.size(); ++i) {
    const sklearn::TableColumn& column = in.columns[i];
    if (model.feature_types[i] != "c" || categories[i] || !column.is_category) continue;
    if (column.categories == nullptr) return context.Unsupported(object, "a column of categories that are not known");
    const Labels& known = *column.categories;
    categories[i] = FeatureCategories{known.type == Type::kString, known.texts, known.numbers};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId matrix, BoosterMatrix(context, object, in, categories, true));
  const Object missing = object.Get("missing");
  if (!missing.is_number()) return matrix;
  SCOREWAY_ASSIGN_OR_RETURN(const double marker, missing.Number());
  if (std::isnan(marker)) return matrix;
  return context.Add(op::ImputeNumber{marker, std::vector<double>(context.width(matrix), op::kNaN)}, {matrix}, object);
}

struct Scores {
  XgboostObjective objective;
  ValueId margin = 0, prediction = 0;
  int64_t targets = 1;
};

Result<Scores> AddScores(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Estimator estimator, ReadEstimator(context, object));
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<size_t> limit, TreeLimit(object, estimator));
  Scores scores;
  const Result<XgboostObjective> objective = FindObjective(estimator.model);
  if (!objective.ok()) return context.Unsupported(object, "the objective '" + estimator.model.objective + "'");
  scores.objective = *objective;
  scores.targets = estimator.model.targets;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId matrix, AddMatrix(context, object, estimator.model, in));
  SCOREWAY_ASSIGN_OR_RETURN(scores.margin, AddXgboostMargin(context.builder(), std::move(estimator.model),
                                                            scores.objective, limit, matrix, object.path()));
  SCOREWAY_ASSIGN_OR_RETURN(scores.prediction,
                            AddXgboostPrediction(context.builder(), scores.objective, scores.margin, object.path()));
  return scores;
}

// The classes that the estimator was fitted on; newer versions take none but 0, 1, ...
Result<Labels> ReadClasses(const Object& object, size_t count) {
  for (const Object& at : {object.Get("classes_"), object.Get("_le").Get("classes_")}) {
    if (at.has_value()) return at.ReadLabels();
  }
  return CountedLabels(count);
}

// Of several targets each is a class of its own, 0 or 1.
Result<Prediction> MultiLabel(Context& context, const Object& object, const Scores& scores) {
  Prediction prediction;
  for (uint32_t k = 0; k < context.width(scores.prediction); ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, context.SelectColumns(scores.prediction, {k}, object));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction target, BinaryClassifier(context, object, CountedLabels(2), positive));
    prediction.targets.push_back(std::move(target));
  }
  return prediction;
}

Result<ValueId> Rounded(Context& context, const Object& object, ValueId value) {
  return sklearn::AddUnary(context, object, op::UnaryFunction::kFloat32, value);
}

// The coefficients in the order that coef_ has them: XGBoost keeps those of a feature together, and its wrapper cuts
// the flat array into a row a class all the same.
Result<Importances> Coefficients(Context& context, const Object& object, const XgboostModel& model) {
  if (model.outputs() == 2 || model.targets > 1) {
    return context.Unsupported(object, "the coefficients of several targets as importances");
  }
  const auto outputs = static_cast<size_t>(model.outputs());
  if (model.linear_weights.size() / outputs != model.features + 1) {
    return object.Corrupt("the weights do not fit the features");
  }
  const auto end = model.linear_weights.begin() + static_cast<ptrdiff_t>(outputs * model.features);
  return Importances{{model.linear_weights.begin(), end}, true, false};  // the bias comes last
}

// What the splits by each feature brought, as Booster.get_score says.
Result<std::vector<float>> SplitScores(Context& context, const Object& object, const XgboostModel& model) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, object.TextOr("importance_type", "gain"));
  const bool by_gain = kind == "gain" || kind == "total_gain", by_cover = kind == "cover" || kind == "total_cover";
  if (!by_gain && !by_cover && kind != "weight") {
    return context.Unsupported(object, "importance_type '" + kind + "'");
  }
  std::vector<float> scores(model.features), counts(model.features);
  for (const XgboostSplit& split : model.splits) {
    if (split.feature >= model.features) return object.Corrupt("a split by a feature that there is not");
    scores[split.feature] += by_gain ? split.gain : by_cover ? split.cover : 1;
    counts[split.feature] += 1;
  }
  const bool is_mean = kind == "gain" || kind == "cover";
  for (size_t i = 0; is_mean && i < scores.size(); ++i) scores[i] /= std::max(counts[i], 1.0F);
  return scores;
}

}  // namespace

Result<Importances> ImportancesOfXgb(Context& context, const Object& object, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const Estimator estimator, ReadEstimator(context, object, true));
  const XgboostModel& model = estimator.model;
  if (model.features != width) return object.Corrupt("fitted on another number of columns");
  if (model.booster == "gblinear") return Coefficients(context, object, model);
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<float> scores, SplitScores(context, object, model));
  const float total = sklearn::PairwiseSum<float>(scores);
  for (float& score : scores) {
    if (total != 0) score /= total;
  }
  return Importances{{scores.begin(), scores.end()}, false, true};
}

Result<Prediction> PredictXgbClassifier(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Scores scores, AddScores(context, object, in));
  if (scores.targets > 1) return MultiLabel(context, object, scores);
  const uint32_t width = context.width(scores.margin);
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, ReadClasses(object, width == 1 ? 2 : width));
  if (width == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                              BinaryClassifier(context, object, std::move(labels), scores.prediction));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, Rounded(context, object, *prediction.probabilities));
    return prediction;
  }
  if (scores.objective.link == XgboostLink::kArgMax) {
    scores.objective.link = XgboostLink::kSoftmax;
    SCOREWAY_ASSIGN_OR_RETURN(scores.prediction,
                              AddXgboostPrediction(context.builder(), scores.objective, scores.margin, object.path()));
  }
  return sklearn::ClassifierOfProbabilities(context, object, std::move(labels), scores.prediction);
}

Result<Prediction> PredictXgbRegressor(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, object, in));
  Prediction prediction = sklearn::RegressorOf(scores.prediction);
  prediction.numbers_type = Type::kFloat32;
  return prediction;
}

Status LowerXgboostBooster(Context& context, const Object& object) {
  const std::optional<KnownInputs> inputs = InputsOfXgb(object);
  const Table table = !inputs                 ? Table()
                      : inputs->names.empty() ? context.PositionalInputs(inputs->count)
                                              : context.NamedInputs(inputs->names);
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, object, table));
  return AddBoosterOutputs(context, scores.prediction, scores.margin, Type::kFloat32);
}

Result<ValueId> AddXgbLeaves(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Estimator estimator, ReadEstimator(context, object));
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<size_t> limit, TreeLimit(object, estimator));
  if (limit) estimator.model.trees.Truncate(*limit);
  if (estimator.model.trees.size() == 0) return context.Unsupported(object, "leaves of a booster without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId matrix, AddMatrix(context, object, estimator.model, in));
  const bool unknown_is_missing = estimator.model.unknown_is_missing();
  return context.Add(NumberedLeaves(std::move(estimator.model.trees).Take(unknown_is_missing), true), {matrix}, object);
}

std::optional<KnownInputs> InputsOfXgb(const Object& object) {
  const Result<XgboostModel> model = ReadBooster(BoosterOf(object));
  if (!model.ok() || model->features > sklearn::kInputsMax) return std::nullopt;
  const bool named = !AreMadeUp(model->feature_names, "f");
  return KnownInputs{named ? model->feature_names : std::vector<std::string>(), static_cast<size_t>(model->features)};
}

}  // namespace scoreway::boosters
