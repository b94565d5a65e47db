// SVMClassifier and SVMRegressor of ai.onnx.ml.
#include <algorithm>

#include "importers/onnx/matrix.h"
#include "importers/onnx/ml.h"
#include "importers/onnx/scores.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

Error Wrong(std::string message) { return Error{Code::kCorrupt, std::move(message), {}}; }

std::vector<double> Doubles(std::span<const float> numbers) { return {numbers.begin(), numbers.end()}; }

Result<ValueId> Affine(Context& context, ValueId value, double factor, double offset) {
  const uint32_t width = context.builder().shape(value).width;
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.factor.assign(width, factor);
  affine.offset.assign(width, offset);
  return context.Add(std::move(affine), {value});
}

// How alike the row and each support vector are, before rounding.
Result<ValueId> Similarity(Context& context, const Node& node, const Tensor& x, uint32_t vectors) {
  const auto numbers = node.Numbers("support_vectors");
  if (vectors == 0 || numbers.size() != size_t{vectors} * x.width()) {
    return Wrong(std::to_string(numbers.size()) + " numbers for " + std::to_string(vectors) + " support vectors of " +
                 std::to_string(x.width()) + " columns");
  }
  const std::string_view kind = node.Text("kernel_type", "LINEAR");
  const auto parameters = node.Numbers("kernel_params");
  const bool has_parameters = parameters.size() >= 3;
  if (kind != "LINEAR" && !has_parameters) return Wrong("three kernel_params are wanted");
  if (kind == "RBF") {
    using Metric = op::Distances::Metric;
    op::Distances distances{.metric = Metric::kSquaredEuclidean, .points = Doubles(numbers)};
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(std::move(distances), {x.value}));
    SCOREWAY_ASSIGN_OR_RETURN(value, Affine(context, value, -parameters[0], 0));
    return context.Unary(UnaryFunction::kExp, value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value,
                            Linear(context, ElementType::kFloat, x.value, Doubles(numbers), {}, vectors));
  if (kind == "LINEAR") return value;
  SCOREWAY_ASSIGN_OR_RETURN(value, Affine(context, value, parameters[0], parameters[1]));
  if (kind == "SIGMOID") return context.Unary(UnaryFunction::kTanh, value);
  if (kind != "POLY") return Wrong("kernel_type '" + std::string(kind) + "' is not known");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId degree, context.ConstantNumbers({parameters[2]}));
  return context.Binary(BinaryFunction::kPower, value, degree);
}

Result<ValueId> Kernel(Context& context, const Node& node, const Tensor& x, uint32_t vectors) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, Similarity(context, node, x, vectors));
  return context.Round(ElementType::kFloat, value);
}

// For each pair of classes the sum of its weighted vectors plus its bias: products in float32, the sum in float64, as
// ONNX Runtime's. Weights of pair p are weights[p * vectors .. (p + 1) * vectors).
Result<ValueId> PairSums(Context& context, ValueId kernel, const std::vector<double>& weights,
                         const std::vector<double>& bias) {
  const size_t vectors = weights.size() / bias.size();
  std::vector<ValueId> sums;
  for (size_t pair = 0; pair < bias.size(); ++pair) {
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(pair * vectors);
    op::Affine weigh;
    weigh.form = op::Affine::Form::kMultiplyAdd;
    weigh.factor.assign(first, first + static_cast<std::ptrdiff_t>(vectors));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(std::move(weigh), {kernel}));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(ElementType::kFloat, value));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::AggregateRow{.function = op::RowAggregate::kSum}, {value}));
    sums.push_back(value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Concat(std::move(sums)));
  op::Affine shift;
  shift.form = op::Affine::Form::kMultiplyAdd;
  shift.offset = bias;
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(shift), {value}));
  return context.Round(ElementType::kFloat, value);
}

// The probabilities of the classes, from those of the pairs: by Platt's logistic functions of their scores, kept a
// little away from 0 and 1.
Result<ValueId> Coupled(Context& context, ValueId scores, std::vector<double> a, std::vector<double> b,
                        size_t classes) {
  for (double& factor : a) factor = -factor;
  for (double& offset : b) offset = -offset;
  op::Affine sigmoid;
  sigmoid.form = op::Affine::Form::kMultiplyAdd;
  sigmoid.factor = std::move(a);
  sigmoid.offset = std::move(b);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(std::move(sigmoid), {scores}));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Unary(UnaryFunction::kLogistic, value));
  constexpr double kLeast = 1e-7;
  op::Affine bounds;
  bounds.low = kLeast;
  bounds.high = 1 - kLeast;
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(bounds), {value}));
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::CouplePairs{static_cast<uint32_t>(classes)}, {value}));
  return context.Round(ElementType::kFloat, value);
}

}  // namespace

Result<Outputs> LowerSvmRegressor(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, FloatMatrix(context, node));
  if (node.Text("post_transform", "NONE") != "NONE") return Unsupported("a post_transform");
  const int64_t vectors = node.Integer("n_supports", 0);
  const auto coefficients = node.Numbers("coefficients");
  const auto rho = node.Numbers("rho");
  if (rho.empty()) return Wrong("rho is missing");
  ValueId kernel = x.value;
  if (vectors < 0 || vectors > int64_t{1} << 24) return Wrong("an impossible number of support vectors");
  if (vectors > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(kernel, Kernel(context, node, x, static_cast<uint32_t>(vectors)));
  }
  if (coefficients.size() != context.builder().shape(kernel).width) return Wrong("a coefficient for each is wanted");
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value,
                            Linear(context, ElementType::kFloat, kernel, Doubles(coefficients), {rho[0]}, 1));
  if (node.Integer("one_class", 0) != 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers({0}));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kGreater, value, zero));
    SCOREWAY_ASSIGN_OR_RETURN(value, Affine(context, value, 2, -1));
  }
  return Outputs{Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, 1}, value)};
}

// One against one: each pair of classes has the weights of both classes' support vectors, and a vote.
Result<Outputs> LowerSvmClassifier(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, FloatMatrix(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const PostTransform transform, PostTransformOf(node.Text("post_transform", "NONE")));
  const auto prob_a = node.Numbers("prob_a"), prob_b = node.Numbers("prob_b");
  const Labels labels = LabelsOf(node, "classlabels_ints");
  const auto counts = node.Integers("vectors_per_class");
  const auto coefficients = node.Numbers("coefficients");
  const auto rho = node.Numbers("rho");
  const size_t classes = labels.size();
  if (counts.empty()) return Unsupported("a linear classifier without support vectors");
  if (classes < 2 || classes > 1000 || counts.size() != classes) return Wrong("as many classes as labels are wanted");
  std::vector<size_t> begin = {0};
  for (const int64_t count : counts) {
    if (count < 0 || count > int64_t{1} << 24) return Wrong("an impossible number of support vectors");
    begin.push_back(begin.back() + static_cast<size_t>(count));
  }
  const size_t vectors = begin.back();
  const size_t pairs = classes * (classes - 1) / 2;
  const bool has_probabilities = !prob_a.empty();
  if (coefficients.size() != (classes - 1) * vectors || rho.size() < pairs ||
      (has_probabilities && (prob_a.size() != pairs || prob_b.size() != pairs))) {
    return Wrong("coefficients, rho, prob_a or prob_b do not fit the classes");
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(pairs * vectors / 8));
  std::vector<double> weights(pairs * vectors, 0), first, second;
  size_t pair = 0;
  for (size_t i = 0; i < classes; ++i) {
    for (size_t j = i + 1; j < classes; ++j, ++pair) {
      double* row = weights.data() + pair * vectors;
      for (size_t v = begin[i]; v < begin[i + 1]; ++v) row[v] = coefficients[(j - 1) * vectors + v];
      for (size_t v = begin[j]; v < begin[j + 1]; ++v) row[v] = coefficients[i * vectors + v];
      first.push_back(static_cast<double>(i));
      second.push_back(static_cast<double>(j));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, Kernel(context, node, x, static_cast<uint32_t>(vectors)));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId scores, PairSums(context, kernel, weights, Doubles(rho.subspan(0, pairs))));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers({0}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId wins, context.Binary(BinaryFunction::kGreater, scores, zero));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId winner, context.ConstantNumbers(std::move(first)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId loser, context.ConstantNumbers(std::move(second)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId chosen, context.Add(op::Where{}, {wins, winner, loser}));
  op::Votes count_votes;
  count_votes.classes = static_cast<uint32_t>(classes);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes, context.Add(std::move(count_votes), {chosen}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context.Add(op::Row{op::RowFunction::kArgMax}, {votes}));
  if (has_probabilities) {
    if (transform != PostTransform::kNone) return Unsupported("a post_transform of probabilities");
    SCOREWAY_ASSIGN_OR_RETURN(scores, Coupled(context, scores, Doubles(prob_a), Doubles(prob_b), classes));
  } else if (classes == 2) {
    if (transform == PostTransform::kProbit) return Unsupported("PROBIT of a single score for two classes");
    // The other class's score: the negative, or what is left to 1 where a transform is named.
    const double rest = transform == PostTransform::kNone ? 0 : 1;
    SCOREWAY_ASSIGN_OR_RETURN(ValueId other, Affine(context, scores, -1, rest));
    SCOREWAY_ASSIGN_OR_RETURN(other, context.Round(ElementType::kFloat, other));
    SCOREWAY_ASSIGN_OR_RETURN(scores, context.Concat({other, scores}));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(scores, Transformed(context, transform, scores));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor label, LabelTensor(context, labels, codes));
  const int64_t width = context.builder().shape(scores).width;
  return Outputs{std::move(label), Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, width}, scores)};
}

}  // namespace scoreway::onnx
