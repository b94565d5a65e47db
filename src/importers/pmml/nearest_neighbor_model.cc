// NearestNeighborModel.

#include <algorithm>
#include <numeric>

#include "base/number_text.h"
#include "importers/pmml/comparison_measure.h"
#include "importers/pmml/complete.h"
#include "importers/pmml/field_domain.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/ranking.h"
#include "importers/pmml/training_table.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::RowAggregate;

// The distinct texts in the order of their first appearance.
std::vector<std::string> Distinct(const std::vector<std::string_view>& texts) {
  std::map<std::string_view, size_t> seen;
  std::vector<std::string> distinct;
  for (const std::string_view text : texts) {
    if (seen.emplace(text, distinct.size()).second) distinct.emplace_back(text);
  }
  return distinct;
}

std::vector<double> CodesOf(const std::vector<std::string_view>& texts, const std::vector<std::string>& distinct) {
  std::map<std::string_view, size_t> code;
  for (size_t i = 0; i < distinct.size(); ++i) code.emplace(distinct[i], i);
  std::vector<double> codes;
  for (const std::string_view text : texts) codes.push_back(static_cast<double>(code.find(text)->second));
  return codes;
}

class NearestNeighbors {
 public:
  NearestNeighbors(ModelScope& scope, TrainingTable table) : scope_(scope), table_(std::move(table)) {}

  // Ranks the instances by their distance from the row.
  Status Rank() {
    Context& context = scope_.context();
    const Element& model = scope_.model();
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, context.Want(model, "numberOfNeighbors"));
    int64_t count = 0;
    if (ParseInt64(text, &count) != NumberParse::kOk || count < 1 || count > static_cast<int64_t>(table_.size())) {
      return Status(Context::Corrupt(model, "numberOfNeighbors is not between 1 and the number of instances"));
    }
    count_ = static_cast<uint32_t>(count);
    SCOREWAY_ASSIGN_OR_RETURN(const ComparisonMeasure measure, ComparisonMeasure::Read(scope_));
    is_similarity_ = measure.is_similarity();
    SCOREWAY_ASSIGN_OR_RETURN(affinities_, Compare(measure));
    SCOREWAY_ASSIGN_OR_RETURN(const size_t ranks, RanksWanted(scope_));
    Emit emit(context, model);
    SCOREWAY_ASSIGN_OR_RETURN(ranking_,
                              RankColumns(emit, affinities_, std::max<size_t>(count_, ranks), is_similarity_));
    return {};
  }

  // Ids and affinities of the nearest instances.
  Status DescribeEntities(Prediction* prediction) {
    Emit emit(scope_.context(), scope_.model());
    std::vector<std::string> ids;
    if (const auto field = scope_.model().Attribute("instanceIdVariable")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> texts, table_.Texts(*field));
      ids.assign(texts.begin(), texts.end());
    } else {
      for (size_t i = 0; i < table_.size(); ++i) ids.push_back(std::to_string(i + 1));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const size_t ranks, RanksWanted(scope_));
    for (size_t i = 0; i < std::min(ranks, ranking_.indices.size()); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(prediction->ranked_entities.emplace_back(), TextOf(emit, ids, ranking_.indices[i]));
      prediction->ranked_affinities.emplace_back().value = ranking_.numbers[i];
    }
    prediction->entity_id = prediction->ranked_entities[0];
    prediction->entity_affinity = prediction->ranked_affinities[0];
    prediction->affinities = EntityNumbers{std::move(ids), affinities_};
    return {};
  }

  // What the neighbours say of a target: the value, and of a category the classes and their code.
  Result<Prediction> Predict(const Target& target) {
    Prediction prediction;
    if (target.op_type == OpType::kContinuous) {
      SCOREWAY_ASSIGN_OR_RETURN(prediction.value, Average(target));
      return prediction;
    }
    SCOREWAY_RETURN_IF_ERROR(Elect(target, &prediction));
    return prediction;
  }

 private:
  Result<ValueId> Compare(const ComparisonMeasure& measure) {
    const Element inputs = scope_.model().Child("KNNInputs");
    if (!inputs) return Context::Corrupt(scope_.model(), "it has no KNNInputs");
    const std::vector<Element> fields = inputs.Children("KNNInput");
    if (fields.empty()) return Context::Corrupt(inputs, "it has no KNNInput");
    std::vector<ValueId> cells;
    std::vector<double> points(fields.size() * table_.size());
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(points.size() * sizeof(double), inputs));
    for (size_t i = 0; i < fields.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> column, AddField(fields[i], &cells));
      for (size_t k = 0; k < column.size(); ++k) points[k * fields.size() + i] = column[k];
    }
    return measure.Lower(scope_, fields, cells, points, std::vector<double>(fields.size(), 1));
  }

  // The field of the row, and of each instance: numbers, or codes of texts.
  Result<std::vector<double>> AddField(const Element& field, std::vector<ValueId>* cells) {
    Emit emit(scope_.context(), field);
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope_.context().Want(field, "field"));
    if (!table_.HasField(name)) {
      return scope_.context().Unsupported(
          field, "field '" + std::string(name) + "', which the instances do not have (it were to be computed)");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.Field(name, field));
    if (cell.type != DataType::kString) {
      SCOREWAY_ASSIGN_OR_RETURN(cells->emplace_back(), emit.AsNumber(cell));
      SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, table_.Numbers(name, cell.type));
      SCOREWAY_RETURN_IF_ERROR(TreatInstances(field, name, cell.type, &numbers));
      return numbers;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> texts, table_.Texts(name));
    SCOREWAY_RETURN_IF_ERROR(CheckInstances(field, name, texts));
    const std::vector<std::string> distinct = Distinct(texts);
    SCOREWAY_ASSIGN_OR_RETURN(cells->emplace_back(), emit.Encode(cell, distinct, static_cast<double>(distinct.size())));
    return CodesOf(texts, distinct);
  }

  // What the MiningField does to the field, it does to the instances, too.
  Status TreatInstances(const Element& user, std::string_view name, DataType type, std::vector<double>* numbers) {
    const Element data_field = scope_.context().FindDataField(name), mining_field = scope_.MiningFieldOf(name);
    if (!data_field || !mining_field) return {};
    for (double& number : *numbers) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::optional<double> treated,
                                TreatNumber(scope_.context(), data_field, mining_field, type, number));
      if (!treated) return Status(scope_.context().Unsupported(user, "an instance in which it is missing"));
      number = *treated;
    }
    return {};
  }
  Status CheckInstances(const Element& user, std::string_view name, const std::vector<std::string_view>& texts) {
    const Element data_field = scope_.context().FindDataField(name), mining_field = scope_.MiningFieldOf(name);
    if (!data_field || !mining_field) return {};
    for (const std::string_view text : texts) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool keeps, KeepsText(scope_.context(), data_field, mining_field, text));
      if (!keeps) return Status(scope_.context().Unsupported(user, "an instance that its MiningField changes"));
    }
    return {};
  }

  // Those of the neighbours that decide, side by side.
  Result<ValueId> FirstRanks(Emit& emit, const std::vector<ValueId>& ranked) {
    return emit.Concat(std::vector<ValueId>(ranked.begin(), ranked.begin() + count_));
  }

  // A number for each neighbour, by a table over the instances.
  Result<ValueId> OfNeighbors(Emit& emit, std::vector<double> table) {
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(table.size() * sizeof(double), emit.at()));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId indices, FirstRanks(emit, ranking_.indices));
    return emit.Add(op::DecodeNumber{std::move(table)}, {indices});
  }

  // 1 / (distance + threshold) of each neighbour.
  Result<ValueId> Weights(Emit& emit) {
    if (is_similarity_) return scope_.context().Unsupported(scope_.model(), "weights of similarities");
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, scope_.context().NumberOr(scope_.model(), "threshold", 0.001));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId distance, FirstRanks(emit, ranking_.numbers));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId offset, emit.Number(threshold));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Binary(BinaryFunction::kAdd, distance, offset));
    return emit.Unary(op::UnaryFunction::kReciprocal, sum);
  }

  Result<Cell> Average(const Target& target) {
    Emit emit(scope_.context(), scope_.model());
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> table, table_.Numbers(target.name, target.type));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, OfNeighbors(emit, std::move(table)));
    const std::string_view method = scope_.model().Attribute("continuousScoringMethod", "average");
    Cell cell;
    if (method == "average" || method == "median") {
      const RowAggregate function = method == "average" ? RowAggregate::kMean : RowAggregate::kMedian;
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::AggregateRow{function}, {numbers}));
    } else if (method == "weightedAverage") {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, Weights(emit));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId products, emit.Binary(BinaryFunction::kMultiply, numbers, weights));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Add(op::AggregateRow{RowAggregate::kSum}, {products}));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId weight, emit.Add(op::AggregateRow{RowAggregate::kSum}, {weights}));
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Binary(BinaryFunction::kDivide, sum, weight));
    } else {
      return Context::Corrupt(scope_.model(), "continuousScoringMethod '" + std::string(method) + "' is not known");
    }
    return emit.Cast(cell, target.type);
  }

  // The class with most votes; of equals that with most instances, then the least.
  Status Elect(const Target& target, Prediction* prediction) {
    Emit emit(scope_.context(), scope_.model());
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> texts, table_.Texts(target.name));
    const std::vector<std::string> classes = Distinct(texts);
    const std::vector<double> codes = CodesOf(texts, classes);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId neighbors, OfNeighbors(emit, codes));
    const std::string_view method = scope_.model().Attribute("categoricalScoringMethod", "majorityVote");
    ValueId votes = 0;
    if (method == "majorityVote") {
      SCOREWAY_ASSIGN_OR_RETURN(votes, emit.Add(op::Votes{static_cast<uint32_t>(classes.size()), {}}, {neighbors}));
    } else if (method == "weightedMajorityVote") {
      SCOREWAY_ASSIGN_OR_RETURN(votes, WeightedVotes(emit, neighbors, classes.size()));
    } else {
      return Status(
          Context::Corrupt(scope_.model(), "categoricalScoringMethod '" + std::string(method) + "' is not known"));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId tie_breakers, emit.Numbers(Precedence(target, classes, codes)));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId best, BestColumn(emit, votes, tie_breakers));
    // A row that cannot be compared has no neighbours.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId compared, emit.Unary(op::UnaryFunction::kIsPresent, ranking_.indices[0]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(best, emit.Where(compared, best, none));
    SCOREWAY_ASSIGN_OR_RETURN(prediction->value, LabelOf(emit, target, classes, best));
    prediction->classes = classes;
    prediction->codes = best;
    return {};
  }

  Result<ValueId> WeightedVotes(Emit& emit, ValueId neighbors, size_t class_count) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, Weights(emit));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
    std::vector<ValueId> votes;
    for (size_t k = 0; k < class_count; ++k) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Number(static_cast<double>(k)));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_it, emit.Binary(BinaryFunction::kEqual, neighbors, code));
      // Not a product: the weight may be endless.
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, emit.Where(is_it, weights, zero));
      SCOREWAY_ASSIGN_OR_RETURN(votes.emplace_back(), emit.Add(op::AggregateRow{RowAggregate::kSum}, {own}));
    }
    return emit.Concat(std::move(votes));
  }

  // A number a class, greater for those that win a tie.
  static std::vector<double> Precedence(const Target& target, const std::vector<std::string>& classes,
                                        const std::vector<double>& codes) {
    std::vector<size_t> instances(classes.size());
    for (const double code : codes) ++instances[static_cast<size_t>(code)];
    std::vector<size_t> order(classes.size());
    std::iota(order.begin(), order.end(), 0);
    const auto comes_before = [&](size_t a, size_t b) {
      if (instances[a] != instances[b]) return instances[a] < instances[b];
      const auto x = ParseNumber(target.type, classes[a]), y = ParseNumber(target.type, classes[b]);
      if (x && y) return *x > *y;
      return classes[a] > classes[b];
    };
    std::ranges::sort(order, comes_before);
    std::vector<double> precedence(classes.size());
    for (size_t i = 0; i < order.size(); ++i) precedence[order[i]] = static_cast<double>(i);
    return precedence;
  }

  ModelScope& scope_;
  TrainingTable table_;
  uint32_t count_ = 0;  // of neighbours that decide
  bool is_similarity_ = false;
  ValueId affinities_ = 0;
  Ranking ranking_;
};

Result<Target> TargetOf(ModelScope& scope, const std::string& name) {
  if (name == scope.target().name) return scope.target();
  Target target;
  target.name = name;
  target.data_field = scope.context().FindDataField(name);
  if (!target.data_field) return Context::Corrupt(scope.model(), "target '" + name + "' is not defined");
  SCOREWAY_ASSIGN_OR_RETURN(const auto type, scope.context().DataTypeOf(target.data_field));
  target.type = type.value_or(DataType::kDouble);
  target.op_type = OpTypeFromName(target.data_field.Attribute("optype", "")).value_or(DefaultOpType(target.type));
  return target;
}

}  // namespace

Result<Prediction> LowerNearestNeighborModel(ModelScope& scope) {
  const Element& model = scope.model();
  if (scope.function() > MiningFunction::kClustering && scope.function() != MiningFunction::kMixed) {
    return Context::Corrupt(model, "a NearestNeighborModel does not have this functionName");
  }
  SCOREWAY_ASSIGN_OR_RETURN(TrainingTable table, TrainingTable::Read(scope));
  NearestNeighbors neighbors(scope, std::move(table));
  SCOREWAY_RETURN_IF_ERROR(neighbors.Rank());
  Prediction prediction;
  SCOREWAY_RETURN_IF_ERROR(neighbors.DescribeEntities(&prediction));
  if (scope.function() == MiningFunction::kClustering) return prediction;

  if (scope.target_names().empty()) return Context::Corrupt(model, "it has no target field");
  for (const std::string& name : scope.target_names()) {
    SCOREWAY_ASSIGN_OR_RETURN(const Target target, TargetOf(scope, name));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction of_target, neighbors.Predict(target));
    prediction.targets.push_back({name, *of_target.value});
    if (prediction.value) continue;
    prediction.value = of_target.value;
    prediction.classes = std::move(of_target.classes);
    prediction.codes = of_target.codes;
  }
  prediction.complete = true;
  return prediction;
}

}  // namespace scoreway::pmml
