// Projections onto components.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

Result<op::Linear> ReadComponents(const Object& at, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix components, at.Numbers("components_"));
  if (components.shape.size() != 2 || components.columns() != width || components.rows() == 0) {
    return at.Corrupt("components_ do not fit the columns");
  }
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(components.rows());
  linear.weights = std::move(components.values);
  return linear;
}

// The log likelihood of a row under the normal distribution that the components and the noise around them make:
// with z the row's components, the squared length is sum z_k^2 / variance_k + (|x|^2 - |z|^2) / noise. Nothing where
// the noise is 0 although components are missing: then there is no such distribution.
Result<std::optional<ValueId>> AddLogLikelihood(Context& context, const Object& pca, const Table& in) {
  const size_t width = in.width();
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear project, ReadComponents(pca, width));
  const size_t components = project.outputs;
  SCOREWAY_ASSIGN_OR_RETURN(const double noise, pca.NumberOr("noise_variance_", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> variances, pca.Vector("explained_variance_", components));
  SCOREWAY_ASSIGN_OR_RETURN(const bool whiten, pca.BoolOr("whiten", false));
  if (noise == 0 && components < width) return std::optional<ValueId>();
  op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(center.offset, pca.Vector("mean_", width));
  op::Linear length;
  double log_det = 0;
  for (size_t k = 0; k < components; ++k) {
    // Whitening counts the variance twice, as scikit-learn does.
    const double variance = std::max(variances[k] - noise, 0.0) * (whiten ? variances[k] : 1) + noise;
    length.weights.push_back(1 / variance - (noise == 0 ? 0 : 1 / noise));
    log_det += std::log(variance);
  }
  length.weights.insert(length.weights.end(), width, noise == 0 ? 0 : 1 / noise);
  log_det += noise == 0 ? 0 : static_cast<double>(width - components) * std::log(noise);

  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(pca, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, context.Add(std::move(center), {numbers}, pca));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId projected, context.Add(std::move(project), {centered}, pca));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat({projected, centered}, pca));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context, pca, op::UnaryFunction::kSquare, all));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squared_length, context.Add(std::move(length), {squares}, pca));
  const double constant = static_cast<double>(width) * std::log(2 * std::numbers::pi) + log_det;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId likelihood, MultiplyAdd(context, pca, squared_length, -0.5, -0.5 * constant));
  return std::optional<ValueId>(likelihood);
}

}  // namespace

Result<Table> TransformPca(Context& context, const Object& pca, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear linear, ReadComponents(pca, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> mean, pca.Vector("mean_", in.width()));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.FiniteNumbers(pca, &checked));
  const size_t components = linear.outputs;
  if (context.AtLeast(1, 5)) {
    // The mean is projected first and then taken away.
    for (size_t k = 0; k < components; ++k) {
      double projected = 0;
      for (size_t column = 0; column < in.width(); ++column) {
        projected += mean[column] * linear.weights[k * in.width() + column];
      }
      linear.bias.push_back(-projected);
    }
  } else {
    op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = std::move(mean), .factor = {}};
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(center), {value}, pca));
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(linear), {value}, pca));
  SCOREWAY_ASSIGN_OR_RETURN(const bool whiten, pca.BoolOr("whiten", false));
  if (whiten) {
    op::Affine scale{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
    SCOREWAY_ASSIGN_OR_RETURN(scale.factor, pca.Vector("explained_variance_", components));
    for (double& factor : scale.factor) {
      factor = std::sqrt(factor);
      // Components without variance are left near 0 rather than divided by it.
      if (context.AtLeast(1, 5)) factor = std::max(factor, std::numeric_limits<double>::epsilon());
    }
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(scale), {value}, pca));
  }
  return context.TableOf(value);
}

Result<Prediction> PredictPca(Context& context, const Object& pca, const Table& in) {
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.transformed, TransformPca(context, pca, in));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.score_samples, AddLogLikelihood(context, pca, in));
  return prediction;
}

Result<Table> TransformTruncatedSvd(Context& context, const Object& svd, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear linear, ReadComponents(svd, in.width()));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(svd, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(linear), {numbers}, svd));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
