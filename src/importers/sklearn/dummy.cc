// Estimators that do not look at their input.

#include <algorithm>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {

Result<Prediction> PredictDummyClassifier(Context& context, const Object& dummy, const Table&) {
  SCOREWAY_ASSIGN_OR_RETURN(const double outputs, dummy.NumberOr("n_outputs_", 1));
  if (outputs != 1) return context.Unsupported(dummy, "several targets");
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, dummy.ReadLabels("classes_"));
  const Object strategy_at = dummy.GetFirst({"_strategy", "strategy"});
  SCOREWAY_ASSIGN_OR_RETURN(const std::string strategy, strategy_at.Text());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> prior, dummy.Vector("class_prior_", labels.size()));
  if (prior.empty()) return dummy.Corrupt("has no classes");
  size_t chosen = static_cast<size_t>(std::max_element(prior.begin(), prior.end()) - prior.begin());
  if (strategy == "constant") {
    const Object constant = dummy.Get("constant");
    std::string text;
    if (constant.is_text()) {
      SCOREWAY_ASSIGN_OR_RETURN(text, constant.Text());
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const double number, constant.Number());
      text = Labels{labels.type, {number}, {}, {}}.TextAt(0);
    }
    for (chosen = 0; chosen < labels.size() && labels.TextAt(chosen) != text;) ++chosen;
    if (chosen == labels.size()) return constant.Corrupt("is none of the classes");
  } else if (strategy != "prior" && strategy != "most_frequent") {
    return context.Unsupported(dummy, "answers by chance (strategy '" + strategy + "')");
  }
  std::vector<double> probabilities(labels.size());
  probabilities[chosen] = 1;
  if (strategy == "prior") probabilities = prior;
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, context.Add(op::Constant{std::move(probabilities)}, {}, dummy));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Constant{{static_cast<double>(chosen)}}, {}, dummy));
  prediction.labels = std::move(labels);
  return prediction;
}

Result<Prediction> PredictDummyRegressor(Context& context, const Object& dummy, const Table&) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix constant, dummy.Numbers("constant_"));
  if (constant.size() == 0) return dummy.Corrupt("has no constant");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::Constant{std::move(constant.values)}, {}, dummy));
  return RegressorOf(value);
}

}  // namespace scoreway::sklearn
