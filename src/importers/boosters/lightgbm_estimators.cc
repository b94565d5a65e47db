// LGBMClassifier and its kin: a Booster, whose text is a saved model, and what the wrapper does before and after.

#include "base/number_text.h"
#include "importers/boosters/lightgbm_lowering.h"
#include "importers/boosters/lowerings.h"
#include "importers/sklearn/decision.h"

namespace scoreway::boosters {
namespace {

// The Booster of an estimator, or the object itself.
Object BoosterOf(const Object& estimator) {
  const Object inner = estimator.GetFirst({"_Booster", "booster_"});
  return inner.is_instance() ? inner : estimator;
}

// Of the Booster's own list, where the text does not hold it.
Status ReadPandasCategories(const Object& booster, LightgbmModel* model) {
  const Object lists = booster.Get("pandas_categorical");
  if (!model->pandas_categories.empty() || !lists.is_sequence()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, lists.Items());
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> cells, item.Items());
    MixedCategories categories;
    for (const Object& cell : cells) {
      if (cell.is_text()) {
        SCOREWAY_ASSIGN_OR_RETURN(std::string text, cell.Text());
        categories.Add(std::move(text));
      } else {
        SCOREWAY_ASSIGN_OR_RETURN(const double number, cell.Number());
        categories.Add(number);
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(model->pandas_categories.emplace_back(), std::move(categories).Take());
  }
  return {};
}

Result<LightgbmModel> ReadBooster(const Object& booster) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object handle, booster.GetFirst({"handle", "_handle"}).has_value()
                                                     ? Result<Object>(booster.GetFirst({"handle", "_handle"}))
                                                     : booster.Want("handle"));
  Result<std::string_view> text = handle.node().AsString();
  if (!text.ok()) text = handle.node().AsBytes();
  if (!text.ok()) return AtPlace(handle.path(), text.error());
  if (!LooksLikeLightgbm(*text)) return handle.Corrupt("this is no model of LightGBM");
  Result<LightgbmModel> model = ReadLightgbm(*text);
  if (!model.ok()) return AtPlace(handle.path(), std::move(model).error());
  SCOREWAY_RETURN_IF_ERROR(ReadPandasCategories(booster, &*model));
  return model;
}

// Rounds after the best one are not used; nor those beyond what the options for converting to PMML say.
Result<std::optional<size_t>> RoundLimit(const Object& estimator, const Object& booster) {
  const Object option = estimator.Get("pmml_options_").Get("num_iteration");
  const Object best = option.is_number() ? option : booster.Get("best_iteration");
  if (!best.is_number()) return std::optional<size_t>();
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t rounds, best.Integer());
  return rounds > 0 ? std::optional<size_t>(static_cast<size_t>(rounds)) : std::nullopt;
}

struct Estimator {
  LightgbmModel model;
  std::optional<size_t> rounds;
  ValueId matrix = 0;
};

// The model of an estimator, and its features.
Result<Estimator> ReadEstimator(Context& context, const Object& object, const Table& in) {
  for (std::string_view name : {"_objective", "objective"}) {
    const Object objective = object.Get(name);
    if (objective.has_value() && !objective.is_text()) {
      return context.Unsupported(object, "an objective that is a function of one's own");
    }
  }
  const Object booster = BoosterOf(object);
  Result<LightgbmModel> read = ReadBooster(booster);
  if (!read.ok() && read.code() == Code::kUnsupported) return context.Unsupported(object, read.error().message);
  if (!read.ok()) return read.error();
  Estimator estimator{.model = std::move(*read), .rounds = {}};
  const LightgbmModel& model = estimator.model;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(model.trees.size() * sizeof(LightgbmTree), object));
  const auto categories = CategoriesOfFeatures(model);
  if (!categories.ok()) return context.Unsupported(object, categories.error().message);
  if (!FindObjective(model).ok()) return context.Unsupported(object, "the objective '" + model.objective + "'");
  SCOREWAY_ASSIGN_OR_RETURN(estimator.rounds, RoundLimit(object, booster));
  SCOREWAY_ASSIGN_OR_RETURN(estimator.matrix, BoosterMatrix(context, object, in, *categories, false));
  return estimator;
}

struct Scores {
  ValueId raw = 0, prediction = 0;
};

// Fitted on rows of one class LightGBM gives the probability of a second one, which has no label.
Result<Prediction> OnlyClass(Context& context, const Object& object, Labels labels, ValueId other) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId both, sklearn::BothProbabilities(context, object, other));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, context.Add(op::Select{{0}}, {both}, object));
  return sklearn::ClassifierOfProbabilities(context, object, std::move(labels), own);
}

Result<Scores> AddScores(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Estimator estimator, ReadEstimator(context, object, in));
  SCOREWAY_ASSIGN_OR_RETURN(const LightgbmScores added, AddLightgbm(context.builder(), std::move(estimator.model),
                                                                    estimator.rounds, estimator.matrix, object.path()));
  return Scores{added.raw, added.prediction};
}

// The numbers of a line "key=1 2 3" of LightGBM's text.
Result<std::vector<double>> NumbersOfLine(const Object& at, std::string_view line) {
  std::vector<double> numbers;
  while (!line.empty() && line.back() <= ' ') line.remove_suffix(1);
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    double number = 0;
    if (ParseDouble(line.substr(0, end), &number) != NumberParse::kOk) {
      return at.Corrupt("a line of numbers was expected");
    }
    numbers.push_back(number);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return numbers;
}

}  // namespace

// How often LightGBM split by each column, or what it gained by that; splits that gained nothing do not count.
Result<Importances> ImportancesOfLgbm(Context& context, const Object& estimator, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, estimator.TextOr("importance_type", "split"));
  if (kind != "split" && kind != "gain") return context.Unsupported(estimator, "importance_type '" + kind + "'");
  const Object booster = estimator.Get("_Booster");
  const Object handle = booster.GetFirst({"handle", "_handle"});
  // Of the rounds up to the best one, if there is one.
  SCOREWAY_ASSIGN_OR_RETURN(const double best_round, booster.NumberOr("best_iteration", 0));
  double trees = 0, trees_of_round = 1;
  Result<std::string_view> text = handle.node().AsString();
  if (!text.ok()) text = handle.node().AsBytes();
  if (!text.ok()) return AtPlace(handle.path(), text.error());
  std::vector<double> importance(width), columns;
  for (std::string_view rest = *text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    constexpr std::string_view kRound = "num_tree_per_iteration=", kFeature = "split_feature=", kGain = "split_gain=";
    if (line.starts_with("Tree=") && ++trees > best_round * trees_of_round && best_round > 0) break;
    if (line.starts_with(kRound)) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> numbers, NumbersOfLine(handle, line.substr(kRound.size())));
      if (!numbers.empty()) trees_of_round = numbers[0];
    } else if (line.starts_with(kFeature)) {
      SCOREWAY_ASSIGN_OR_RETURN(columns, NumbersOfLine(handle, line.substr(kFeature.size())));
    } else if (line.starts_with(kGain)) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> gains, NumbersOfLine(handle, line.substr(kGain.size())));
      if (gains.size() != columns.size()) return handle.Corrupt("not one gain a split");
      for (size_t i = 0; i < gains.size(); ++i) {
        if (!(columns[i] >= 0 && columns[i] < static_cast<double>(width)))
          return handle.Corrupt("a column out of range");
        if (gains[i] > 0) importance[static_cast<size_t>(columns[i])] += kind == "gain" ? gains[i] : 1;
      }
    }
  }
  return Importances{std::move(importance)};
}

Result<Prediction> PredictLgbmClassifier(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, object, in));
  const uint32_t width = context.width(scores.prediction);
  const Object classes =
      object.Get("_classes").has_value() ? object.Get("_classes") : object.Get("_le").Get("classes_");
  Labels labels = CountedLabels(width == 1 ? 2 : width);
  if (classes.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(labels, classes.ReadLabels());
  }
  const bool is_only_class = labels.size() == 1 && width == 1;
  SCOREWAY_ASSIGN_OR_RETURN(
      Prediction prediction,
      is_only_class ? OnlyClass(context, object, std::move(labels), scores.prediction)
      : width != 1  ? sklearn::ClassifierOfProbabilities(context, object, std::move(labels), scores.prediction)
                    : BinaryClassifier(context, object, std::move(labels), scores.prediction));
  // LightGBM 4.7 brought decision_function, which estimators around it then prefer, and this mark of its own.
  if (object.Get("_fitted_with_feature_names").has_value()) prediction.decision = scores.raw;
  return prediction;
}

Result<Prediction> PredictLgbmRegressor(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, object, in));
  return sklearn::RegressorOf(scores.prediction);
}

Status LowerLightgbmBooster(Context& context, const Object& object) {
  const std::optional<KnownInputs> inputs = InputsOfLgbm(object);
  const Table table = !inputs                 ? Table()
                      : inputs->names.empty() ? context.PositionalInputs(inputs->count)
                                              : context.NamedInputs(inputs->names);
  SCOREWAY_ASSIGN_OR_RETURN(const Scores scores, AddScores(context, object, table));
  return AddBoosterOutputs(context, scores.prediction, scores.raw, Type::kFloat64);
}

Result<ValueId> AddLgbmLeaves(Context& context, const Object& object, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Estimator estimator, ReadEstimator(context, object, in));
  LightgbmTrees& trees = estimator.model.trees;
  if (estimator.rounds && *estimator.rounds < trees.size() / static_cast<size_t>(estimator.model.outputs)) {
    trees.Truncate(*estimator.rounds * static_cast<size_t>(estimator.model.outputs));
  }
  if (trees.size() == 0) return context.Unsupported(object, "leaves of a booster without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId features, AddZeroMissing(context.builder(), trees.zero_missing_features(),
                                                                   estimator.matrix, object.path()));
  op::Params params = std::move(trees).Take(1);
  auto* linear = std::get_if<op::LinearTreeEnsemble>(&params);
  op::TreeEnsemble plain = std::move(linear != nullptr ? linear->trees : std::get<op::TreeEnsemble>(params));
  return context.Add(NumberedLeaves(std::move(plain), false), {features}, object);
}

std::optional<KnownInputs> InputsOfLgbm(const Object& object) {
  const Result<LightgbmModel> model = ReadBooster(BoosterOf(object));
  if (!model.ok()) return std::nullopt;
  const bool named = !AreMadeUp(model->feature_names, "Column_");
  return KnownInputs{named ? model->feature_names : std::vector<std::string>(), model->feature_names.size()};
}

}  // namespace scoreway::boosters
