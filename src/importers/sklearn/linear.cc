// Linear models: a weighted sum, and what each estimator makes of it.

#include <algorithm>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// in * coefficients + intercept, in front of which scikit-learn refuses NaN and infinity.
Result<ValueId> AddLinear(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object coefficients_at, model.Want("coef_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix coefficients, coefficients_at.Numbers());
  const size_t width = in.width();
  if (width == 0 || coefficients.columns() != width || coefficients.size() % width != 0) {
    return coefficients_at.Corrupt(std::to_string(coefficients.columns()) + " coefficients, but " +
                                   std::to_string(width) + " columns come in");
  }
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(coefficients.size() / width);
  linear.weights = std::move(coefficients.values);
  const Object intercept_at = model.Get("intercept_");
  if (intercept_at.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(Matrix intercept, intercept_at.Numbers());
    if (intercept.size() != 1 && intercept.size() != linear.outputs) {
      return intercept_at.Corrupt("intercepts do not fit the coefficients");
    }
    linear.bias = std::move(intercept.values);
    linear.bias.resize(linear.outputs, linear.bias[0]);
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(model, &checked));
  return context.Add(std::move(linear), {numbers}, model);
}

// A linear classifier without probabilities.
Result<Prediction> AddClassifier(Context& context, const Object& model, const Table& in, Labels labels) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId decision, AddLinear(context, model, in));
  SCOREWAY_RETURN_IF_ERROR(WantDecisionWidth(context, model, decision, labels.size()));
  Prediction prediction;
  prediction.labels = std::move(labels);
  prediction.decision = decision;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, CodesOfDecision(context, model, decision));
  return prediction;
}

Result<ValueId> NormalizeSum(Context& context, const Object& model, ValueId value, bool zero_sum_uniform = false) {
  return context.Add(op::Row{op::RowFunction::kNormalizeSum, zero_sum_uniform}, {value}, model);
}

// The logistic function of every score; one against the rest is made to sum to 1.
Result<ValueId> LogisticProbabilities(Context& context, const Object& model, ValueId decision) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, AddUnary(context, model, op::UnaryFunction::kLogistic, decision));
  if (context.width(decision) == 1) return BothProbabilities(context, model, each);
  return NormalizeSum(context, model, each);
}

// Softmax of the scores; one score stands for its negative, too.
Result<ValueId> SoftmaxProbabilities(Context& context, const Object& model, ValueId decision) {
  if (context.width(decision) == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, MultiplyAdd(context, model, decision, -1, 0));
    SCOREWAY_ASSIGN_OR_RETURN(decision, context.Concat({negative, decision}, model));
  }
  return AddRow(context, model, op::RowFunction::kSoftmax, decision);
}

// (clip(score, -1, 1) + 1) / 2, the loss 'modified_huber'.
Result<ValueId> HuberProbabilities(Context& context, const Object& model, ValueId decision) {
  op::Affine clip{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}, .low = -1, .high = 1};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId clipped, context.Add(std::move(clip), {decision}, model));
  const size_t width = context.width(decision);
  op::Affine halve{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  halve.offset.assign(width, -1);
  halve.factor.assign(width, 2);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Add(std::move(halve), {clipped}, model));
  if (width == 1) return BothProbabilities(context, model, each);
  return NormalizeSum(context, model, each, true);
}

// Whether a LogisticRegression fits one class against the rest: said by multi_class until 1.7, then only where there
// are two classes.
Result<bool> IsOneVersusRest(Context& context, const Object& model, size_t classes) {
  if (!model.Get("multi_class").exists()) return classes <= 2;
  SCOREWAY_ASSIGN_OR_RETURN(const std::string multi_class, model.TextOr("multi_class", "auto"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string solver, model.TextOr("solver", "lbfgs"));
  if (multi_class == "ovr" || multi_class == "warn") return true;
  if (multi_class != "auto" && multi_class != "deprecated") return false;
  return classes <= 2 || solver == "liblinear" || (solver == "newton-cholesky" && !context.AtLeast(1, 6));
}

Result<Prediction> AddLink(Context& context, const Object& model, ValueId linear, bool log_link) {
  if (!log_link) return RegressorOf(linear);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, AddUnary(context, model, op::UnaryFunction::kExp, linear));
  return RegressorOf(mean);
}

}  // namespace

Result<Prediction> PredictLinearRegressor(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId linear, AddLinear(context, model, in));
  return RegressorOf(linear);
}

Result<Prediction> PredictLogLinkRegressor(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId linear, AddLinear(context, model, in));
  return AddLink(context, model, linear, true);
}

Result<Prediction> PredictTweedieRegressor(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string link, model.TextOr("link", "auto"));
  SCOREWAY_ASSIGN_OR_RETURN(const double power, model.NumberOr("power", 0));
  if (link != "auto" && link != "log" && link != "identity") {
    return context.Unsupported(model, "link '" + link + "'");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId linear, AddLinear(context, model, in));
  return AddLink(context, model, linear, link == "log" || (link == "auto" && power > 0));
}

Result<Prediction> PredictRansac(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, model.Want("estimator_"));
  return context.Predict(inner, in);
}

Result<Prediction> PredictLogisticRegression(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool one_versus_rest, IsOneVersusRest(context, model, labels.size()));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, AddClassifier(context, model, in, std::move(labels)));
  const auto probabilities = one_versus_rest ? LogisticProbabilities : SoftmaxProbabilities;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, probabilities(context, model, *prediction.decision));
  return prediction;
}

Result<Prediction> PredictLinearClassifier(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  return AddClassifier(context, model, in, std::move(labels));
}

Result<Prediction> PredictSgdClassifier(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string loss, model.TextOr("loss", "hinge"));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, PredictLinearClassifier(context, model, in));
  if (loss == "log" || loss == "log_loss") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, LogisticProbabilities(context, model, *prediction.decision));
  } else if (loss == "modified_huber") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, HuberProbabilities(context, model, *prediction.decision));
  }
  return prediction;
}

Result<Prediction> PredictSgdOneClass(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId linear, AddLinear(context, model, in));
  if (context.width(linear) != 1) return model.Corrupt("one row of coefficients was expected");
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, model.Number("offset_"));
  return DetectorOf(context, model, linear, offset);
}

Result<Prediction> PredictRidgeClassifier(Context& context, const Object& model, const Table& in) {
  const Object binarizer = model.Get("_label_binarizer");
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels,
                            binarizer.has_value() ? binarizer.ReadLabels("classes_") : model.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, binarizer.TextOr("y_type_", "multiclass"));
  if (kind.starts_with("multilabel")) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, AddLinear(context, model, in));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction marks, MarksOfScores(context, model, std::move(labels), scores, 0));
    marks.decision = scores;
    return marks;
  }
  return AddClassifier(context, model, in, std::move(labels));
}

Result<Prediction> PredictDiscriminant(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, PredictLinearClassifier(context, model, in));
  // Before 0.21 each class was weighed against the rest.
  const bool each = context.width(*prediction.decision) == 1 || !context.AtLeast(0, 21);
  const auto probabilities = each ? LogisticProbabilities : SoftmaxProbabilities;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, probabilities(context, model, *prediction.decision));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string solver, model.TextOr("solver", "svd"));
  if (solver != "lsqr") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformDiscriminant(context, model, in));
  }
  return prediction;
}

Result<Table> TransformDiscriminant(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string solver, model.TextOr("solver", "svd"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix scalings, model.Numbers("scalings_"));  // column by component
  SCOREWAY_ASSIGN_OR_RETURN(const double components_max,
                            model.NumberOr("_max_components", static_cast<double>(scalings.columns())));
  if (scalings.shape.size() != 2 || scalings.rows() != in.width() || !(components_max >= 0)) {
    return model.Corrupt("scalings_ do not fit the columns");
  }
  const size_t components = std::min(static_cast<size_t>(std::min(components_max, 1e9)), scalings.columns());
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(components);
  for (size_t component = 0; component < components; ++component) {
    for (size_t column = 0; column < in.width(); ++column) {
      linear.weights.push_back(scalings.values[column * scalings.columns() + component]);
    }
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId numbers, context.FiniteNumbers(model, &checked));
  if (solver == "svd") {
    op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
    SCOREWAY_ASSIGN_OR_RETURN(center.offset, model.Vector("xbar_", in.width()));
    SCOREWAY_ASSIGN_OR_RETURN(numbers, context.Add(std::move(center), {numbers}, model));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(linear), {numbers}, model));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
