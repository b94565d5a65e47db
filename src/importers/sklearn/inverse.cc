#include "importers/sklearn/inverse.h"

#include <cmath>
#include <limits>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

Result<bool> IsEmpty(const Object& dict) {
  if (!dict.has_value()) return true;
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, dict.Entries());
  return entries.empty();
}

// (x * lambda + 1)^(1 / lambda), or exp(x) for 0.
Result<ValueId> InvertBoxCox(Context& context, const Object& at, double lambda, ValueId x) {
  if (lambda == 0) return AddUnary(context, at, op::UnaryFunction::kExp, x);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId base, MultiplyAdd(context, at, x, lambda, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, context.Add(op::Constant{{1 / lambda}}, {}, at));
  return context.Add(op::Binary{op::BinaryFunction::kPower}, {base, exponent}, at);
}

// Box-Cox of x + 1 where x is not negative, of 1 - x by 2 - lambda where it is.
Result<ValueId> InvertYeoJohnson(Context& context, const Object& at, double lambda, ValueId x) {
  const double least = std::numeric_limits<double>::epsilon();
  const double right = std::fabs(lambda) < least ? 0 : lambda;
  const double left = std::fabs(lambda - 2) > least ? 2 - lambda : 0;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, MultiplyAdd(context, at, x, -1, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, InvertBoxCox(context, at, right, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, InvertBoxCox(context, at, left, negative));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId from_above, MultiplyAdd(context, at, above, 1, -1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId from_below, MultiplyAdd(context, at, below, -1, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, context.Add(op::Threshold{0, true}, {x}, at));
  return context.Add(op::Where{}, {positive, from_above, from_below}, at);
}

// `invert` of every column, by its place.
template <typename Invert>
Result<ValueId> ForEachColumn(Context& context, const Object& at, ValueId value, Invert invert) {
  std::vector<ValueId> columns;
  for (uint32_t column = 0; column < context.width(value); ++column) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, context.SelectColumns(value, {column}, at));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId inverted, invert(column, one));
    columns.push_back(inverted);
  }
  return context.Concat(std::move(columns), at);
}

Result<ValueId> InvertPower(Context& context, const Object& power, ValueId value) {
  const size_t width = context.width(value);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> lambdas, power.Vector("lambdas_", width));
  SCOREWAY_ASSIGN_OR_RETURN(const bool standardize, power.BoolOr("standardize", true));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string method, power.TextOr("method", "yeo-johnson"));
  if (method != "yeo-johnson" && method != "box-cox") return context.Unsupported(power, "the method '" + method + "'");
  if (standardize) {
    SCOREWAY_ASSIGN_OR_RETURN(const Object scaler, power.Want("_scaler"));
    SCOREWAY_ASSIGN_OR_RETURN(value, InvertTransformer(context, scaler, value));
  }
  return ForEachColumn(context, power, value, [&](uint32_t column, ValueId one) {
    return method == "box-cox" ? InvertBoxCox(context, power, lambdas[column], one)
                               : InvertYeoJohnson(context, power, lambdas[column], one);
  });
}

// Positions among the quantiles back to values; of normal variates those very near to an end are the end.
Result<ValueId> InvertQuantiles(Context& context, const Object& transformer, ValueId value) {
  constexpr double kNearEnd = 1e-7;
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix references, transformer.Numbers("references_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix quantiles, transformer.Numbers("quantiles_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string output, transformer.TextOr("output_distribution", "uniform"));
  const size_t width = context.width(value);
  if (references.size() == 0 || quantiles.size() != references.size() * width) {
    return transformer.Corrupt("quantiles do not fit the columns");
  }
  return ForEachColumn(context, transformer, value, [&](uint32_t column, ValueId one) -> Result<ValueId> {
    op::Interpolate interpolate;
    interpolate.x = references.values;
    for (size_t i = column; i < quantiles.size(); i += width) interpolate.y.push_back(quantiles.values[i]);
    const double low = interpolate.y.front(), high = interpolate.y.back();
    if (output != "normal") return context.Add(std::move(interpolate), {one}, transformer);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId place, AddUnary(context, transformer, op::UnaryFunction::kNormalCdf, one));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId inside, context.Add(std::move(interpolate), {place}, transformer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId less, MultiplyAdd(context, transformer, place, 1, -kNearEnd));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId more, MultiplyAdd(context, transformer, place, 1, kNearEnd));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId not_low, context.Add(op::Threshold{0, true}, {less}, transformer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId at_high, context.Add(op::Threshold{1}, {more}, transformer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId lowest, context.Add(op::Constant{{low}}, {}, transformer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId highest, context.Add(op::Constant{{high}}, {}, transformer));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId capped, context.Add(op::Where{}, {at_high, highest, inside}, transformer));
    return context.Add(op::Where{}, {not_low, capped, lowest}, transformer);
  });
}

}  // namespace

Result<ValueId> InvertTransformer(Context& context, const Object& transformer, ValueId value) {
  const std::string name = transformer.public_name();
  const size_t width = context.width(value);
  if (name == "sklearn.preprocessing.FunctionTransformer") {
    const Object inverse = transformer.Get("inverse_func");
    if (!inverse.has_value()) return value;
    SCOREWAY_ASSIGN_OR_RETURN(const bool plain, IsEmpty(transformer.Get("inv_kw_args")));
    const std::optional<op::UnaryFunction> unary = FindFunction(inverse);
    if (!unary || !plain) {
      return context.Unsupported(transformer, "the inverse function " + inverse.class_name() + " is not known");
    }
    return AddUnary(context, transformer, *unary, value);
  }
  if (name == "sklearn.preprocessing.PowerTransformer") return InvertPower(context, transformer, value);
  if (name == "sklearn.preprocessing.QuantileTransformer") return InvertQuantiles(context, transformer, value);
  op::Affine affine{.offset = {}, .factor = {}};
  if (name == "sklearn.preprocessing.StandardScaler" || name == "sklearn.preprocessing.RobustScaler") {
    const bool standard = name.ends_with("StandardScaler");
    affine.form = op::Affine::Form::kMultiplyAdd;
    const std::string_view center = standard ? "mean_" : "center_";
    SCOREWAY_ASSIGN_OR_RETURN(const bool scaled, transformer.BoolOr(standard ? "with_std" : "with_scaling", true));
    SCOREWAY_ASSIGN_OR_RETURN(const bool moved, transformer.BoolOr(standard ? "with_mean" : "with_centering", true));
    if (scaled) {
      SCOREWAY_ASSIGN_OR_RETURN(affine.factor, transformer.Vector("scale_", width));
    }
    if (moved) {
      SCOREWAY_ASSIGN_OR_RETURN(affine.offset, transformer.Vector(center, width));
    }
  } else if (name == "sklearn.preprocessing.MinMaxScaler") {
    affine.form = op::Affine::Form::kSubtractDivide;
    SCOREWAY_ASSIGN_OR_RETURN(affine.offset, transformer.Vector("min_", width));
    SCOREWAY_ASSIGN_OR_RETURN(affine.factor, transformer.Vector("scale_", width));
  } else if (name == "sklearn.preprocessing.MaxAbsScaler") {
    affine.form = op::Affine::Form::kMultiplyAdd;
    SCOREWAY_ASSIGN_OR_RETURN(affine.factor, transformer.Vector("scale_", width));
  } else {
    return context.Unsupported(transformer, "its inverse is not known");
  }
  return context.Add(std::move(affine), {value}, transformer);
}

}  // namespace scoreway::sklearn
