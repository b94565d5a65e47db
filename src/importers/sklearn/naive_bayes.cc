// Naive Bayes: the joint log likelihood of each class.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// Stands for the logarithm of 0 among the weights: a cell that is 0 leaves it out, where minus infinity would make it
// NaN.
constexpr double kImpossible = -1e30;

// Whether there was a logarithm of 0.
bool BoundLogarithms(std::vector<double>* weights) {
  bool bounded = false;
  for (double& weight : *weights) {
    bounded = bounded || weight < kImpossible;
    weight = std::max(weight, kImpossible);
  }
  return bounded;
}

// Minus infinity for the classes that a cell makes impossible.
Result<ValueId> Unbound(Context& context, const Object& bayes, ValueId likelihood) {
  const uint32_t width = context.width(likelihood);
  op::NumberDomain possible;
  possible.low.assign(width, kImpossible / 10);
  possible.high.assign(width, op::kInfinity);
  possible.invalid = op::InvalidCell::kMissing;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, context.Add(std::move(possible), {likelihood}, bayes));
  op::ImputeNumber impossible{op::kNaN, {}};
  impossible.fill.assign(width, -op::kInfinity);
  return context.Add(std::move(impossible), {known}, bayes);
}

// A classifier by the joint log likelihood: the greatest wins, and softmax makes probabilities of them.
Result<Prediction> ClassifierOfLikelihood(Context& context, const Object& bayes, Labels labels, ValueId likelihood) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities, AddRow(context, bayes, op::RowFunction::kSoftmax, likelihood));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            ClassifierOfProbabilities(context, bayes, std::move(labels), probabilities));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, bayes, likelihood));
  return prediction;
}

// Counts must not be negative.
Result<ValueId> AddNonNegative(Context& context, const Object& bayes, const Table& in) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(bayes, &checked));
  op::NumberDomain domain;
  domain.column_names = context.ColumnNames(in);
  domain.low.assign(in.width(), 0);
  domain.high.assign(in.width(), op::kInfinity);
  domain.invalid = op::InvalidCell::kReject;
  return context.Add(std::move(domain), {numbers}, bayes);
}

Result<Prediction> AddLinearLikelihood(Context& context, const Object& bayes, Labels labels, op::Linear linear,
                                       ValueId input) {
  linear.outputs = static_cast<uint32_t>(labels.size());
  const bool bounded = BoundLogarithms(&linear.weights);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId likelihood, context.Add(std::move(linear), {input}, bayes));
  if (bounded) {
    SCOREWAY_ASSIGN_OR_RETURN(likelihood, Unbound(context, bayes, likelihood));
  }
  return ClassifierOfLikelihood(context, bayes, std::move(labels), likelihood);
}

}  // namespace

Result<Prediction> PredictGaussianNb(Context& context, const Object& bayes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bayes.ReadLabels("classes_"));
  const size_t cells = labels.size() * in.width();
  op::GaussianLikelihood gaussian;
  SCOREWAY_ASSIGN_OR_RETURN(gaussian.log_prior, bayes.Vector("class_prior_", labels.size()));
  for (double& prior : gaussian.log_prior) prior = std::log(prior);
  SCOREWAY_ASSIGN_OR_RETURN(gaussian.mean, bayes.Vector("theta_", cells));
  SCOREWAY_ASSIGN_OR_RETURN(gaussian.variance, bayes.Vector(bayes.Get("var_").exists() ? "var_" : "sigma_", cells));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(bayes, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId likelihood, context.Add(std::move(gaussian), {numbers}, bayes));
  return ClassifierOfLikelihood(context, bayes, std::move(labels), likelihood);
}

Result<Prediction> PredictMultinomialNb(Context& context, const Object& bayes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bayes.ReadLabels("classes_"));
  op::Linear linear;
  SCOREWAY_ASSIGN_OR_RETURN(linear.weights, bayes.Vector("feature_log_prob_", labels.size() * in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias, bayes.Vector("class_log_prior_", labels.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, AddNonNegative(context, bayes, in));
  return AddLinearLikelihood(context, bayes, std::move(labels), std::move(linear), input);
}

Result<Prediction> PredictComplementNb(Context& context, const Object& bayes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bayes.ReadLabels("classes_"));
  op::Linear linear;
  SCOREWAY_ASSIGN_OR_RETURN(linear.weights, bayes.Vector("feature_log_prob_", labels.size() * in.width()));
  if (labels.size() == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(linear.bias, bayes.Vector("class_log_prior_", 1));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, AddNonNegative(context, bayes, in));
  return AddLinearLikelihood(context, bayes, std::move(labels), std::move(linear), input);
}

Result<Prediction> PredictBernoulliNb(Context& context, const Object& bayes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bayes.ReadLabels("classes_"));
  op::Linear linear;
  SCOREWAY_ASSIGN_OR_RETURN(linear.weights, bayes.Vector("feature_log_prob_", labels.size() * in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias, bayes.Vector("class_log_prior_", labels.size()));
  // A cell that is 0 counts for its class, too: log(1 - p) where it is 0, log p where it is 1.
  for (size_t k = 0; k < labels.size(); ++k) {
    double absent = 0;
    for (size_t column = 0; column < in.width(); ++column) {
      double& weight = linear.weights[k * in.width() + column];
      const double negative = std::log(1 - std::exp(weight));
      if (weight == 0) return context.Unsupported(bayes, "what every row of a class has, of which the class is NaN");
      absent += negative;
      weight -= negative;
    }
    linear.bias[k] += absent;
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId input, context.FiniteNumbers(bayes, &checked));
  const Object binarize = bayes.Get("binarize");
  if (!binarize.is_none()) {
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, bayes.NumberOr("binarize", 0));
    SCOREWAY_ASSIGN_OR_RETURN(input, context.Add(op::Threshold{threshold}, {input}, bayes));
  }
  return AddLinearLikelihood(context, bayes, std::move(labels), std::move(linear), input);
}

Result<Prediction> PredictCategoricalNb(Context& context, const Object& bayes, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, bayes.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> tables, bayes.Items("feature_log_prob_"));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(bayes, in, tables.size()));
  const size_t classes = labels.size();
  op::NumberDomain domain;
  domain.column_names = context.ColumnNames(in);
  domain.invalid = op::InvalidCell::kReject;
  op::OneHot one_hot;
  std::vector<Matrix> chances;
  size_t total = 0;
  for (const Object& table : tables) {
    SCOREWAY_ASSIGN_OR_RETURN(Matrix chance, table.Numbers());
    if (chance.shape.size() != 2 || chance.rows() != classes || chance.columns() == 0) {
      return table.Corrupt("not one row a class");
    }
    domain.low.push_back(0);
    domain.high.push_back(static_cast<double>(chance.columns()) - 1);
    one_hot.widths.push_back(static_cast<uint32_t>(chance.columns()));
    one_hot.slots.emplace_back(chance.columns());
    std::iota(one_hot.slots.back().begin(), one_hot.slots.back().end(), 0);
    total += chance.columns();
    chances.push_back(std::move(chance));
  }
  op::Linear linear;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(classes * total * sizeof(double), bayes));
  for (size_t k = 0; k < classes; ++k) {
    for (const Matrix& chance : chances) {
      const std::vector<double> row = chance.Row(k);
      linear.weights.insert(linear.weights.end(), row.begin(), row.end());
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias, bayes.Vector("class_log_prior_", classes));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(bayes, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId whole, AddUnary(context, bayes, op::UnaryFunction::kTruncate, numbers));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, context.Add(std::move(domain), {whole}, bayes));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId places, context.Add(std::move(one_hot), {known}, bayes));
  return AddLinearLikelihood(context, bayes, std::move(labels), std::move(linear), places);
}

}  // namespace scoreway::sklearn
