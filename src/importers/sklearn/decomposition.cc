// Projections onto components.

#include <algorithm>
#include <cmath>
#include <limits>

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

Result<Table> TransformTruncatedSvd(Context& context, const Object& svd, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear linear, ReadComponents(svd, in.width()));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(svd, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(linear), {numbers}, svd));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
