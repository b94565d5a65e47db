// Support vector machines with kernels: libsvm's decision values, votes and probabilities.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/kernels.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/sparse.h"

namespace scoreway::sklearn {
namespace {

// The kernel between the row and each support vector.
Result<ValueId> AddSupportKernel(Context& context, const Object& machine, const Table& in, size_t* vectors) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object vectors_at, machine.Want("support_vectors_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix support, ReadMatrix(context, vectors_at));
  SCOREWAY_ASSIGN_OR_RETURN(KernelSettings settings, ReadKernel(context, machine, machine.Get("kernel")));
  SCOREWAY_ASSIGN_OR_RETURN(settings.gamma, machine.NumberOr("_gamma", 0));
  if (support.shape.size() != 2 || support.columns() != in.width() || support.rows() == 0) {
    return machine.Corrupt("support vectors do not fit the columns");
  }
  *vectors = support.rows();
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(machine, &checked));
  return AddKernel(context, machine, settings, std::move(support.values), numbers);
}

// Of a machine with one decision value: regression, or one class.
Result<ValueId> AddSingleDecision(Context& context, const Object& machine, const Table& in) {
  size_t vectors = 0;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, AddSupportKernel(context, machine, in, &vectors));
  SCOREWAY_ASSIGN_OR_RETURN(const Object dual_at,
                            machine.Want(machine.Get("_dual_coef_").exists() ? "_dual_coef_" : "dual_coef_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix dual, ReadMatrix(context, dual_at));
  if (dual.size() != vectors) return dual_at.Corrupt("not one coefficient a support vector");
  op::Linear linear;
  linear.weights = std::move(dual.values);
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias,
                            machine.Vector(machine.Get("_intercept_").exists() ? "_intercept_" : "intercept_", 1));
  return context.Add(std::move(linear), {kernel}, machine);
}

// One decision value for each pair of classes, positive for the first.
Result<ValueId> AddPairDecisions(Context& context, const Object& machine, const Table& in, size_t classes) {
  size_t vectors = 0;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, AddSupportKernel(context, machine, in, &vectors));
  SCOREWAY_ASSIGN_OR_RETURN(const Object dual_at, machine.Want("_dual_coef_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix dual, ReadMatrix(context, dual_at));
  const Object counts_at = machine.GetFirst({"_n_support", "n_support_"});
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, counts_at.Integers());
  std::vector<size_t> begin = {0};
  for (int64_t count : counts) {
    if (count < 0 || static_cast<size_t>(count) > vectors) return counts_at.Corrupt("a count out of range");
    begin.push_back(begin.back() + static_cast<size_t>(count));
  }
  if (counts.size() != classes || begin.back() != vectors || dual.size() != (classes - 1) * vectors) {
    return machine.Corrupt("support vectors do not fit the classes");
  }
  op::Linear linear;
  const size_t pairs = classes * (classes - 1) / 2;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(pairs * vectors * sizeof(double), machine));
  linear.outputs = static_cast<uint32_t>(pairs);
  linear.weights.assign(pairs * vectors, 0);
  size_t pair = 0;
  for (size_t first = 0; first < classes; ++first) {
    for (size_t second = first + 1; second < classes; ++second, ++pair) {
      double* weights = linear.weights.data() + pair * vectors;
      for (size_t k = begin[first]; k < begin[first + 1]; ++k) weights[k] = dual.values[(second - 1) * vectors + k];
      for (size_t k = begin[second]; k < begin[second + 1]; ++k) weights[k] = dual.values[first * vectors + k];
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias, machine.Vector("_intercept_", pairs));
  return context.Add(std::move(linear), {kernel}, machine);
}

// Probabilities by Platt's sigmoid of each pair, where the machine was fitted with them.
Result<std::optional<ValueId>> AddPairProbabilities(Context& context, const Object& machine, ValueId pairs,
                                                    size_t classes) {
  const Object a_at = machine.GetFirst({"_probA", "probA_"}), b_at = machine.GetFirst({"_probB", "probB_"});
  const Object wanted = machine.Get("probability");
  if (!wanted.is_bool() && !wanted.is_number()) return std::optional<ValueId>();
  SCOREWAY_ASSIGN_OR_RETURN(const bool probability, wanted.Bool());
  if (!probability) return std::optional<ValueId>();
  op::Affine sigmoid{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(Matrix a, a_at.Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(Matrix b, b_at.Numbers());
  const size_t count = context.width(pairs);
  if (a.size() != count || b.size() != count) return context.Unsupported(machine, "probabilities without their fit");
  for (double& value : a.values) value = -value;
  for (double& value : b.values) value = -value;
  sigmoid.factor = std::move(a.values);
  sigmoid.offset = std::move(b.values);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, context.Add(std::move(sigmoid), {pairs}, machine));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, AddUnary(context, machine, op::UnaryFunction::kLogistic, exponent));
  op::Affine clip{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}, .low = 1e-7, .high = 1 - 1e-7};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId clipped, context.Add(std::move(clip), {each}, machine));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities,
                            context.Add(op::CouplePairs{static_cast<uint32_t>(classes)}, {clipped}, machine));
  return std::optional<ValueId>(probabilities);
}

}  // namespace

Result<Prediction> PredictSupportClassifier(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, machine.ReadLabels("classes_"));
  const size_t classes = labels.size();
  if (classes < 2) return machine.Corrupt("a classifier of fewer than two classes");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId pairs, AddPairDecisions(context, machine, in, classes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, AddUnary(context, machine, op::UnaryFunction::kNegate, pairs));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string shape, machine.TextOr("decision_function_shape", "ovr"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool break_ties, machine.BoolOr("break_ties", false));

  Prediction prediction;
  prediction.labels = std::move(labels);
  const auto votes = op::PairVotes{static_cast<uint32_t>(classes)};
  if (classes == 2) {
    prediction.decision = negative;
  } else if (shape == "ovr") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId wins, context.Add(op::Threshold{0, false}, {negative}, machine));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, context.Add(votes, {wins, negative}, machine));
  } else {
    prediction.decision = pairs;
  }
  if (break_ties && classes > 2 && shape == "ovr") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, machine, *prediction.decision));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId wins, context.Add(op::Threshold{0, true}, {negative}, machine));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, context.Add(votes, {wins}, machine));
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, machine, counts));
  }
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, AddPairProbabilities(context, machine, pairs, classes));
  return prediction;
}

Result<Prediction> PredictSupportRegressor(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId decision, AddSingleDecision(context, machine, in));
  return RegressorOf(decision);
}

Result<Prediction> PredictOneClass(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId decision, AddSingleDecision(context, machine, in));
  const Object offset_at = machine.Get("offset_");
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, offset_at.Number());
  Prediction prediction;
  prediction.decision = decision;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.score_samples, MultiplyAdd(context, machine, decision, 1, offset));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.numbers, AddOutlierMark(context, machine, decision, false));
  prediction.numbers_type = Type::kInt64;
  return prediction;
}

}  // namespace scoreway::sklearn
