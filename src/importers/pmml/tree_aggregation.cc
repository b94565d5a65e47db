#include "importers/pmml/tree_aggregation.h"

#include <algorithm>
#include <cmath>

#include "importers/pmml/embedded_regressions.h"
#include "importers/pmml/predicate.h"
#include "importers/pmml/ranking.h"
#include "importers/pmml/tree_compiler.h"
#include "importers/pmml/tree_model.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

// Of a tree: each node is some operators of its own.
constexpr size_t kElementsMax = 32'000;

struct Leaf {
  Element node;
  size_t place = 0;  // among the nodes, in document order
  ValueId weight = 0;
};

class Walk {
 public:
  Walk(ModelScope& scope, bool adds_records)
      : scope_(scope),
        emit_(scope.context(), scope.model()),
        adds_records_(adds_records),
        keeps_last_(scope.model().Attribute("noTrueChildStrategy") == "returnLastPrediction") {}

  // Finds what rows reach the node with the weight; below it, too.
  Status Visit(const Element& node, ValueId weight) {
    const size_t place = places_++;
    const std::vector<Element> children = node.Children("Node");
    if (children.empty()) {
      leaves_.push_back({node, place, weight});
      return {};
    }
    std::vector<ValueId> weights;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId nowhere, adds_records_ ? Follow(children, weight, &weights)
                                                                   : Share(node, children, weight, &weights));
    if (keeps_last_ && node.Attribute("score")) leaves_.push_back({node, place, nowhere});
    for (size_t i = 0; i < children.size(); ++i) SCOREWAY_RETURN_IF_ERROR(Visit(children[i], weights[i]));
    return {};
  }

  const std::vector<Leaf>& leaves() const { return leaves_; }

 private:
  struct Truth {
    ValueId is_true = 0, is_false = 0, is_unknown = 0;  // 1 or 0
  };
  Result<Truth> Test(const Element& child) {
    const Element predicate = FindPredicate(child);
    if (!predicate) return Context::Corrupt(child, "it has no predicate");
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId truth, scope_.Test(predicate));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit_.Number(0));
    Truth all;
    SCOREWAY_ASSIGN_OR_RETURN(all.is_true, emit_.Add(op::ImputeNumber{op::kNaN, {0}}, {truth}));
    SCOREWAY_ASSIGN_OR_RETURN(all.is_false, emit_.Add(op::Binary{BinaryFunction::kEqual, false}, {truth, zero}));
    SCOREWAY_ASSIGN_OR_RETURN(all.is_unknown, emit_.Unary(UnaryFunction::kIsMissing, truth));
    return all;
  }

  Result<ValueId> Times(ValueId a, ValueId b) { return emit_.Binary(BinaryFunction::kMultiply, a, b); }
  Result<ValueId> ButNot(ValueId a, ValueId truth) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, emit_.Unary(UnaryFunction::kNot, truth));
    return Times(a, rest);
  }

  // The weights of the children, and what is left where all of them are false.
  Result<ValueId> Follow(const std::vector<Element>& children, ValueId weight, std::vector<ValueId>* weights) {
    ValueId open = weight, nowhere = weight;
    for (const Element& child : children) {
      SCOREWAY_ASSIGN_OR_RETURN(const Truth truth, Test(child));
      SCOREWAY_ASSIGN_OR_RETURN(weights->emplace_back(), ButNot(open, truth.is_false));
      SCOREWAY_ASSIGN_OR_RETURN(open, ButNot(open, truth.is_true));
      SCOREWAY_ASSIGN_OR_RETURN(nowhere, Times(nowhere, truth.is_false));
    }
    return nowhere;
  }

  Result<ValueId> Share(const Element& node, const std::vector<Element>& children, ValueId weight,
                        std::vector<ValueId>* weights) {
    const Context& context = scope_.context();
    SCOREWAY_ASSIGN_OR_RETURN(const double records, context.WantNumber(node, "recordCount"));
    if (!(records > 0)) return Context::Corrupt(node, "its recordCount is not positive");
    ValueId open = weight;
    SCOREWAY_ASSIGN_OR_RETURN(ValueId split, emit_.Number(0));
    std::vector<ValueId> hits, parts;
    for (const Element& child : children) {
      SCOREWAY_ASSIGN_OR_RETURN(const double own, context.WantNumber(child, "recordCount"));
      SCOREWAY_ASSIGN_OR_RETURN(const Truth truth, Test(child));
      SCOREWAY_ASSIGN_OR_RETURN(hits.emplace_back(), Times(open, truth.is_true));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId opens, Times(open, truth.is_unknown));
      SCOREWAY_ASSIGN_OR_RETURN(split, emit_.Binary(BinaryFunction::kAdd, split, opens));
      SCOREWAY_ASSIGN_OR_RETURN(open, Times(open, truth.is_false));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId share, emit_.Number(own / records));
      SCOREWAY_ASSIGN_OR_RETURN(parts.emplace_back(), ButNot(share, truth.is_false));
    }
    for (size_t i = 0; i < children.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, Times(split, parts[i]));
      SCOREWAY_ASSIGN_OR_RETURN(weights->emplace_back(), emit_.Binary(BinaryFunction::kAdd, hits[i], part));
    }
    return open;
  }

  ModelScope& scope_;
  Emit emit_;
  const bool adds_records_, keeps_last_;
  size_t places_ = 0;
  std::vector<Leaf> leaves_;
};

// What the leaves say, a row each: records and confidences a column a class, and what the leaf says by itself.
struct LeafTables {
  std::vector<double> records, confidences, probabilities, codes;
};

Status AddLeaf(const Context& context, const Element& leaf, const std::vector<std::string>& classes,
               LeafTables* tables) {
  SCOREWAY_ASSIGN_OR_RETURN(const NodeClasses said, ReadNodeClasses(context, leaf, classes));
  if (said.probabilities.empty()) return Status(Context::Corrupt(leaf, "it has no ScoreDistribution"));
  std::vector<double> records(classes.size(), 0), confidences = said.probabilities;
  for (const Element& distribution : leaf.Children("ScoreDistribution")) {
    const auto at =
        static_cast<size_t>(std::ranges::find(classes, distribution.Attribute("value", "")) - classes.begin());
    SCOREWAY_ASSIGN_OR_RETURN(records[at], context.WantNumber(distribution, "recordCount"));
    SCOREWAY_ASSIGN_OR_RETURN(confidences[at], context.NumberOr(distribution, "confidence", confidences[at]));
  }
  tables->records.insert(tables->records.end(), records.begin(), records.end());
  tables->confidences.insert(tables->confidences.end(), confidences.begin(), confidences.end());
  tables->probabilities.insert(tables->probabilities.end(), said.probabilities.begin(), said.probabilities.end());
  tables->codes.push_back(said.code);
  return {};
}

// The sums over the leaves of weight times the numbers of `table`, which has `width` a leaf.
Result<ValueId> Sums(Emit& emit, ValueId weights, const std::vector<double>& table, size_t width) {
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(width);
  const size_t leaves = table.size() / width;
  for (size_t c = 0; c < width; ++c) {
    for (size_t i = 0; i < leaves; ++i) linear.weights.push_back(table[i * width + c]);
  }
  return emit.Add(std::move(linear), {weights});
}

}  // namespace

bool CountsSeveralLeaves(const Element& tree_model) {
  const std::string_view strategy = tree_model.Attribute("missingValueStrategy", "none");
  return strategy == "weightedConfidence" || strategy == "aggregateNodes";
}

Result<Prediction> LowerAggregatedTree(ModelScope& scope) {
  const Element& model = scope.model();
  Context& context = scope.context();
  const std::string strategy(model.Attribute("missingValueStrategy", ""));
  if (scope.function() != MiningFunction::kClassification) {
    return context.Unsupported(model, "missingValueStrategy " + strategy + " of other than a classification");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double penalty, context.NumberOr(model, "missingValuePenalty", 1));
  if (penalty != 1) return context.Unsupported(model, "missingValuePenalty with missingValueStrategy " + strategy);
  const Element root = model.Child("Node");
  if (!root) return Context::Corrupt(model, "it has no Node");
  if (HasEmbeddedModels(model)) return context.Unsupported(model, "a model within a Node of a classification");
  Prediction prediction;
  prediction.classes = scope.target().categories;
  CollectTreeClasses(model, &prediction.classes);
  const size_t classes = prediction.classes.size();

  if (root.DescendantCount() > kElementsMax) {
    return context.Unsupported(model, "a tree of so many nodes with missingValueStrategy " + strategy);
  }
  const Element predicate = FindPredicate(root);
  if (!predicate) return Context::Corrupt(root, "it has no predicate");
  Emit emit(context, model);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId reached, scope.Test(predicate));
  SCOREWAY_ASSIGN_OR_RETURN(reached, emit.Add(op::ImputeNumber{op::kNaN, {0}}, {reached}));
  const bool adds_records = strategy == "aggregateNodes";
  Walk walk(scope, adds_records);
  SCOREWAY_RETURN_IF_ERROR(walk.Visit(root, reached));

  LeafTables tables;
  std::vector<ValueId> columns;
  std::vector<std::string> ids;
  std::vector<double> order;
  for (const Leaf& leaf : walk.leaves()) {
    SCOREWAY_RETURN_IF_ERROR(AddLeaf(context, leaf.node, prediction.classes, &tables));
    columns.push_back(leaf.weight);
    ids.push_back(EntityId(leaf.node, leaf.place));
    order.push_back(static_cast<double>(order.size()));
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(4 * tables.records.size() * sizeof(double), model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, emit.Concat(std::move(columns)));

  // One leaf that is reached alone decides by itself.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, Sums(emit, weights, std::vector<double>(ids.size(), 1), 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId most, emit.Add(op::AggregateRow{op::RowAggregate::kMax, false}, {weights}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId whole, emit.Binary(BinaryFunction::kEqual, most, one));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId single, emit.Binary(BinaryFunction::kEqual, all, one));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId alone, emit.Binary(BinaryFunction::kAnd, whole, single));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId own_code, Sums(emit, weights, tables.codes, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId own_shares, Sums(emit, weights, tables.probabilities, classes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId own_confidences, Sums(emit, weights, tables.confidences, classes));

  // Else all that are reached; none of them gives no answer.
  ValueId counts = own_confidences;
  if (adds_records) {
    SCOREWAY_ASSIGN_OR_RETURN(counts, Sums(emit, weights, tables.records, classes));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId best, emit.Add(op::Row{op::RowFunction::kArgMax}, {counts}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId shares, emit.Add(op::Row{op::RowFunction::kNormalizeSum}, {counts}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Where(all, best, none));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId some_shares, emit.Where(all, shares, none));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId some_confidences, emit.Where(all, adds_records ? shares : counts, none));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, emit.Where(alone, own_code, code));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, emit.Where(alone, own_shares, some_shares));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.confidences, emit.Where(alone, own_confidences, some_confidences));
  if (scope.Wants({"entityId"})) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId place, Sums(emit, weights, order, 1));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId entity, emit.Where(alone, place, none));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.entity_id, TextOf(emit, ids, entity));
  }
  return prediction;
}

}  // namespace scoreway::pmml
