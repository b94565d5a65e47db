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

constexpr std::array<std::string_view, 13> kMethods = {"majorityVote",
                                                       "weightedMajorityVote",
                                                       "average",
                                                       "weightedAverage",
                                                       "median",
                                                       "max",
                                                       "sum",
                                                       "weightedSum",
                                                       "selectFirst",
                                                       "selectAll",
                                                       "modelChain",
                                                       "weightedMedian",
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
    SCOREWAY_ASSIGN_OR_RETURN(const std::optional<ValueId> unbroken, ChainIsUnbroken());
    SCOREWAY_ASSIGN_OR_RETURN(Prediction all, Combined());
    SCOREWAY_RETURN_IF_ERROR(MaskAll(&all, unbroken));
    if (AsksForSegments(scope_.model())) SCOREWAY_RETURN_IF_ERROR(KeepSegments(&all));
    return all;
  }

 private:
  // With returnMissing a chain gives nothing where a segment before its last one has no answer; nothing: it always
  // does.
  Result<std::optional<ValueId>> ChainIsUnbroken() {
    std::optional<ValueId> unbroken;
    if (!segmentation_.is_chain() || segmentation_.missing_treatment != "returnMissing") return unbroken;
    for (size_t i = 0; i + 1 < answers_.size(); ++i) {
      const Answer& answer = answers_[i];
      if (!answer.prediction.value) continue;
      SCOREWAY_ASSIGN_OR_RETURN(ValueId fine, emit_.Unary(UnaryFunction::kIsPresent, answer.prediction.value->value));
      if (answer.active) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId idle, emit_.Unary(UnaryFunction::kNot, *answer.active));
        SCOREWAY_ASSIGN_OR_RETURN(fine, emit_.Binary(BinaryFunction::kOr, fine, idle));
      }
      if (unbroken) {
        SCOREWAY_ASSIGN_OR_RETURN(fine, emit_.Binary(BinaryFunction::kAnd, *unbroken, fine));
      }
      unbroken = fine;
    }
    return unbroken;
  }

  Result<Prediction> Combined() {
    if (segmentation_.method == "modelChain") return SelectLast();
    if (segmentation_.is_chain()) return All();
    if (segmentation_.method == "selectFirst") return SelectFirst();
    if (segmentation_.method == "selectAll") return EachOf();
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
    if (AsksForSegments(scope_.model())) kept_ = answers_;
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

  Status KeepSegments(Prediction* all) {
    for (size_t i = 0; i < kept_.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(MaskAll(&kept_[i].prediction, kept_[i].active));
      all->by_segment.emplace_back(kept_[i].segment->id,
                                   std::make_shared<const Prediction>(std::move(kept_[i].prediction)));
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

  // The first of them that counts; its segment is the entity.
  Result<Prediction> Select(std::vector<Answer>& answers) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::optional<Cell> segment, IdOfFirst(answers));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction all, FirstOf(answers));
    all.entity_id = segment;
    return all;
  }

  Result<std::optional<Cell>> IdOfFirst(const std::vector<Answer>& answers) {
    if (!scope_.Wants({"entityId"})) return std::optional<Cell>();
    std::vector<std::string> ids;
    for (const Answer& answer : answers) ids.push_back(answer.segment->id);
    SCOREWAY_ASSIGN_OR_RETURN(ValueId first, emit_.Number(op::kNaN));
    for (size_t i = answers.size(); i-- > 0;) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, emit_.Number(static_cast<double>(i)));
      if (!answers[i].active) {
        first = own;
        continue;
      }
      SCOREWAY_ASSIGN_OR_RETURN(first, emit_.Where(*answers[i].active, own, first));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Cell id, TextOf(emit_, ids, first));
    return std::optional<Cell>(id);
  }

  Result<Prediction> FirstOf(std::vector<Answer>& answers) {
    std::vector<Answer> counting;
    for (Answer& answer : answers) {
      counting.push_back(std::move(answer));
      if (!counting.back().active) break;
    }
    NameTargets(&counting);
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

  bool NamesTarget(const Answer& answer) const {
    return std::ranges::find(answer.prediction.targets, scope_.target().name, &NamedCell::name) !=
           answer.prediction.targets.end();
  }

  // Where some segment names the target of this model, one that names none predicts something else, such as an
  // outlier's score, of which only its output fields are heard of.
  void NameTargets(std::vector<Answer>* answers) {
    // A target may really have the name that a nameless one is given.
    const bool named = scope_.target().name != kSyntheticTarget &&
                       std::ranges::any_of(*answers, [this](const Answer& answer) { return NamesTarget(answer); });
    for (Answer& answer : *answers) {
      Prediction& prediction = answer.prediction;
      if (!named) {
        NameTarget(&prediction);
      } else if (prediction.targets.size() == 1 && prediction.targets[0].name == kSyntheticTarget) {
        prediction.targets.clear();
        prediction.value.reset();
      }
    }
  }

  // What a segment predicts without a name is the target of this model.
  void NameTarget(Prediction* prediction) {
    if (scope_.target().name.empty() || prediction->targets.size() != 1) return;
    if (prediction->targets[0].name == kSyntheticTarget) prediction->targets[0].name = scope_.target().name;
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

  // Every segment's target and output fields side by side, each as "name(id of the segment)".
  Result<Prediction> EachOf() {
    for (Answer& answer : answers_) {
      NameTarget(&answer.prediction);
      for (std::vector<NamedCell>* list : {&answer.prediction.targets, &answer.prediction.outputs}) {
        for (NamedCell& named : *list) named.name += "(" + answer.segment->id + ")";
      }
    }
    return All();
  }

  // Every segment's target and output fields side by side.
  Result<Prediction> All() {
    Prediction all;
    for (Answer& answer : answers_) {
      SCOREWAY_RETURN_IF_ERROR(MaskAll(&answer.prediction, answer.active));
      for (const NamedCell& target : answer.prediction.targets) all.targets.push_back(target);
      for (const NamedCell& output : answer.prediction.outputs) all.outputs.push_back(output);
      if (answer.prediction.targets.empty()) continue;
      const std::string name = answer.prediction.targets[0].name;
      all.by_target.emplace_back(name, std::make_shared<const Prediction>(std::move(answer.prediction)));
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
    std::optional<ValueId> missing;  // the weight, by the method, of the segments that count but have no answer
  };
  template <typename ValueOf>
  Result<Columns> Gather(ValueOf value_of, bool bears_missing) {
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
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&columns.missing, fails, WeightOf(answer)));
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&weight, counts, answer.segment->weight));
    }
    // Any missing answer spoils the whole; or those that are skipped may weigh no more than the threshold.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, emit_.Number(bears_missing ? segmentation_.missing_threshold : 0));
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
      if (segmentation_.is_weighted() && segmentation_.method != "weightedMedian") {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit_.Number(answers_[i].segment->weight));
        SCOREWAY_ASSIGN_OR_RETURN(value, emit_.Binary(BinaryFunction::kMultiply, value, by));
      }
      values.push_back(value);
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&weight, columns.counts[i], WeightOf(answers_[i])));
    }
    const std::string_view method = segmentation_.method;
    if (method == "weightedMedian") return WeightedMedian(values, *weight);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit_.Concat(std::move(values)));
    if (method == "median" || method == "max") {
      const op::RowAggregate function = method == "median" ? op::RowAggregate::kMedian : op::RowAggregate::kMax;
      return emit_.Add(op::AggregateRow{function, true}, {row});
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit_.Add(op::AggregateRow{op::RowAggregate::kSum, true}, {row}));
    return segmentation_.is_average() ? emit_.Binary(BinaryFunction::kDivide, sum, *weight) : Result<ValueId>(sum);
  }

  // The least value of which the values up to it weigh half of all that count, or more.
  Result<ValueId> WeightedMedian(const std::vector<ValueId>& values, ValueId weight) {
    op::Linear weigh;
    for (const Answer& answer : answers_) weigh.weights.push_back(answer.segment->weight);
    SCOREWAY_RETURN_IF_ERROR(
        scope_.context().Charge(values.size() * values.size() * sizeof(double), segmentation_.element));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit_.Concat(values));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, emit_.Number(0.5));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId enough, emit_.Binary(BinaryFunction::kMultiply, weight, half));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit_.Number(op::kNaN));
    std::vector<ValueId> candidates;
    for (const ValueId value : values) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId up_to,
                                emit_.Add(op::Binary{BinaryFunction::kLessEqual, false}, {row, value}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId weighs, emit_.Add(weigh, {up_to}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_one, emit_.Binary(BinaryFunction::kGreaterEqual, weighs, enough));
      SCOREWAY_ASSIGN_OR_RETURN(candidates.emplace_back(), emit_.Where(is_one, value, none));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, emit_.Concat(std::move(candidates)));
    return emit_.Add(op::AggregateRow{op::RowAggregate::kMin, true}, {all});
  }

  Result<Prediction> CombineNumbers() {
    if (segmentation_.is_vote()) {
      return scope_.context().Unsupported(segmentation_.element,
                                          "multipleModelMethod " + std::string(segmentation_.method));
    }
    Prediction all;
    Cell cell;
    if (AllCount() && !skips() && (segmentation_.is_sum() || segmentation_.is_average())) {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, SumAll());
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const Columns columns,
                                Gather([this](Answer& answer) { return NumberOf(answer); }, skips()));
      SCOREWAY_ASSIGN_OR_RETURN(ValueId combined, Combine(columns, 0));
      if (segmentation_.is_sum()) {
        SCOREWAY_ASSIGN_OR_RETURN(combined, SumOfNothing(columns, combined));
      }
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, Spoil(columns, combined));
    }
    if (scope_.precision() == op::Precision::kFloat32) {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit_.Unary(UnaryFunction::kFloat32, cell.value));
    }
    all.value = cell;
    return all;
  }

  // Where all segments that count are skipped, the sum is 0; where none counts, there is none.
  Result<ValueId> SumOfNothing(const Columns& columns, ValueId sum) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit_.Unary(UnaryFunction::kIsPresent, sum));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit_.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId skipped, emit_.Where(*columns.missing, zero, sum));
    return emit_.Where(known, sum, skipped);
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
    SCOREWAY_ASSIGN_OR_RETURN(const Columns columns, Gather(
                                                         [&](Answer& answer) -> Result<ValueId> {
                                                           if (!answer.prediction.probabilities) {
                                                             return Context::Corrupt(answer.segment->model,
                                                                                     "it gives no probabilities");
                                                           }
                                                           return WidenColumns(*answer.prediction.probabilities,
                                                                               answer.prediction.classes, all.classes);
                                                         },
                                                         skips()));
    std::vector<ValueId> combined;
    for (uint32_t c = 0; c < all.classes.size(); ++c) {
      SCOREWAY_ASSIGN_OR_RETURN(combined.emplace_back(), Combine(columns, c));
    }
    SCOREWAY_ASSIGN_OR_RETURN(ValueId probabilities, emit_.Concat(std::move(combined)));
    if (segmentation_.method == "median" || segmentation_.method == "max") {
      SCOREWAY_ASSIGN_OR_RETURN(probabilities, MeanOfNearest(columns, probabilities));
    }
    SCOREWAY_ASSIGN_OR_RETURN(all.probabilities, Spoil(columns, probabilities));
    return all;
  }

  // The mean of the segments that give the class with the greatest combined probability just that, or come nearest.
  Result<ValueId> MeanOfNearest(const Columns& columns, ValueId combined) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId winner, emit_.Add(op::Row{op::RowFunction::kArgMax}, {combined}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId wanted,
                              emit_.Add(op::AggregateRow{op::RowAggregate::kMax, false}, {combined}));
    op::OneHot one_hot;
    one_hot.widths = {emit_.context().builder().shape(combined).width};
    one_hot.slots.resize(1);
    for (uint32_t c = 0; c < one_hot.widths[0]; ++c) one_hot.slots[0].push_back(static_cast<int32_t>(c));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_winner, emit_.Add(std::move(one_hot), {winner}));
    std::vector<ValueId> distances;
    for (const ValueId value : columns.values) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId of_winner, emit_.Binary(BinaryFunction::kMultiply, value, is_winner));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability,
                                emit_.Add(op::AggregateRow{op::RowAggregate::kSum, false}, {of_winner}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId difference, emit_.Binary(BinaryFunction::kSubtract, probability, wanted));
      SCOREWAY_ASSIGN_OR_RETURN(distances.emplace_back(), emit_.Unary(UnaryFunction::kAbs, difference));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit_.Concat(distances));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId least, emit_.Add(op::AggregateRow{op::RowAggregate::kMin, true}, {row}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit_.Number(0));
    std::optional<ValueId> sum, count;
    for (size_t i = 0; i < columns.values.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_near,
                                emit_.Add(op::Binary{BinaryFunction::kLessEqual, false}, {distances[i], least}));
      SCOREWAY_ASSIGN_OR_RETURN(ValueId part, emit_.Where(is_near, columns.values[i], zero));
      if (sum) {
        SCOREWAY_ASSIGN_OR_RETURN(part, emit_.Binary(BinaryFunction::kAdd, *sum, part));
      }
      sum = part;
      SCOREWAY_RETURN_IF_ERROR(Accumulate(&count, is_near, 1));
    }
    return emit_.Binary(BinaryFunction::kDivide, *sum, *count);
  }

  // Votes for classes. With missingPredictionTreatment continue a missing prediction is a vote, too, and wins if it has
  // more than any class; where there is no vote for a class, there is no answer.
  Result<Prediction> CombineVotes() {
    Prediction all;
    all.classes = AllClasses();
    SCOREWAY_ASSIGN_OR_RETURN(const Columns columns,
                              Gather(
                                  [&](Answer& answer) -> Result<ValueId> {
                                    if (!answer.prediction.codes) {
                                      return Context::Corrupt(answer.segment->model, "it predicts no class");
                                    }
                                    return WidenCodes(*answer.prediction.codes, answer.prediction.classes, all.classes);
                                  },
                                  segmentation_.missing_treatment != "returnMissing"));
    std::vector<ValueId> codes;  // -1 votes for no class
    for (const ValueId value : columns.values) {
      SCOREWAY_ASSIGN_OR_RETURN(codes.emplace_back(), emit_.Add(op::ImputeNumber{op::kNaN, {-1}}, {value}));
    }
    op::Votes votes, order;
    votes.classes = order.classes = static_cast<uint32_t>(all.classes.size());
    for (size_t i = 0; i < answers_.size(); ++i) {
      votes.weights.push_back(WeightOf(answers_[i]));
      order.weights.push_back(FirstVoteWeight(i));
    }
    VoteCounts counts;
    counts.missing = *columns.missing;
    SCOREWAY_ASSIGN_OR_RETURN(counts.votes, emit_.Add(std::move(votes), codes));
    SCOREWAY_ASSIGN_OR_RETURN(counts.order, emit_.Add(std::move(order), std::move(codes)));
    SCOREWAY_RETURN_IF_ERROR(DecideVotes(emit_, segmentation_, counts, &all));
    SCOREWAY_ASSIGN_OR_RETURN(all.probabilities, Spoil(columns, *all.probabilities));
    SCOREWAY_ASSIGN_OR_RETURN(all.codes, Spoil(columns, *all.codes));
    return all;
  }

  // The cluster with the most votes; clusters have no probabilities.
  Result<Prediction> CombineClusters() {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction all, CombineVotes());
    all.probabilities.reset();
    return all;
  }

  ModelScope& scope_;
  const Segmentation& segmentation_;
  Emit emit_;
  std::vector<Answer> answers_;
  std::vector<Answer> kept_;  // for output fields about single segments
};

}  // namespace

double FirstVoteWeight(size_t place) { return std::pow(3.0, -static_cast<double>(place)); }

Status DecideVotes(Emit& emit, const Segmentation& segmentation, const VoteCounts& counts, Prediction* prediction) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId most,
                            emit.Add(op::AggregateRow{op::RowAggregate::kMax, false}, {counts.votes}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId wins, emit.Binary(BinaryFunction::kGreater, most, zero));
  if (segmentation.missing_treatment == "continue") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId beats, emit.Binary(BinaryFunction::kGreaterEqual, most, counts.missing));
    SCOREWAY_ASSIGN_OR_RETURN(wins, emit.Binary(BinaryFunction::kAnd, wins, beats));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares, emit.Add(op::Row{op::RowFunction::kNormalizeSum}, {counts.votes}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(prediction->probabilities, emit.Where(wins, shares, none));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_most, emit.Binary(BinaryFunction::kEqual, counts.votes, most));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId less, emit.Number(-1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId candidates, emit.Where(is_most, counts.order, less));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Add(op::Row{op::RowFunction::kArgMax}, {candidates}));
  SCOREWAY_ASSIGN_OR_RETURN(prediction->codes, emit.Where(wins, first, none));
  return {};
}

bool AsksForSegments(const Element& mining_model) {
  const Element output = mining_model.Child("Output");
  for (Element field = output.first_child(); field; field = field.next_sibling()) {
    if (field.Attribute("segmentId")) return true;
  }
  return false;
}

Result<Segmentation> ReadSegmentation(Context& context, const Element& mining_model) {
  Segmentation segmentation;
  segmentation.element = mining_model.Child("Segmentation");
  if (!segmentation.element) return context.Unsupported(mining_model, "a MiningModel without Segmentation");
  if (const Element fields = segmentation.element.Child("LocalTransformations")) {
    return context.Unsupported(fields, "transformations of a Segmentation");
  }
  SCOREWAY_ASSIGN_OR_RETURN(segmentation.method, context.Want(segmentation.element, "multipleModelMethod"));
  if (segmentation.method.starts_with("x-")) segmentation.method.remove_prefix(2);
  if (std::ranges::find(kMethods, segmentation.method) == kMethods.end()) {
    return Context::Corrupt(segmentation.element,
                            "multipleModelMethod '" + std::string(segmentation.method) + "' is not known");
  }
  segmentation.missing_treatment = segmentation.element.Attribute(
      "missingPredictionTreatment", segmentation.element.Attribute("x-missingPredictionTreatment", "continue"));
  if (segmentation.missing_treatment != "continue" && segmentation.missing_treatment != "skipSegment" &&
      segmentation.missing_treatment != "returnMissing") {
    return Context::Corrupt(segmentation.element, "missingPredictionTreatment '" +
                                                      std::string(segmentation.missing_treatment) + "' is not known");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double threshold, context.NumberOr(segmentation.element, "x-missingThreshold", 1));
  SCOREWAY_ASSIGN_OR_RETURN(segmentation.missing_threshold,
                            context.NumberOr(segmentation.element, "missingThreshold", threshold));
  size_t count = 0;
  for (Element child = segmentation.element.first_child(); child; child = child.next_sibling()) {
    if (!child.Is("Segment")) continue;
    Segment segment;
    segment.element = child;
    segment.model = FindModel(child);
    segment.id = child.Attribute("id", std::to_string(++count));
    if (!segment.model) return context.Unsupported(child, "a Segment without a model element");
    if (const Element weight = child.Child("VariableWeight")) {
      return context.Unsupported(weight, "a weight that a field says");
    }
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
