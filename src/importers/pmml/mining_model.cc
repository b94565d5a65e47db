// MiningModel: models within a model.

#include <algorithm>
#include <array>
#include <cmath>

#include "importers/pmml/complete.h"
#include "importers/pmml/expression.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/predicate.h"
#include "importers/pmml/ranking.h"
#include "importers/pmml/segmentation.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

constexpr std::array<std::string_view, 15> kMethods = {"majorityVote",
                                                       "weightedMajorityVote",
                                                       "average",
                                                       "weightedAverage",
                                                       "median",
                                                       "max",
                                                       "sum",
                                                       "weightedSum",
                                                       "x-weightedSum",
                                                       "selectFirst",
                                                       "selectAll",
                                                       "modelChain",
                                                       "weightedMedian",
                                                       "x-multiModelChain",
                                                       "multiModelChain"};

// A segment's answer, and where it counts.
struct Answer {
  const Segment* segment = nullptr;
  Prediction prediction;
  std::optional<ValueId> active;  // 1 where the predicate is true, else 0; nothing: always
};

class Mining {
 public:
  Mining(ModelScope& scope, const Segmentation& segmentation)
      : scope_(scope), segmentation_(segmentation), emit_(scope.context(), segmentation.element) {}

  Result<Prediction> Lower() {
    SCOREWAY_RETURN_IF_ERROR(LowerSegments());
    if (segmentation_.method == "modelChain") return SelectLast();
    if (segmentation_.is_chain()) return All();
    if (segmentation_.method == "selectFirst") return SelectFirst();
    if (segmentation_.method == "selectAll") {
      return scope_.context().Unsupported(segmentation_.element, "multipleModelMethod selectAll");
    }
    switch (scope_.function()) {
      case MiningFunction::kRegression: return CombineNumbers();
      case MiningFunction::kClassification: return segmentation_.is_vote() ? CombineVotes() : CombineProbabilities();
      case MiningFunction::kClustering:
        if (segmentation_.is_vote()) return CombineClusters();
        [[fallthrough]];
      default:
        return scope_.context().Unsupported(
            segmentation_.element,
            "multipleModelMethod " + std::string(segmentation_.method) + " with this functionName");
    }
  }

 private:
  Status LowerSegments() {
    bool failed = false;
    Error first;
    for (const Segment& segment : segmentation_.segments) {
      Answer answer;
      answer.segment = &segment;
      if (!segment.always) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId truth, scope_.Test(FindPredicate(segment.element)));
        // Unknown is as good as false.
        SCOREWAY_ASSIGN_OR_RETURN(answer.active, emit_.Add(op::ImputeNumber{op::kNaN, {0}}, {truth}));
      }
      Result<Prediction> prediction = LowerModel(scope_.context(), segment.model, &scope_);
      if (!prediction.ok()) {
        if (!Context::NotedOnly(prediction.error())) return prediction.status();
        if (!failed) first = prediction.error();
        failed = true;
        continue;
      }
      answer.prediction = std::move(prediction).value();
      if (segmentation_.is_chain()) SCOREWAY_RETURN_IF_ERROR(DeclareOutputs(answer));
      answers_.push_back(std::move(answer));
    }
    if (failed) return Status(first);
    if (answers_.empty()) return Status(Context::Corrupt(segmentation_.element, "it has no Segment"));
    return {};
  }

  // What a segment of a chain gives can be used by those after it.
  Status DeclareOutputs(const Answer& answer) {
    for (const NamedCell& output : answer.prediction.declared) {
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, Masked(output.cell, answer.active));
      scope_.Declare(output.name, cell);
    }
    return {};
  }

  // Missing where the segment does not count.
  Result<ValueId> MaskedNumbers(ValueId value, const std::optional<ValueId>& active) {
    if (!active) return value;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit_.Number(op::kNaN));
    return emit_.Where(*active, value, none);
  }
  Result<Cell> Masked(const Cell& cell, const std::optional<ValueId>& active) {
    if (!active) return cell;
    Cell masked = cell;
    SCOREWAY_ASSIGN_OR_RETURN(const Cell none, MissingCell(emit_, cell.type));
    SCOREWAY_ASSIGN_OR_RETURN(masked.value, emit_.Where(*active, cell.value, none.value));
    masked.maybe_missing = true;
    return masked;
  }

  // ---- one of the segments ----

  Result<Prediction> SelectFirst() {
    if (segmentation_.missing_treatment == "skipSegment") {
      for (Answer& answer : answers_) SCOREWAY_RETURN_IF_ERROR(CountOnlyPresent(answer));
    }
    return Select(answers_);
  }
  Result<Prediction> SelectLast() {
    std::vector<Answer> reversed(answers_.rbegin(), answers_.rend());
    return Select(reversed);
  }

  Status CountOnlyPresent(Answer& answer) {
    if (!answer.prediction.value) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId present,
                              emit_.Unary(UnaryFunction::kIsPresent, answer.prediction.value->value));
    if (!answer.active) {
      answer.active = present;
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(answer.active, emit_.Binary(BinaryFunction::kAnd, *answer.active, present));
    return {};
  }

  // The first of them that counts.
  Result<Prediction> Select(std::vector<Answer>& answers) {
    std::vector<Answer> counting;
    for (Answer& answer : answers) {
      counting.push_back(std::move(answer));
      if (!counting.back().active) break;
    }
    Prediction all = std::move(counting[0].prediction);
    if (counting.size() == 1 && !counting[0].active) {
      all.complete = true;
      return all;
    }
    SCOREWAY_RETURN_IF_ERROR(MaskAll(&all, counting[0].active));
    std::vector<std::string> classes = all.classes;
    std::optional<ValueId> before = counting[0].active;
    for (size_t i = 1; i < counting.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(Otherwise(&all, std::move(counting[i]), &before));
    }
    all.complete = true;
    return all;
  }

  Status MaskAll(Prediction* prediction, const std::optional<ValueId>& active) {
    const auto mask_cell = [&](std::optional<Cell>* cell) -> Status {
      if (!*cell) return {};
      SCOREWAY_ASSIGN_OR_RETURN(*cell, Masked(**cell, active));
      return {};
    };
    const auto mask_numbers = [&](std::optional<ValueId>* value) -> Status {
      if (!*value) return {};
      SCOREWAY_ASSIGN_OR_RETURN(*value, MaskedNumbers(**value, active));
      return {};
    };
    SCOREWAY_RETURN_IF_ERROR(mask_cell(&prediction->value));
    SCOREWAY_RETURN_IF_ERROR(mask_cell(&prediction->entity_id));
    SCOREWAY_RETURN_IF_ERROR(mask_numbers(&prediction->codes));
    SCOREWAY_RETURN_IF_ERROR(mask_numbers(&prediction->probabilities));
    SCOREWAY_RETURN_IF_ERROR(mask_numbers(&prediction->confidences));
    for (std::vector<NamedCell>* list : {&prediction->targets, &prediction->outputs, &prediction->declared}) {
      for (NamedCell& named : *list) {
        SCOREWAY_ASSIGN_OR_RETURN(named.cell, Masked(named.cell, active));
      }
    }
    return {};
  }

  // Where nothing before counted, this answer does.
  Status Otherwise(Prediction* all, Answer answer, std::optional<ValueId>* before) {
    SCOREWAY_RETURN_IF_ERROR(MaskAll(&answer.prediction, answer.active));
    Prediction& next = answer.prediction;
    const ValueId counted = **before;
    SCOREWAY_RETURN_IF_ERROR(AlignClasses(all, &next));
    const auto choose_cell = [&](std::optional<Cell>* cell, std::optional<Cell>& other) -> Status {
      if (!*cell || !other) {
        cell->reset();
        return {};
      }
      SCOREWAY_RETURN_IF_ERROR(Unify(emit_, &**cell, &*other));
      SCOREWAY_ASSIGN_OR_RETURN((*cell)->value, emit_.Where(counted, (*cell)->value, other->value));
      return {};
    };
    const auto choose_numbers = [&](std::optional<ValueId>* value, std::optional<ValueId>& other) -> Status {
      if (!*value || !other) {
        value->reset();
        return {};
      }
      SCOREWAY_ASSIGN_OR_RETURN(*value, emit_.Where(counted, **value, *other));
      return {};
    };
    SCOREWAY_RETURN_IF_ERROR(choose_cell(&all->value, next.value));
    SCOREWAY_RETURN_IF_ERROR(choose_cell(&all->entity_id, next.entity_id));
    SCOREWAY_RETURN_IF_ERROR(choose_numbers(&all->codes, next.codes));
    SCOREWAY_RETURN_IF_ERROR(choose_numbers(&all->probabilities, next.probabilities));
    SCOREWAY_RETURN_IF_ERROR(choose_numbers(&all->confidences, next.confidences));
    SCOREWAY_RETURN_IF_ERROR(ChooseNamed(&all->targets, next.targets, counted));
    SCOREWAY_RETURN_IF_ERROR(ChooseNamed(&all->outputs, next.outputs, counted));
    SCOREWAY_RETURN_IF_ERROR(ChooseNamed(&all->declared, next.declared, counted));
    if (answer.active) {
      SCOREWAY_ASSIGN_OR_RETURN(*before, emit_.Binary(BinaryFunction::kOr, counted, *answer.active));
    }
    return {};
  }

  // Fields of the same name; one that only a later segment has counts where no earlier segment did.
  Status ChooseNamed(std::vector<NamedCell>* list, std::vector<NamedCell>& others, ValueId counted) {
    for (NamedCell& other : others) {
      const auto same = std::ranges::find(*list, other.name, &NamedCell::name);
      if (same != list->end()) {
        SCOREWAY_RETURN_IF_ERROR(Unify(emit_, &same->cell, &other.cell));
        SCOREWAY_ASSIGN_OR_RETURN(same->cell.value, emit_.Where(counted, same->cell.value, other.cell.value));
        same->cell.maybe_missing |= other.cell.maybe_missing;
        continue;
      }
      SCOREWAY_ASSIGN_OR_RETURN(const Cell none, MissingCell(emit_, other.cell.type));
      SCOREWAY_ASSIGN_OR_RETURN(other.cell.value, emit_.Where(counted, none.value, other.cell.value));
      list->push_back(other);
    }
    return {};
  }

  // ---- all of the segments ----

  // Every segment's target and output fields side by side.
  Result<Prediction> All() {
    Prediction all;
    for (Answer& answer : answers_) {
      SCOREWAY_RETURN_IF_ERROR(MaskAll(&answer.prediction, answer.active));
      for (NamedCell& target : answer.prediction.targets) all.targets.push_back(std::move(target));
      for (NamedCell& output : answer.prediction.outputs) all.outputs.push_back(std::move(output));
    }
    all.complete = true;
    return all;
  }

  bool AllCount() const {
    return std::ranges::all_of(answers_, [](const Answer& answer) { return !answer.active; });
  }
  bool skips() const { return segmentation_.missing_treatment == "skipSegment"; }
  double WeightOf(const Answer& answer) const { return segmentation_.is_weighted() ? answer.segment->weight : 1; }

  // The columns of every segment's `value` as numbers, missing where the segment does not count.
  // *spoiled is set to 1 where a missing answer makes the whole missing.
  struct Columns {
    std::vector<ValueId> values;  // of the segments, each of some width
    std::vector<ValueId> counts;  // 1 where the segment has an answer that counts, else 0
    std::optional<ValueId> spoiled;
  };
  template <typename ValueOf>
  Result<Columns> Gather(ValueOf value_of) {
    Columns columns;
    std::optional<ValueId> missing_weight, weight;
    for (Answer& answer : answers_) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, value_of(answer));
      SCOREWAY_ASSIGN_OR_RETURN(columns.values.emplace_back(), MaskedNumbers(value, answer.active));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit_.Select(columns.values.back(), 0));
      SCOREWAY_ASSIGN_OR_RETURN(columns.counts.emplace_back(), emit_.Unary(UnaryFunction::kIsPresent, first));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId absent, emit_.Unary(UnaryFunction::kIsMissing, first));
      ValueId fails = absent, counts = 0;
      if (answer.active) {
        SCOREWAY_ASSIGN_OR_RETURN(fails, emit_.Binary(BinaryFunction::kAnd, absent, *answer.active));
        counts = *answer.active;
      } else {
        SCOREWAY_ASSIGN_OR_RETURN(counts, emit_.Number(1));
      }
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&missing_weight, fails, answer.segment->weight));
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&weight, counts, answer.segment->weight));
    }
    // Any missing answer spoils the whole; or those that are skipped may weigh no more than the threshold.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, emit_.Number(skips() ? segmentation_.missing_threshold : 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId bearable, emit_.Binary(BinaryFunction::kMultiply, *weight, limit));
    SCOREWAY_ASSIGN_OR_RETURN(columns.spoiled, emit_.Binary(BinaryFunction::kGreater, *missing_weight, bearable));
    return columns;
  }

  Status Accumulate(std::optional<ValueId>* sum, ValueId truth, double weight) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit_.Number(weight));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value, emit_.Binary(BinaryFunction::kMultiply, truth, by));
    if (*sum) {
      SCOREWAY_ASSIGN_OR_RETURN(value, emit_.Binary(BinaryFunction::kAdd, **sum, value));
    }
    *sum = value;
    return {};
  }

  Result<ValueId> Spoil(const Columns& columns, ValueId value) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit_.Number(op::kNaN));
    return emit_.Where(*columns.spoiled, none, value);
  }

  // The method over column c of every segment.
  Result<ValueId> Combine(const Columns& columns, uint32_t c) {
    std::vector<ValueId> values;
    std::optional<ValueId> weight;
    for (size_t i = 0; i < answers_.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(ValueId value, emit_.Select(columns.values[i], c));
      if (segmentation_.is_weighted()) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit_.Number(answers_[i].segment->weight));
        SCOREWAY_ASSIGN_OR_RETURN(value, emit_.Binary(BinaryFunction::kMultiply, value, by));
      }
      values.push_back(value);
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&weight, columns.counts[i], WeightOf(answers_[i])));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit_.Concat(std::move(values)));
    const std::string_view method = segmentation_.method;
    if (method == "median" || method == "max") {
      const op::RowAggregate function = method == "median" ? op::RowAggregate::kMedian : op::RowAggregate::kMax;
      return emit_.Add(op::AggregateRow{function, true}, {row});
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit_.Add(op::AggregateRow{op::RowAggregate::kSum, true}, {row}));
    return segmentation_.is_average() ? emit_.Binary(BinaryFunction::kDivide, sum, *weight) : Result<ValueId>(sum);
  }

  Result<Prediction> CombineNumbers() {
    if (segmentation_.is_vote() || segmentation_.method == "weightedMedian") {
      return scope_.context().Unsupported(segmentation_.element,
                                          "multipleModelMethod " + std::string(segmentation_.method));
    }
    Prediction all;
    Cell cell;
    if (AllCount() && !skips() && (segmentation_.is_sum() || segmentation_.is_average())) {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, SumAll());
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const Columns columns, Gather([this](Answer& answer) { return NumberOf(answer); }));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId combined, Combine(columns, 0));
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, Spoil(columns, combined));
    }
    if (scope_.precision() == op::Precision::kFloat32) {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit_.Unary(UnaryFunction::kFloat32, cell.value));
    }
    all.value = cell;
    return all;
  }

  Result<ValueId> NumberOf(Answer& answer) {
    if (!answer.prediction.value) return Context::Corrupt(answer.segment->model, "it predicts nothing");
    return emit_.AsNumber(*answer.prediction.value);
  }

  Result<ValueId> SumAll() {
    op::WeightedSum sum;
    std::vector<ValueId> values;
    double weights = 0;
    for (Answer& answer : answers_) {
      SCOREWAY_ASSIGN_OR_RETURN(values.emplace_back(), NumberOf(answer));
      sum.weights.push_back(WeightOf(answer));
      weights += sum.weights.back();
    }
    if (segmentation_.is_average()) sum.divisor = weights;
    return emit_.Add(std::move(sum), std::move(values));
  }

  // The classes of the target, then those of the segments in order.
  std::vector<std::string> AllClasses() const {
    std::vector<std::string> classes = scope_.target().categories;
    for (const Answer& answer : answers_) {
      for (const std::string& name : answer.prediction.classes) {
        if (std::ranges::find(classes, name) == classes.end()) classes.push_back(name);
      }
    }
    return classes;
  }

  static std::vector<double> PlacesOf(const std::vector<std::string>& some, const std::vector<std::string>& all) {
    std::vector<double> places;
    for (const std::string& name : some) {
      places.push_back(static_cast<double>(std::ranges::find(all, name) - all.begin()));
    }
    return places;
  }

  // Codes and columns of classes `from` as those of `to`, of which `from` is a part; absent classes have 0.
  Result<ValueId> WidenCodes(ValueId codes, const std::vector<std::string>& from, const std::vector<std::string>& to) {
    if (from == to) return codes;
    return emit_.Add(op::DecodeNumber{PlacesOf(from, to)}, {codes});
  }
  Result<ValueId> WidenColumns(ValueId columns, const std::vector<std::string>& from,
                               const std::vector<std::string>& to) {
    if (from == to) return columns;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit_.Select(columns, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit_.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit_.Binary(BinaryFunction::kMultiply, first, zero));
    std::vector<ValueId> wide;
    for (const std::string& name : to) {
      const auto it = std::ranges::find(from, name);
      if (it == from.end()) {
        wide.push_back(nothing);
        continue;
      }
      SCOREWAY_ASSIGN_OR_RETURN(wide.emplace_back(), emit_.Select(columns, static_cast<uint32_t>(it - from.begin())));
    }
    return emit_.Concat(std::move(wide));
  }

  Status AlignClasses(Prediction* a, Prediction* b) {
    std::vector<std::string> classes = a->classes;
    for (const std::string& name : b->classes) {
      if (std::ranges::find(classes, name) == classes.end()) classes.push_back(name);
    }
    for (Prediction* prediction : {a, b}) {
      for (std::optional<ValueId>* columns : {&prediction->probabilities, &prediction->confidences}) {
        if (!*columns) continue;
        SCOREWAY_ASSIGN_OR_RETURN(*columns, WidenColumns(**columns, prediction->classes, classes));
      }
      if (prediction->codes) {
        SCOREWAY_ASSIGN_OR_RETURN(prediction->codes, WidenCodes(*prediction->codes, prediction->classes, classes));
      }
      prediction->classes = classes;
    }
    return {};
  }

  Result<Prediction> CombineProbabilities() {
    Prediction all;
    all.classes = AllClasses();
    SCOREWAY_ASSIGN_OR_RETURN(const Columns columns, Gather([&](Answer& answer) -> Result<ValueId> {
                                if (!answer.prediction.probabilities) {
                                  return Context::Corrupt(answer.segment->model, "it gives no probabilities");
                                }
                                return WidenColumns(*answer.prediction.probabilities, answer.prediction.classes,
                                                    all.classes);
                              }));
    std::vector<ValueId> combined;
    for (uint32_t c = 0; c < all.classes.size(); ++c) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, Combine(columns, c));
      SCOREWAY_ASSIGN_OR_RETURN(combined.emplace_back(), Spoil(columns, column));
    }
    SCOREWAY_ASSIGN_OR_RETURN(all.probabilities, emit_.Concat(std::move(combined)));
    if (segmentation_.method == "median" || segmentation_.method == "max") {
      SCOREWAY_ASSIGN_OR_RETURN(all.probabilities,
                                emit_.Add(op::Row{op::RowFunction::kNormalizeSum}, {*all.probabilities}));
    }
    return all;
  }

  // Votes for classes; a missing prediction is a vote, too, unless it is skipped, and wins if it has the most.
  Result<Prediction> CombineVotes() {
    Prediction all;
    all.classes = AllClasses();
    SCOREWAY_ASSIGN_OR_RETURN(const Columns columns, Gather([&](Answer& answer) -> Result<ValueId> {
                                if (!answer.prediction.codes) {
                                  return Context::Corrupt(answer.segment->model, "it predicts no class");
                                }
                                return WidenCodes(*answer.prediction.codes, answer.prediction.classes, all.classes);
                              }));
    op::Votes votes;
    votes.classes = static_cast<uint32_t>(all.classes.size());
    for (const Answer& answer : answers_) votes.weights.push_back(WeightOf(answer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId counted, emit_.Add(std::move(votes), columns.values));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares, emit_.Add(op::Row{op::RowFunction::kNormalizeSum}, {counted}));
    SCOREWAY_ASSIGN_OR_RETURN(all.probabilities, Spoil(columns, shares));
    return all;
  }

  // The cluster with the most votes; clusters have no probabilities.
  Result<Prediction> CombineClusters() {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction all, CombineVotes());
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId equals, emit_.Numbers(std::vector<double>(all.classes.size(), 0)));
    SCOREWAY_ASSIGN_OR_RETURN(all.codes, BestColumn(emit_, *all.probabilities, equals));
    all.probabilities.reset();
    return all;
  }

  ModelScope& scope_;
  const Segmentation& segmentation_;
  Emit emit_;
  std::vector<Answer> answers_;
};

}  // namespace

Result<Segmentation> ReadSegmentation(Context& context, const Element& mining_model) {
  Segmentation segmentation;
  segmentation.element = mining_model.Child("Segmentation");
  if (!segmentation.element) return context.Unsupported(mining_model, "a MiningModel without Segmentation");
  SCOREWAY_ASSIGN_OR_RETURN(segmentation.method, context.Want(segmentation.element, "multipleModelMethod"));
  if (std::ranges::find(kMethods, segmentation.method) == kMethods.end()) {
    return Context::Corrupt(segmentation.element,
                            "multipleModelMethod '" + std::string(segmentation.method) + "' is not known");
  }
  segmentation.missing_treatment = segmentation.element.Attribute(
      "missingPredictionTreatment", segmentation.element.Attribute("x-missingPredictionTreatment", "continue"));
  SCOREWAY_ASSIGN_OR_RETURN(segmentation.missing_threshold,
                            context.NumberOr(segmentation.element, "missingThreshold", 1));
  for (Element child = segmentation.element.first_child(); child; child = child.next_sibling()) {
    if (!child.Is("Segment")) continue;
    Segment segment;
    segment.element = child;
    segment.model = FindModel(child);
    if (!segment.model) return context.Unsupported(child, "a Segment without a model element");
    SCOREWAY_ASSIGN_OR_RETURN(segment.weight, context.NumberOr(child, "weight", 1));
    const Element predicate = FindPredicate(child);
    if (!predicate) return Context::Corrupt(child, "it has no predicate");
    segment.always = predicate.Is("True");
    if (predicate.Is("False")) continue;
    segmentation.segments.push_back(segment);
  }
  return segmentation;
}

Result<Prediction> LowerMiningModel(ModelScope& scope) {
  SCOREWAY_ASSIGN_OR_RETURN(const Segmentation segmentation, ReadSegmentation(scope.context(), scope.model()));
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<Prediction> forest, LowerForest(scope, segmentation));
  if (forest) return std::move(*forest);
  Mining mining(scope, segmentation);
  return mining.Lower();
}

}  // namespace scoreway::pmml
