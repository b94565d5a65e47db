// sklearn2pmml's RuleSetClassifier: the score of the first rule whose predicate a row meets.

#include <algorithm>

#include "importers/sklearn2pmml/expression_cells.h"

namespace scoreway::sklearn2pmml {
namespace {

struct Rule {
  Object predicate;
  Object score;
};

Result<std::vector<Rule>> ReadRules(const Object& classifier) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, classifier.Items("rules"));
  std::vector<Rule> rules;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, item.Items());
    if (parts.size() != 2) return item.Corrupt("a rule is a predicate and a score");
    rules.push_back({parts[0], parts[1]});
  }
  return rules;
}

// Which of the labels the score is; a new one is added to them.
Result<double> CodeOf(Context& context, const Object& classifier, const Object& score, Labels* labels) {
  if (labels->size() == 0) labels->type = score.is_text() ? Type::kString : Type::kInt64;
  if (score.is_text() != (labels->type == Type::kString) || !(score.is_text() || score.is_number())) {
    return context.Unsupported(classifier, "scores that are not all text or all numbers");
  }
  const auto position = [](auto& known, auto value) {
    const auto found = std::find(known.begin(), known.end(), value);
    const auto at = found - known.begin();
    if (found == known.end()) known.push_back(std::move(value));
    return static_cast<double>(at);
  };
  if (score.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string text, score.Text());
    return position(labels->texts, std::move(text));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double number, score.Number());
  if (number != static_cast<double>(static_cast<int64_t>(number))) labels->type = Type::kFloat64;
  return position(labels->numbers, number);
}

}  // namespace

Result<Prediction> PredictRuleSet(Context& context, const Object& classifier, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Rule> rules, ReadRules(classifier));
  const Object otherwise = classifier.Get("default_score");
  if (!otherwise.has_value()) return context.Unsupported(classifier, "rows that no rule scores");
  Prediction prediction;
  const auto add_score = [&](const Object& score) -> Result<ValueId> {
    SCOREWAY_ASSIGN_OR_RETURN(const double code, CodeOf(context, classifier, score, &prediction.labels));
    return context.Add(op::Constant{{code}}, {}, classifier);
  };
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, add_score(otherwise));
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, LowerCondition(context, classifier, rule->predicate, in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, add_score(rule->score));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes,
                              context.Add(op::Where{}, {condition, score, *prediction.codes}, classifier));
  }
  return prediction;
}

}  // namespace scoreway::sklearn2pmml
