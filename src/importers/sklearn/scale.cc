// Scalers: every column moved and stretched, or put on another scale.

#include <cmath>
#include <limits>

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// Every scaler lets NaN through and refuses infinity.
constexpr FiniteRule kScalerRule{.allow_nan = true};

Result<Table> AddAffine(Context& context, const Object& scaler, Table in, op::Affine affine) {
  const size_t width = affine.offset.empty() ? affine.factor.size() : affine.offset.size();
  if (width != 0) SCOREWAY_RETURN_IF_ERROR(context.WantWidth(scaler, in, width));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(scaler, &in, kScalerRule));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(affine), {numbers}, scaler));
  return context.TableOf(out, in);
}

// `attribute` if the option is on.
Result<std::vector<double>> VectorIf(const Object& object, std::string_view option, std::string_view attribute) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool wanted, object.BoolOr(option, true));
  if (!wanted) return std::vector<double>();
  SCOREWAY_ASSIGN_OR_RETURN(Matrix matrix, object.Numbers(attribute));
  return std::move(matrix.values);
}

Status ReadRange(const Object& scaler, double* low, double* high) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object range, scaler.Want("feature_range"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix bounds, range.Numbers());
  if (bounds.size() != 2) return range.Corrupt("a range has two numbers");
  *low = bounds.values[0];
  *high = bounds.values[1];
  return {};
}

}  // namespace

Result<Table> TransformStandardScaler(Context& context, const Object& scaler, const Table& in) {
  op::Affine affine{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(affine.offset, VectorIf(scaler, "with_mean", "mean_"));
  SCOREWAY_ASSIGN_OR_RETURN(affine.factor, VectorIf(scaler, "with_std", "scale_"));
  return AddAffine(context, scaler, in, std::move(affine));
}

Result<Table> TransformMinMaxScaler(Context& context, const Object& scaler, const Table& in) {
  op::Affine affine{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(affine.factor, VectorIf(scaler, "", "scale_"));
  SCOREWAY_ASSIGN_OR_RETURN(affine.offset, VectorIf(scaler, "", "min_"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool clip, scaler.BoolOr("clip", false));
  if (clip) SCOREWAY_RETURN_IF_ERROR(ReadRange(scaler, &affine.low, &affine.high));
  return AddAffine(context, scaler, in, std::move(affine));
}

Result<Table> TransformMaxAbsScaler(Context& context, const Object& scaler, const Table& in) {
  op::Affine affine{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(affine.factor, VectorIf(scaler, "", "scale_"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool clip, scaler.BoolOr("clip", false));
  if (clip) affine.low = -1, affine.high = 1;
  return AddAffine(context, scaler, in, std::move(affine));
}

Result<Table> TransformRobustScaler(Context& context, const Object& scaler, const Table& in) {
  op::Affine affine{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(affine.offset, VectorIf(scaler, "with_centering", "center_"));
  SCOREWAY_ASSIGN_OR_RETURN(affine.factor, VectorIf(scaler, "with_scaling", "scale_"));
  return AddAffine(context, scaler, in, std::move(affine));
}

Result<Table> TransformNormalizer(Context& context, const Object& normalizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string norm, normalizer.TextOr("norm", "l2"));
  op::NormalizeRows normalize;
  if (context.AtLeast(1, 0)) normalize.least_norm = 10 * std::numeric_limits<double>::epsilon();
  if (norm == "l1") {
    normalize.norm = op::NormalizeRows::Norm::kL1;
  } else if (norm == "max") {
    normalize.norm = op::NormalizeRows::Norm::kMax;
  } else if (norm != "l2") {
    return context.Unsupported(normalizer, "norm '" + norm + "'");
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(normalizer, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(normalize, {numbers}, normalizer));
  return context.TableOf(out, checked);
}

Result<Table> TransformPowerTransformer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, transformer.TextOr("method", "yeo-johnson"));
  op::PowerTransform power;
  if (!context.AtLeast(1, 9)) power.method = op::PowerTransform::Method::kYeoJohnsonByPow;
  if (method == "box-cox") {
    power.method = op::PowerTransform::Method::kBoxCox;
  } else if (method != "yeo-johnson") {
    return context.Unsupported(transformer, "method '" + method + "'");
  }
  SCOREWAY_ASSIGN_OR_RETURN(power.lambdas, transformer.Vector("lambdas_", in.width()));
  for (double lambda : power.lambdas) {
    // A constant column keeps NaN as its lambda and passes unchanged, which no exponent expresses.
    if (std::isnan(lambda)) return context.Unsupported(transformer, "a column without an exponent");
  }
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(transformer, &table, kScalerRule));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(power), {numbers}, transformer));
  table = context.TableOf(out, table);

  SCOREWAY_ASSIGN_OR_RETURN(const bool standardize, transformer.BoolOr("standardize", true));
  if (!standardize) return table;
  SCOREWAY_ASSIGN_OR_RETURN(const Object scaler, transformer.Want("_scaler"));
  op::Affine affine{.form = op::Affine::Form::kSubtractDivide, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(affine.offset, scaler.Vector("mean_", in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(affine.factor, scaler.Vector("scale_", in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, context.Add(std::move(affine), {out}, scaler));
  return context.TableOf(scaled, table);
}

Result<Table> TransformQuantileTransformer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string distribution, transformer.TextOr("output_distribution", "uniform"));
  if (distribution != "uniform" && distribution != "normal") {
    return context.Unsupported(transformer, "output_distribution '" + distribution + "'");
  }
  op::QuantileTransform quantile{.to_normal = distribution == "normal", .references = {}, .quantiles = {}};
  SCOREWAY_ASSIGN_OR_RETURN(Matrix references, transformer.Numbers("references_"));
  quantile.references = std::move(references.values);
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix quantiles, transformer.Numbers("quantiles_"));  // quantile by column
  if (quantiles.rows() != quantile.references.size() || quantiles.columns() != in.width()) {
    return transformer.Corrupt("quantiles_ do not fit the columns");
  }
  for (size_t column = 0; column < in.width(); ++column) {
    for (size_t row = 0; row < quantiles.rows(); ++row) {
      quantile.quantiles.push_back(quantiles.values[row * in.width() + column]);
    }
  }
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(transformer, &table, kScalerRule));
  const bool keeps_from_ends = distribution == "uniform" && !context.AtLeast(0, 21);
  SCOREWAY_ASSIGN_OR_RETURN(ValueId out, context.Add(std::move(quantile), {numbers}, transformer));
  if (keeps_from_ends) {
    // Before 0.21 this was done to uniform values, too.
    const double low = 1e-7 - std::numeric_limits<double>::epsilon();
    op::Affine clip{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}, .low = low, .high = 1 - low};
    SCOREWAY_ASSIGN_OR_RETURN(out, context.Add(std::move(clip), {out}, transformer));
  }
  return context.TableOf(out, table);
}

}  // namespace scoreway::sklearn
