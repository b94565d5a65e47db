// RuleSetModel.

#include <algorithm>
#include <optional>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/predicate.h"
#include "importers/pmml/ranking.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::RowAggregate;

struct Rule {
  ValueId fired = 0;  // 1 or 0
  size_t score = 0;   // among the classes
  double weight = 1, confidence = 1;
  std::string id;
};

class RuleSet {
 public:
  explicit RuleSet(ModelScope& scope) : scope_(scope) {}

  // The rules below an element, which fire where `condition` holds too.
  Status AddRules(const Element& parent, std::optional<ValueId> condition) {
    for (Element child = parent.first_child(); child; child = child.next_sibling()) {
      if (!child.Is("SimpleRule") && !child.Is("CompoundRule")) continue;
      Emit emit(scope_.context(), child);
      const Element predicate = FindPredicate(child);
      if (!predicate) return Status(Context::Corrupt(child, "it has no predicate"));
      SCOREWAY_ASSIGN_OR_RETURN(ValueId holds, scope_.Test(predicate));
      if (condition) {
        SCOREWAY_ASSIGN_OR_RETURN(holds, emit.Binary(BinaryFunction::kAnd, *condition, holds));
      }
      if (child.Is("CompoundRule")) {
        SCOREWAY_RETURN_IF_ERROR(AddRules(child, holds));
      } else {
        SCOREWAY_RETURN_IF_ERROR(AddRule(child, holds));
      }
    }
    return {};
  }

  Result<Prediction> Predict(const Element& rule_set, std::string_view criterion) {
    if (rules_.empty()) return Context::Corrupt(rule_set, "it has no rules");
    const auto default_score = rule_set.Attribute("defaultScore");
    if (default_score) default_class_ = ClassOf(*default_score);
    SCOREWAY_ASSIGN_OR_RETURN(default_confidence_, scope_.context().NumberOr(rule_set, "defaultConfidence", 0));
    Emit emit(scope_.context(), rule_set);
    std::vector<ValueId> fired;
    for (const Rule& rule : rules_) fired.push_back(rule.fired);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(fired)));
    SCOREWAY_ASSIGN_OR_RETURN(fired_,
                              emit.Add(op::ImputeNumber{op::kNaN, std::vector<double>(rules_.size(), 0)}, {row}));
    if (criterion == "firstHit") return FirstHit(emit);
    SCOREWAY_ASSIGN_OR_RETURN(any_, emit.Add(op::AggregateRow{RowAggregate::kMax}, {fired_}));
    if (criterion == "weightedMax") return WeightedMax(emit);
    if (criterion == "weightedSum") return WeightedSum(emit);
    return Context::Corrupt(rule_set, "criterion '" + std::string(criterion) + "' is not known");
  }

 private:
  size_t ClassOf(std::string_view score) {
    const auto it = std::ranges::find(classes_, score);
    const auto index = static_cast<size_t>(it - classes_.begin());
    if (it == classes_.end()) classes_.emplace_back(score);
    return index;
  }

  Status AddRule(const Element& element, ValueId fired) {
    Context& context = scope_.context();
    Rule rule;
    rule.fired = fired;
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view score, context.Want(element, "score"));
    rule.score = ClassOf(score);
    SCOREWAY_ASSIGN_OR_RETURN(rule.weight, context.NumberOr(element, "weight", 1));
    SCOREWAY_ASSIGN_OR_RETURN(rule.confidence, context.NumberOr(element, "confidence", 1));
    // A rule without an id has its number, from 1.
    rule.id = element.Attribute("id", std::to_string(rules_.size() + 1));
    rules_.push_back(std::move(rule));
    return {};
  }

  std::vector<uint32_t> RulesOf(size_t score) const {
    std::vector<uint32_t> rules;
    for (size_t i = 0; i < rules_.size(); ++i) {
      if (rules_[i].score == score) rules.push_back(static_cast<uint32_t>(i));
    }
    return rules;
  }

  // The first of the rules that fired, an index into them; any rule if none did.
  Result<ValueId> First(Emit& emit, const std::vector<uint32_t>& rules) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId fired, emit.Add(op::Select{rules}, {fired_}));
    return emit.Add(op::Row{op::RowFunction::kArgMax}, {fired});
  }

  // Of the rules that fired the first with the greatest weight.
  Result<ValueId> Heaviest(Emit& emit, const std::vector<uint32_t>& rules) {
    std::vector<double> weights;
    for (const uint32_t rule : rules) weights.push_back(rules_[rule].weight);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId fired, emit.Add(op::Select{rules}, {fired_}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId weight, emit.Numbers(std::move(weights)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId never, emit.Number(-op::kInfinity));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId candidates, emit.Where(fired, weight, never));
    return emit.Add(op::Row{op::RowFunction::kArgMax}, {candidates});
  }

  std::vector<uint32_t> AllRules() const {
    std::vector<uint32_t> rules;
    for (size_t i = 0; i < rules_.size(); ++i) rules.push_back(static_cast<uint32_t>(i));
    return rules;
  }

  template <typename Number>
  Result<ValueId> NumberOf(Emit& emit, const std::vector<uint32_t>& rules, ValueId index, Number number) {
    std::vector<double> table;
    for (const uint32_t rule : rules) table.push_back(number(rules_[rule]));
    return emit.Add(op::DecodeNumber{std::move(table)}, {index});
  }

  // Where a rule fired `x`, else `otherwise`.
  Result<ValueId> IfFired(Emit& emit, ValueId x, double otherwise) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, emit.Number(otherwise));
    return emit.Where(any_, x, rest);
  }

  // Of all rules the first that fired, an index into them; missing if none did.
  Result<ValueId> FirstOfAll(Emit& emit) {
    SCOREWAY_ASSIGN_OR_RETURN(ValueId first, emit.Number(op::kNaN));
    for (size_t i = rules_.size(); i-- > 0;) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, emit.Number(static_cast<double>(i)));
      SCOREWAY_ASSIGN_OR_RETURN(first, emit.Where(rules_[i].fired, own, first));
    }
    return first;
  }

  // The rule that decides, as an index into all of them, gives the class and the entity.
  Status Decide(Emit& emit, ValueId rule, Prediction* prediction) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, NumberOf(emit, AllRules(), rule,
                                                           [](const Rule& r) { return static_cast<double>(r.score); }));
    const double default_code = default_class_ ? static_cast<double>(*default_class_) : op::kNaN;
    SCOREWAY_ASSIGN_OR_RETURN(prediction->codes, IfFired(emit, code, default_code));
    std::vector<std::string> ids;
    for (const Rule& r : rules_) ids.push_back(r.id);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId entity, IfFired(emit, rule, op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(prediction->entity_id, TextOf(emit, ids, entity));
    prediction->classes = classes_;
    return {};
  }

  // A column a class: `number` of the class where one of its rules fired, else 0; where no rule fired, the default's.
  template <typename OfClass>
  Result<ValueId> Confidences(Emit& emit, OfClass of_class) {
    std::vector<ValueId> columns;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
    for (size_t k = 0; k < classes_.size(); ++k) {
      const std::vector<uint32_t> rules = RulesOf(k);
      ValueId confidence = zero;
      if (!rules.empty()) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId fired, emit.Add(op::Select{rules}, {fired_}));
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId any, emit.Add(op::AggregateRow{RowAggregate::kMax}, {fired}));
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, of_class(rules));
        SCOREWAY_ASSIGN_OR_RETURN(confidence, emit.Where(any, own, zero));
      }
      const double otherwise = k == default_class_ ? default_confidence_ : 0;
      SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), IfFired(emit, confidence, otherwise));
    }
    return emit.Concat(std::move(columns));
  }

  Result<Prediction> FirstHit(Emit& emit) {
    Prediction prediction;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rule, FirstOfAll(emit));
    SCOREWAY_ASSIGN_OR_RETURN(any_, emit.Unary(op::UnaryFunction::kIsPresent, rule));
    SCOREWAY_RETURN_IF_ERROR(Decide(emit, rule, &prediction));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.confidences,
                              Confidences(emit, [&](const std::vector<uint32_t>& rules) -> Result<ValueId> {
                                SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, First(emit, rules));
                                return NumberOf(emit, rules, first, [](const Rule& r) { return r.confidence; });
                              }));
    return prediction;
  }

  Result<Prediction> WeightedMax(Emit& emit) {
    Prediction prediction;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rule, Heaviest(emit, AllRules()));
    SCOREWAY_RETURN_IF_ERROR(Decide(emit, rule, &prediction));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.confidences,
                              Confidences(emit, [&](const std::vector<uint32_t>& rules) -> Result<ValueId> {
                                SCOREWAY_ASSIGN_OR_RETURN(const ValueId heaviest, Heaviest(emit, rules));
                                return NumberOf(emit, rules, heaviest, [](const Rule& r) { return r.confidence; });
                              }));
    return prediction;
  }

  // The class with the greatest sum of weights wins, of equals that whose rule fired first; its confidence is the sum
  // divided by the number of rules that fired.
  Result<Prediction> WeightedSum(Emit& emit) {
    std::vector<ValueId> sums, firsts;
    for (size_t k = 0; k < classes_.size(); ++k) {
      std::vector<double> weights(rules_.size(), 0), order(rules_.size(), 0);
      for (const uint32_t rule : RulesOf(k)) {
        weights[rule] = rules_[rule].weight;
        order[rule] = static_cast<double>(rules_.size() - rule);
      }
      SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(2 * rules_.size() * sizeof(double), emit.at()));
      SCOREWAY_ASSIGN_OR_RETURN(sums.emplace_back(),
                                emit.Add(op::Linear{op::Precision::kFloat64, 1, std::move(weights), {}}, {fired_}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, emit.Numbers(std::move(order)));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId of_fired, emit.Binary(BinaryFunction::kMultiply, fired_, numbers));
      SCOREWAY_ASSIGN_OR_RETURN(firsts.emplace_back(), emit.Add(op::AggregateRow{RowAggregate::kMax}, {of_fired}));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Concat(sums));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Concat(std::move(firsts)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId has_fired, emit.Binary(BinaryFunction::kGreater, first, zero));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId never, emit.Number(-op::kInfinity));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId candidates, emit.Where(has_fired, sum, never));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, BestColumn(emit, candidates, first));
    // The heaviest rule of the class is the entity.
    SCOREWAY_ASSIGN_OR_RETURN(ValueId rule, emit.Number(0));
    for (size_t k = 0; k < classes_.size(); ++k) {
      const std::vector<uint32_t> rules = RulesOf(k);
      if (rules.empty()) continue;
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId heaviest, Heaviest(emit, rules));
      std::vector<double> indices(rules.begin(), rules.end());
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId index, emit.Add(op::DecodeNumber{std::move(indices)}, {heaviest}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Number(static_cast<double>(k)));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_it, emit.Binary(BinaryFunction::kEqual, best, code));
      SCOREWAY_ASSIGN_OR_RETURN(rule, emit.Where(is_it, index, rule));
    }
    Prediction prediction;
    SCOREWAY_RETURN_IF_ERROR(Decide(emit, rule, &prediction));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId count, emit.Add(op::AggregateRow{RowAggregate::kSum}, {fired_}));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.confidences,
                              Confidences(emit, [&](const std::vector<uint32_t>& rules) -> Result<ValueId> {
                                return emit.Binary(BinaryFunction::kDivide, sums[rules_[rules[0]].score], count);
                              }));
    return prediction;
  }

  ModelScope& scope_;
  std::vector<Rule> rules_;
  std::vector<std::string> classes_;
  std::optional<size_t> default_class_;
  double default_confidence_ = 0;
  ValueId fired_ = 0;  // a column a rule
  ValueId any_ = 0;    // whether one of them did
};

}  // namespace

Result<Prediction> LowerRuleSetModel(ModelScope& scope) {
  const Element& model = scope.model();
  if (scope.function() != MiningFunction::kClassification) {
    return Context::Corrupt(model, "a RuleSetModel does not have this functionName");
  }
  const Element element = model.Child("RuleSet");
  if (!element) return Context::Corrupt(model, "it has no RuleSet");
  // Of several methods the first counts.
  const Element method = element.Child("RuleSelectionMethod");
  if (!method) return Context::Corrupt(element, "it has no RuleSelectionMethod");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view criterion, scope.context().Want(method, "criterion"));
  RuleSet rules(scope);
  SCOREWAY_RETURN_IF_ERROR(rules.AddRules(element, std::nullopt));
  return rules.Predict(element, criterion);
}

}  // namespace scoreway::pmml
