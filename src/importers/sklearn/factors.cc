// Of how much of each of some parts a row is made, found anew for every row: topics, and atoms of a dictionary.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

using Method = op::SparseCode::Method;

// No row takes as many.
constexpr double kStepsMax = 100'000;

Status ReadMethod(Context& context, const Object& coder, op::SparseCode* code) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, coder.TextOr("transform_algorithm", "omp"));
  constexpr std::pair<std::string_view, Method> kMethods[] = {
      {"threshold", Method::kThreshold},
      {"omp", Method::kMatchingPursuit},
      {"lars", Method::kLeastAngle},
      {"lasso_lars", Method::kLassoPath},
  };
  for (const auto& [known, method] : kMethods) {
    if (name != known) continue;
    code->method = method;
    return {};
  }
  // Coordinate descent stops at a tolerance, where the last digits are those of the version.
  return Status(context.Unsupported(coder, "the transform_algorithm '" + name + "'"));
}

// How many atoms a row may take, or how dear they are.
Status ReadBudget(Context& context, const Object& coder, size_t width, size_t atoms, op::SparseCode* code) {
  if (code->method == Method::kMatchingPursuit || code->method == Method::kLeastAngle) {
    const Object given = coder.Get("transform_n_nonzero_coefs");
    double count = std::min(std::max(static_cast<double>(width) / 10, 1.0), static_cast<double>(atoms));
    if (given.has_value()) {
      SCOREWAY_ASSIGN_OR_RETURN(count, given.Number());
    }
    if (!(count >= 1)) return Status(coder.Corrupt("a code of no atoms"));
    // More than there are is an error for one of the methods only, and there not before rows are asked.
    if (count > static_cast<double>(atoms)) return Status(context.Unsupported(coder, "more atoms than there are"));
    code->count = static_cast<uint32_t>(count);
    return {};
  }
  Object given = coder.Get("transform_alpha");
  if (!given.has_value() && context.AtLeast(1, 0)) given = coder.Get("alpha");
  code->penalty = 1;
  if (given.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(code->penalty, given.Number());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double steps, coder.NumberOr("transform_max_iter", 1000));
  code->steps = static_cast<uint32_t>(std::clamp(steps, 0.0, kStepsMax));
  return {};
}

// What is above 0 and what is below, as columns of their own.
Result<ValueId> AddSplitSigns(Context& context, const Object& coder, ValueId code) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, AddUnary(context, coder, op::UnaryFunction::kRelu, code));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, MultiplyAdd(context, coder, code, -1, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, AddUnary(context, coder, op::UnaryFunction::kRelu, negative));
  return context.Concat({above, below}, coder);
}

Object DictionaryOf(const Object& coder) { return coder.GetFirst({"components_", "dictionary"}); }

}  // namespace

std::optional<KnownInputs> InputsOfDictionary(const Object& coder) {
  const Result<Matrix> dictionary = DictionaryOf(coder).Numbers();
  if (!dictionary.ok() || dictionary->shape.size() != 2) return std::nullopt;
  return KnownInputs{{}, dictionary->columns()};
}

Result<Table> TransformSparseCode(Context& context, const Object& coder, const Table& in) {
  op::SparseCode code;
  SCOREWAY_RETURN_IF_ERROR(ReadMethod(context, coder, &code));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix dictionary, DictionaryOf(coder).Numbers());
  if (dictionary.shape.size() != 2 || dictionary.columns() != in.width() || dictionary.rows() == 0) {
    return coder.Corrupt("atoms do not fit the columns");
  }
  const size_t atoms = dictionary.rows();
  SCOREWAY_RETURN_IF_ERROR(ReadBudget(context, coder, in.width(), atoms, &code));
  SCOREWAY_ASSIGN_OR_RETURN(code.positive, coder.BoolOr("positive_code", false));
  // The plan keeps the products of all atoms.
  SCOREWAY_RETURN_IF_ERROR(context.Charge((dictionary.size() + atoms * atoms) * sizeof(double), coder));
  code.dictionary = std::move(dictionary.values);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(coder, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(std::move(code), {numbers}, coder));
  SCOREWAY_ASSIGN_OR_RETURN(const bool split, coder.BoolOr("split_sign", false));
  if (split) {
    SCOREWAY_ASSIGN_OR_RETURN(value, AddSplitSigns(context, coder, value));
  }
  return context.TableOf(value);
}

Result<Table> TransformLatentDirichlet(Context& context, const Object& topics, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix weights, topics.Numbers("exp_dirichlet_component_"));
  if (weights.shape.size() != 2 || weights.columns() != in.width() || weights.rows() == 0) {
    return topics.Corrupt("topics do not fit the columns");
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(weights.size() * sizeof(double), topics));
  op::TopicShares shares;
  SCOREWAY_ASSIGN_OR_RETURN(shares.prior, topics.Number("doc_topic_prior_"));
  SCOREWAY_ASSIGN_OR_RETURN(shares.tolerance, topics.NumberOr("mean_change_tol", 1e-3));
  SCOREWAY_ASSIGN_OR_RETURN(const double steps, topics.NumberOr("max_doc_update_iter", 100));
  shares.steps = static_cast<uint32_t>(std::clamp(steps, 0.0, kStepsMax));
  for (size_t term = 0; term < weights.columns(); ++term) {
    for (size_t topic = 0; topic < weights.rows(); ++topic) {
      shares.topics.push_back(weights.values[topic * weights.columns() + term]);
    }
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(topics, &checked));
  op::NumberDomain counts;
  counts.column_names = context.ColumnNames(in);
  counts.low.assign(in.width(), 0);
  counts.high.assign(in.width(), op::kInfinity);
  counts.invalid = op::InvalidCell::kReject;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId bounded, context.Add(std::move(counts), {numbers}, topics));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(shares), {bounded}, topics));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
