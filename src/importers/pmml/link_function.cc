#include "importers/pmml/link_function.h"

#include "importers/pmml/normalization.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

// 1 - exp(x).
Result<ValueId> InverseLogComplement(Emit& emit, ValueId x) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Unary(UnaryFunction::kExp, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  return emit.Binary(BinaryFunction::kSubtract, one, power);
}

// 1 / (c (exp(-x) - 1)).
Result<ValueId> InverseNegativeBinomial(Emit& emit, double c, ValueId x) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId minus, emit.Unary(UnaryFunction::kNegate, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Unary(UnaryFunction::kExp, minus));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId less, emit.Binary(BinaryFunction::kSubtract, power, one));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(c));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId product, emit.Binary(BinaryFunction::kMultiply, factor, less));
  return emit.Unary(UnaryFunction::kReciprocal, product);
}

// x^(1/d), exp(x) for d = 0.
Result<ValueId> InversePower(Emit& emit, double d, ValueId x) {
  if (d == 0) return emit.Unary(UnaryFunction::kExp, x);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, emit.Number(1 / d));
  return emit.Binary(BinaryFunction::kPower, x, exponent);
}

// 1 / (1 + (1 + d x)^(-1/d)), the logistic function for d = 0.
Result<ValueId> InverseOddsPower(Emit& emit, double d, ValueId x) {
  if (d == 0) return emit.Unary(UnaryFunction::kLogistic, x);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(d));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId product, emit.Binary(BinaryFunction::kMultiply, factor, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId base, emit.Binary(BinaryFunction::kAdd, one, product));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, emit.Number(-1 / d));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Binary(BinaryFunction::kPower, base, exponent));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Binary(BinaryFunction::kAdd, one, power));
  return emit.Unary(UnaryFunction::kReciprocal, sum);
}

}  // namespace

Result<ValueId> InverseLinkFunction(Emit& emit, std::string_view link, const LinkParameters& parameters, ValueId x,
                                    op::Precision precision) {
  Result<ValueId> y = Error{};
  if (link == "identity") {
    return x;
  } else if (link == "log") {
    return InverseLink(emit, "exp", x, precision);
  } else if (link == "logit" || link == "probit" || link == "cloglog" || link == "loglog" || link == "cauchit") {
    return InverseLink(emit, link, x, precision);
  } else if (link == "logc") {
    y = InverseLogComplement(emit, x);
  } else if (link == "negbin") {
    y = InverseNegativeBinomial(emit, parameters.distribution, x);
  } else if (link == "power") {
    y = InversePower(emit, parameters.link, x);
  } else if (link == "oddspower") {
    y = InverseOddsPower(emit, parameters.link, x);
  } else {
    return Context::Corrupt(emit.at(), "link function '" + std::string(link) + "' is not known");
  }
  if (!y.ok() || precision == op::Precision::kFloat64) return y;
  return emit.Unary(UnaryFunction::kFloat32, *y);
}

}  // namespace scoreway::pmml
