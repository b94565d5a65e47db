// Components other than principal ones: of factors, of independent sources, of sparse and of shared directions.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/dense.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

Result<Matrix> ReadComponents(const Object& at, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix components, at.Numbers("components_"));
  if (components.shape.size() != 2 || components.columns() != width || components.rows() == 0) {
    return at.Corrupt("components_ do not fit the columns");
  }
  return components;
}

Result<ValueId> AddCentered(Context& context, const Object& at, const Table& in, std::string_view mean) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(at, &checked));
  op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(center.offset, at.Vector(mean, in.width()));
  return context.Add(std::move(center), {numbers}, at);
}

// The columns of a matrix, a row an input column, as a projection.
Result<Table> Project(Context& context, const Object& at, ValueId value, const Matrix& matrix) {
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear project, LinearOfColumns(context, at, matrix));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(project), {value}, at));
  return context.TableOf(out);
}

// Adds to the diagonal.
void AddToDiagonal(Matrix* matrix, double value) {
  for (size_t i = 0; i < matrix->rows(); ++i) matrix->values[i * matrix->columns() + i] += value;
}

// What the factors of a FactorAnalysis are known by.
struct Factors {
  Matrix components;          // a row a factor
  std::vector<double> noise;  // a column each
  Matrix weighted;            // components over noise
  Inverse covariance;         // of the inverse of 1 + weighted * components'
};

Result<Factors> ReadFactors(Context& context, const Object& analysis, size_t width) {
  Factors factors;
  SCOREWAY_ASSIGN_OR_RETURN(factors.components, ReadComponents(analysis, width));
  SCOREWAY_ASSIGN_OR_RETURN(factors.noise, analysis.Vector("noise_variance_", width));
  factors.weighted = factors.components;
  for (size_t i = 0; i < factors.weighted.size(); ++i) factors.weighted.values[i] /= factors.noise[i % width];
  Matrix inner = Multiply(factors.weighted, Transpose(factors.components));
  AddToDiagonal(&inner, 1);
  SCOREWAY_ASSIGN_OR_RETURN(factors.covariance, Invert(context, analysis, std::move(inner)));
  return factors;
}

// log N(x; mean, components' * components + noise).
Result<ValueId> AddFactorLikelihood(Context& context, const Object& analysis, const Factors& factors,
                                    ValueId centered) {
  const size_t width = factors.noise.size();
  // The precision by the matrix inversion lemma.
  Matrix precision = Multiply(Transpose(factors.components), Multiply(factors.covariance.matrix, factors.components));
  double log_det = factors.covariance.log_det;
  for (size_t i = 0; i < width; ++i) {
    for (size_t j = 0; j < width; ++j) precision.values[i * width + j] /= -factors.noise[i] * factors.noise[j];
    precision.values[i * width + i] += 1 / factors.noise[i];
    log_det += std::log(factors.noise[i]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear turn, LinearOfColumns(context, analysis, precision));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId turned, context.Add(std::move(turn), {centered}, analysis));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId products,
                            context.Add(op::Binary{op::BinaryFunction::kMultiply}, {centered, turned}, analysis));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId length,
                            context.Add(op::AggregateRow{op::RowAggregate::kSum}, {products}, analysis));
  const double constant = static_cast<double>(width) * std::log(2 * std::numbers::pi) + log_det;
  return MultiplyAdd(context, analysis, length, -0.5, -0.5 * constant);
}

Result<Table> AddFactors(Context& context, const Object& analysis, const Factors& factors, ValueId centered) {
  return Project(context, analysis, centered, Multiply(Transpose(factors.weighted), factors.covariance.matrix));
}

}  // namespace

Result<Table> TransformFactorAnalysis(Context& context, const Object& analysis, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Factors factors, ReadFactors(context, analysis, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, AddCentered(context, analysis, in, "mean_"));
  return AddFactors(context, analysis, factors, centered);
}

Result<Prediction> PredictFactorAnalysis(Context& context, const Object& analysis, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Factors factors, ReadFactors(context, analysis, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, AddCentered(context, analysis, in, "mean_"));
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, AddFactors(context, analysis, factors, centered));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.score_samples, AddFactorLikelihood(context, analysis, factors, centered));
  return prediction;
}

Result<Table> TransformFastIca(Context& context, const Object& ica, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix components, ReadComponents(ica, in.width()));
  // Of data that was not whitened there is no mean.
  if (ica.Get("mean_").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, AddCentered(context, ica, in, "mean_"));
    return Project(context, ica, centered, Transpose(components));
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(ica, &checked));
  return Project(context, ica, numbers, Transpose(components));
}

// The ridge regression of the row on the components.
Result<Table> TransformSparsePca(Context& context, const Object& pca, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix components, ReadComponents(pca, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const double alpha, pca.Number("ridge_alpha"));
  Matrix gram = Multiply(components, Transpose(components));
  AddToDiagonal(&gram, alpha);
  SCOREWAY_ASSIGN_OR_RETURN(const Inverse inverse, Invert(context, pca, std::move(gram)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, AddCentered(context, pca, in, "mean_"));
  return Project(context, pca, centered, Multiply(Transpose(components), inverse.matrix));
}

Result<Table> TransformPls(Context& context, const Object& pls, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix rotations, pls.GetFirst({"x_rotations_", "x_weights_"}).Numbers());
  if (rotations.shape.size() != 2 || rotations.rows() != in.width())
    return pls.Corrupt("rotations do not fit the columns");
  op::Affine scale{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(scale.offset, pls.Vector(pls.Get("_x_mean").exists() ? "_x_mean" : "x_mean_", in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(scale.factor, pls.Vector(pls.Get("_x_std").exists() ? "_x_std" : "x_std_", in.width()));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(pls, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, context.Add(std::move(scale), {numbers}, pls));
  return Project(context, pls, scaled, rotations);
}

Result<Prediction> PredictPls(Context& context, const Object& pls, const Table& in) {
  op::Affine scale{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(scale.offset, pls.Vector(pls.Get("_x_mean").exists() ? "_x_mean" : "x_mean_", in.width()));
  // Since 1.5 the coefficients are those of columns as they come.
  if (!context.AtLeast(1, 5)) {
    SCOREWAY_ASSIGN_OR_RETURN(scale.factor, pls.Vector(pls.Get("_x_std").exists() ? "_x_std" : "x_std_", in.width()));
  }
  // 1.1 and 1.2 keep the coefficients a row a target under another name; before, they were a row a column.
  const bool by_target = context.AtLeast(1, 3) || pls.Get("_coef_").exists();
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix coefficients, pls.GetFirst({"_coef_", "coef_"}).Numbers());
  if (coefficients.shape.size() != 2 || (by_target ? coefficients.columns() : coefficients.rows()) != in.width()) {
    return pls.Corrupt("coefficients do not fit the columns");
  }
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear linear,
                            LinearOfColumns(context, pls, by_target ? Transpose(coefficients) : coefficients));
  const Object intercept = pls.GetFirst({"intercept_", "_y_mean", "y_mean_"});
  SCOREWAY_ASSIGN_OR_RETURN(Matrix bias, intercept.Numbers());
  if (bias.size() != linear.outputs) return intercept.Corrupt("not one number a target");
  linear.bias = std::move(bias.values);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(pls, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, context.Add(std::move(scale), {numbers}, pls));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(linear), {scaled}, pls));
  return RegressorOf(out);
}

}  // namespace scoreway::sklearn
