// TreeEnsemble, TreeEnsembleClassifier and TreeEnsembleRegressor of ai.onnx.ml, with the decisions of ONNX Runtime.
#include <algorithm>
#include <set>

#include "importers/onnx/elementwise.h"
#include "importers/onnx/ml.h"
#include "importers/onnx/scores.h"
#include "importers/onnx/tree_nodes.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;

Error Wrong(std::string message) { return Error{Code::kCorrupt, std::move(message), {}}; }

// The features in the precision that the trees compare in.
Result<Tensor> Features(Context& context, const Node& node, const Trees& trees) {
  if (!trees.in_double) return FloatMatrix(context, node);
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (in.is_text() || !in.rows || in.rank() != 2 || in.row_axis != 0)
    return Unsupported("an input that is no matrix of rows");
  return in;
}

Result<std::vector<double>> BaseValues(const Node& node) {
  if (node.has("base_values_as_tensor")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor tensor, node.TensorAttribute("base_values_as_tensor"));
    if (tensor.is_text()) return Wrong("base values are texts");
    return tensor.numbers();
  }
  const auto numbers = node.Numbers("base_values");
  return std::vector<double>(numbers.begin(), numbers.end());
}

Result<ValueId> Plus(Context& context, ValueId scores, std::vector<double> base, const Trees& trees) {
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.offset = std::move(base);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(std::move(affine), {scores}));
  return context.Round(trees.in_double ? ElementType::kDouble : ElementType::kFloat, sum);
}

Result<Aggregate> AggregateOf(std::string_view name) {
  if (name == "SUM") return Aggregate::kSum;
  if (name == "AVERAGE") return Aggregate::kAverage;
  if (name == "MIN") return Aggregate::kMin;
  if (name == "MAX") return Aggregate::kMax;
  return Wrong("aggregate_function '" + std::string(name) + "' is not known");
}

// Of a single target only PROBIT is heeded.
Result<Outputs> Regression(Context& context, const Tensor& x, const Trees& trees, int64_t targets, Aggregate aggregate,
                           PostTransform transform, const std::vector<double>& base, ElementType type) {
  if (targets < 1 || targets > int64_t{1} << 20) return Wrong("an impossible number of targets");
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, AddTrees(context, x, trees, static_cast<uint32_t>(targets), aggregate));
  if (base.size() == static_cast<size_t>(targets)) {
    SCOREWAY_ASSIGN_OR_RETURN(value, Plus(context, value, base, trees));
  }
  if (targets > 1 || transform == PostTransform::kProbit) {
    SCOREWAY_ASSIGN_OR_RETURN(value, Transformed(context, transform, value));
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(type, value));
  return Outputs{Context::Rows(type, {Tensor::kRowsDim, targets}, value)};
}

// ---- classifier ----------------------------------------------------------------------------------------------------

// Whether every row gets a weight for the class: all leaves of some tree have one.
bool AlwaysScored(const Trees& trees, uint32_t target) {
  for (const uint32_t root : trees.roots) {
    bool all = true;
    std::vector<uint32_t> stack = {root};
    size_t steps = 0;
    while (all && !stack.empty() && ++steps <= trees.nodes.size()) {
      const TreeNode& node = trees.nodes[stack.back()];
      stack.pop_back();
      if (node.mode != NodeMode::kLeaf) {
        stack.push_back(node.when_true);
        stack.push_back(node.when_false);
        continue;
      }
      all = std::any_of(trees.weights.begin() + node.begin, trees.weights.begin() + node.end,
                        [target](const LeafWeight& weight) { return weight.target == target; });
    }
    if (all) return true;
  }
  return false;
}

struct Decision {
  ValueId codes;   // into labels
  ValueId scores;  // before rounding
};

Result<ValueId> Above(Context& context, ValueId score, double bound) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId least, context.ConstantNumbers({bound}));
  return context.Binary(BinaryFunction::kGreater, score, least);
}

// Two classes of which the weights name only one: the score of that class decides.
Result<Decision> DecideBetweenTwo(Context& context, ValueId scores, const Trees& trees, uint32_t target,
                                  const std::vector<double>& base, PostTransform transform) {
  const bool positive =
      std::all_of(trees.weights.begin(), trees.weights.end(), [](const LeafWeight& w) { return w.weight >= 0; });
  SCOREWAY_ASSIGN_OR_RETURN(ValueId score, context.Select(scores, {target}));
  Decision decision{};
  if (target == 1 || base.size() == 2) {
    // Both classes count as scored.
    if (target == 1 && base.size() == 2) return Unsupported("two base values for weights of the second class only");
    ValueId both = scores;
    if (base.size() == 2) {
      SCOREWAY_ASSIGN_OR_RETURN(both, Plus(context, scores, base, trees));
      SCOREWAY_ASSIGN_OR_RETURN(score, context.Select(both, {0}));
    } else if (base.size() == 1) {
      SCOREWAY_ASSIGN_OR_RETURN(both, Plus(context, scores, {base[0], 0}, trees));
    }
    SCOREWAY_ASSIGN_OR_RETURN(decision.codes, Above(context, score, positive ? 0.5 : 0));
    SCOREWAY_ASSIGN_OR_RETURN(decision.scores, Transformed(context, transform, both));
    return decision;
  }
  if (transform == PostTransform::kProbit) return Unsupported("PROBIT of a single score for two classes");
  if (base.size() == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(score, Plus(context, score, base, trees));
  }
  SCOREWAY_ASSIGN_OR_RETURN(decision.codes, Above(context, score, positive ? 0.5 : 0));
  ValueId other = score;
  if (positive) {
    op::Affine rest;
    rest.form = op::Affine::Form::kMultiplyAdd;
    rest.factor = {-1};
    rest.offset = {1};
    SCOREWAY_ASSIGN_OR_RETURN(other, context.Add(std::move(rest), {score}));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(other, context.Unary(op::UnaryFunction::kNegate, score));
    if (transform == PostTransform::kLogistic) {
      SCOREWAY_ASSIGN_OR_RETURN(other, context.Unary(op::UnaryFunction::kLogistic, other));
      SCOREWAY_ASSIGN_OR_RETURN(score, context.Unary(op::UnaryFunction::kLogistic, score));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(decision.scores, context.Concat({other, score}));
  return decision;
}

// Two classes with weights for both: the second is chosen when its score is above 0.
Result<Decision> DecideByTheSecond(Context& context, ValueId scores, const Trees& trees,
                                   const std::vector<double>& base, PostTransform transform) {
  if (!AlwaysScored(trees, 1)) return Unsupported("two classes, of which some rows score only the first");
  if (base.size() == 2) return Unsupported("two base values for two classes with weights for both");
  Decision decision{};
  ValueId both = scores;
  if (base.size() == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(both, Plus(context, scores, {base[0], 0}, trees));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second, context.Select(both, {1}));
  SCOREWAY_ASSIGN_OR_RETURN(decision.codes, Above(context, second, 0));
  SCOREWAY_ASSIGN_OR_RETURN(decision.scores, Transformed(context, transform, both));
  return decision;
}

Result<Decision> DecideAmongMany(Context& context, ValueId scores, const Trees& trees, uint32_t classes,
                                 const std::vector<double>& base, PostTransform transform) {
  const bool positive =
      std::all_of(trees.weights.begin(), trees.weights.end(), [](const LeafWeight& w) { return w.weight >= 0; });
  for (uint32_t k = 0; !positive && k < classes; ++k) {
    if (k >= base.size() && !AlwaysScored(trees, k)) {
      return Unsupported("scores that may be below 0, and classes that some rows do not score");
    }
  }
  Decision decision{};
  ValueId sums = scores;
  if (!base.empty()) {
    std::vector<double> filled = base;
    if (filled.size() > classes) return Wrong("more base values than classes");
    filled.resize(classes, 0);
    SCOREWAY_ASSIGN_OR_RETURN(sums, Plus(context, scores, std::move(filled), trees));
  }
  SCOREWAY_ASSIGN_OR_RETURN(decision.codes, context.Add(op::Row{op::RowFunction::kArgMax}, {sums}));
  SCOREWAY_ASSIGN_OR_RETURN(decision.scores, Transformed(context, transform, sums));
  return decision;
}

}  // namespace

Result<Outputs> LowerTreeEnsembleRegressor(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Trees trees, ReadNodesAttributes(node, "target_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, Features(context, node, trees));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> base, BaseValues(node));
  SCOREWAY_ASSIGN_OR_RETURN(const PostTransform transform, PostTransformOf(node.Text("post_transform", "NONE")));
  SCOREWAY_ASSIGN_OR_RETURN(const Aggregate aggregate, AggregateOf(node.Text("aggregate_function", "SUM")));
  return Regression(context, x, trees, node.Integer("n_targets", 0), aggregate, transform, base, ElementType::kFloat);
}

Result<Outputs> LowerTreeEnsemble(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Trees trees, ReadTreeEnsemble(node));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, Features(context, node, trees));
  const int64_t aggregate = node.Integer("aggregate_function", 1);
  const int64_t transform = node.Integer("post_transform", 0);
  static constexpr Aggregate kAggregates[] = {Aggregate::kAverage, Aggregate::kSum, Aggregate::kMin, Aggregate::kMax};
  static constexpr PostTransform kTransforms[] = {PostTransform::kNone, PostTransform::kSoftmax,
                                                  PostTransform::kLogistic, PostTransform::kSoftmaxZero,
                                                  PostTransform::kProbit};
  if (aggregate < 0 || aggregate > 3 || transform < 0 || transform > 4) {
    return Wrong("aggregate_function or post_transform is not known");
  }
  const auto type = trees.in_double ? ElementType::kDouble : ElementType::kFloat;
  return Regression(context, x, trees, node.Integer("n_targets", 0), kAggregates[aggregate], kTransforms[transform], {},
                    type);
}

Result<Outputs> LowerTreeEnsembleClassifier(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Trees trees, ReadNodesAttributes(node, "class_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, Features(context, node, trees));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> base, BaseValues(node));
  SCOREWAY_ASSIGN_OR_RETURN(const PostTransform transform, PostTransformOf(node.Text("post_transform", "NONE")));
  Labels labels = LabelsOf(node, "classlabels_int64s");
  const auto classes = static_cast<uint32_t>(labels.size());
  if (classes < 2) return Unsupported("fewer than two classes");
  std::set<uint32_t> targets;
  for (const LeafWeight& weight : trees.weights) targets.insert(weight.target);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, AddTrees(context, x, trees, classes, Aggregate::kSum));
  Result<Decision> decided = classes > 2 ? DecideAmongMany(context, scores, trees, classes, base, transform)
                             : targets.size() == 1
                                 ? DecideBetweenTwo(context, scores, trees, *targets.begin(), base, transform)
                                 : DecideByTheSecond(context, scores, trees, base, transform);
  if (!decided.ok()) return std::move(decided).error();
  // Of two classes with weights for both, ONNX Runtime gives the labels 1 and 0 whatever the integers say.
  if (classes == 2 && targets.size() > 1 && !labels.text) labels.integers = {0, 1};
  SCOREWAY_ASSIGN_OR_RETURN(Tensor label, LabelTensor(context, labels, decided->codes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rounded, context.Round(ElementType::kFloat, decided->scores));
  return Outputs{std::move(label), Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, classes}, rounded)};
}

}  // namespace scoreway::onnx
