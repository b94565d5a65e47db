// Estimators of which each answers for the rows that meet its condition: EstimatorChain, Link, SelectFirst.

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/expression_cells.h"

namespace scoreway::sklearn2pmml {
namespace {

struct ChainStep {
  Object estimator;
  Object predicate;
};

Result<std::vector<ChainStep>> ReadSteps(const Object& chain) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, chain.Items("steps"));
  std::vector<ChainStep> steps;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, item.Items());
    if (parts.size() != 3) return item.Corrupt("a step is a name, an estimator and a predicate");
    steps.push_back({parts[1], parts[2]});
  }
  if (steps.empty()) return chain.Corrupt("a chain without steps");
  return steps;
}

// What the predicates are asked about.
Result<Table> EvaluationTable(Context& context, const Object& chain, const Table& in) {
  const Object controller = chain.Get("controller");
  if (!controller.has_value()) return in;
  return context.Transform(controller, in);
}

// `then` where the condition holds, else `otherwise`, or missing where there is none.
Result<ValueId> Choose(Context& context, const Object& chain, ValueId condition, ValueId then,
                       std::optional<ValueId> otherwise) {
  if (!otherwise) {
    SCOREWAY_ASSIGN_OR_RETURN(otherwise,
                              context.Add(op::Constant{std::vector<double>(context.width(then), op::kNaN)}, {}, chain));
  }
  if (context.width(then) != context.width(*otherwise)) return chain.Corrupt("steps that give different numbers");
  return context.Add(op::Where{}, {condition, then, *otherwise}, chain);
}

Result<Prediction> ChoosePrediction(Context& context, const Object& chain, ValueId condition, Prediction then,
                                    const std::optional<Prediction>& otherwise) {
  if (!then.targets.empty() || (!then.codes && !then.numbers)) {
    return context.Unsupported(chain, "a step that predicts something else than one target");
  }
  then.decision.reset();
  then.transformed.reset();
  then.score_samples.reset();
  const auto choose = [&](std::optional<ValueId>* value, std::optional<ValueId> other) -> Status {
    if (!*value) return {};
    SCOREWAY_ASSIGN_OR_RETURN(*value, Choose(context, chain, condition, **value, other));
    return {};
  };
  if (otherwise) {
    const Labels& labels = otherwise->labels;
    if (then.codes.has_value() != otherwise->codes.has_value() || then.labels.type != labels.type ||
        then.labels.texts != labels.texts || then.labels.numbers != labels.numbers) {
      return context.Unsupported(chain, "steps of different classes");
    }
    if (!otherwise->probabilities) then.probabilities.reset();
  }
  SCOREWAY_RETURN_IF_ERROR(choose(&then.codes, otherwise ? otherwise->codes : std::nullopt));
  SCOREWAY_RETURN_IF_ERROR(choose(&then.numbers, otherwise ? otherwise->numbers : std::nullopt));
  SCOREWAY_RETURN_IF_ERROR(choose(&then.probabilities, otherwise ? otherwise->probabilities : std::nullopt));
  return then;
}

// The columns that a Link adds for the steps after it.
Result<Table> Augment(Context& context, const Object& link, const Prediction& prediction, Table in) {
  const Table before = in;
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, link.Want("estimator_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object at, link.Want("augment_funcs"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> functions, at.Texts());
  for (const std::string& function : functions) {
    std::optional<ValueId> value;
    if (function == "predict_proba") value = prediction.probabilities;
    if (function == "decision_function") value = prediction.decision;
    if (function == "predict" && prediction.numbers) value = prediction.numbers;
    if (function == "predict" && prediction.codes && prediction.labels.type != Type::kString) {
      SCOREWAY_ASSIGN_OR_RETURN(value, sklearn::LabelNumbers(context, link, prediction));
    }
    if (function == "apply") {
      SCOREWAY_ASSIGN_OR_RETURN(value, AddLeaves(context, estimator, before));
    }
    if (!value) return context.Unsupported(link, "augment_funcs '" + function + "'");
    in.Append(context.TableOf(*value));
  }
  return in;
}

}  // namespace

Result<Prediction> PredictLink(Context& context, const Object& link, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, link.Want("estimator_"));
  return context.Predict(estimator, in);
}

Result<Prediction> PredictEstimatorChain(Context& context, const Object& chain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ChainStep> steps, ReadSteps(chain));
  SCOREWAY_ASSIGN_OR_RETURN(const bool several, chain.BoolOr("multioutput", true));
  SCOREWAY_ASSIGN_OR_RETURN(const Table asked, EvaluationTable(context, chain, in));
  Table table = in;
  std::vector<Prediction> predictions;
  for (const ChainStep& step : steps) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(step.estimator, table));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, LowerCondition(context, chain, step.predicate, asked));
    const bool overrides = !several && !predictions.empty();
    SCOREWAY_ASSIGN_OR_RETURN(Prediction chosen,
                              ChoosePrediction(context, chain, condition, prediction,
                                               overrides ? std::optional(predictions[0]) : std::nullopt));
    if (overrides) predictions.clear();
    predictions.push_back(std::move(chosen));
    if (step.estimator.short_name() != "Link") continue;
    SCOREWAY_ASSIGN_OR_RETURN(table, Augment(context, step.estimator, prediction, std::move(table)));
  }
  if (predictions.size() == 1) return std::move(predictions[0]);
  Prediction all;
  std::vector<ValueId> numbers;
  for (const Prediction& prediction : predictions) {
    if (prediction.numbers) numbers.push_back(*prediction.numbers);
  }
  if (numbers.empty()) {
    all.targets = std::move(predictions);
    return all;
  }
  if (numbers.size() != predictions.size())
    return context.Unsupported(chain, "classifiers and regressors in one chain");
  SCOREWAY_ASSIGN_OR_RETURN(all.numbers, context.Concat(std::move(numbers), chain));
  return all;
}

// A row that no predicate takes has missing cells.
Result<Table> TransformSelectFirst(Context& context, const Object& chain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ChainStep> steps, ReadSteps(chain));
  SCOREWAY_ASSIGN_OR_RETURN(const Table asked, EvaluationTable(context, chain, in));
  std::optional<ValueId> chosen;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    SCOREWAY_ASSIGN_OR_RETURN(const Table table, context.Transform(step->estimator, in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(chain, table));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, LowerCondition(context, chain, step->predicate, asked));
    SCOREWAY_ASSIGN_OR_RETURN(chosen, Choose(context, chain, condition, numbers, chosen));
  }
  return context.TableOf(*chosen);
}

Result<Prediction> PredictSelectFirst(Context& context, const Object& chain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ChainStep> steps, ReadSteps(chain));
  SCOREWAY_ASSIGN_OR_RETURN(const Table asked, EvaluationTable(context, chain, in));
  std::optional<Prediction> chosen;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(step->estimator, in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, LowerCondition(context, chain, step->predicate, asked));
    SCOREWAY_ASSIGN_OR_RETURN(chosen, ChoosePrediction(context, chain, condition, prediction, chosen));
  }
  return *std::move(chosen);
}

}  // namespace scoreway::sklearn2pmml
