// The operators of model/operators/scaling.h.

#include <algorithm>
#include <cmath>
#include <limits>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// ((1 + size)^lambda - 1) / lambda, or log(1 + size).
Expression Grow(const Expression& size, double lambda, bool is_log, bool by_pow) {
  if (is_log) return Apply("ln1p", {size});
  const Expression grown = by_pow
                               ? Apply("-", {Apply("pow", {Apply("+", {size, Number(1)}), Number(lambda)}), Number(1)})
                               : Apply("expm1", {Apply("*", {Number(lambda), Apply("ln1p", {size})})});
  return Apply("/", {grown, Number(lambda)});
}

Expression YeoJohnson(const Expression& x, double lambda, bool by_pow) {
  const Expression above = Grow(x, lambda, std::fabs(lambda) < kEpsilon, by_pow);
  const Expression below = Grow(Apply("-", {Number(0), x}), 2 - lambda, !(std::fabs(lambda - 2) > kEpsilon), by_pow);
  return If(Apply("greaterOrEqual", {x, Number(0)}), above, Apply("-", {Number(0), below}));
}

Expression BoxCox(const Expression& x, double lambda) {
  const Expression log = Apply("ln", {x});
  if (std::fabs(lambda) < 1e-19) return log;
  return Apply("/", {Apply("expm1", {Apply("*", {Number(lambda), log})}), Number(lambda)});
}

Expression RowNorm(Site& site, op::NormalizeRows::Norm norm) {
  using enum op::NormalizeRows::Norm;
  std::vector<Expression> terms;
  for (const Cell& cell : site.in()) {
    const Expression x = Ref(cell.field);
    terms.push_back(norm == kL2 ? Apply("*", {x, x}) : Apply("abs", {x}));
  }
  if (norm != kMax) {
    const Expression sum = Sum(terms);
    return norm == kL2 ? Apply("sqrt", {sum}) : sum;
  }
  return terms.size() == 1 ? terms[0] : Apply("max", terms);
}

}  // namespace

void Lower(const op::Affine& op, Site& site) {
  const bool divides = op.form == op::Affine::Form::kSubtractDivide;
  for (size_t c = 0; c < site.in().size(); ++c) {
    const Cell& cell = site.in()[c];
    Expression x = Ref(cell.field);
    if (!divides && !op.factor.empty()) x = Apply("*", {x, Number(op.factor[c])});
    if (!op.offset.empty()) x = Apply(divides ? "-" : "+", {x, Number(op.offset[c])});
    if (divides && !op.factor.empty()) x = Apply("/", {x, Number(op.factor[c])});
    if (op.low > -op::kInfinity || op.high < op::kInfinity) {
      const Expression scaled = Ref(site.Helper("scaled," + std::to_string(c), x));
      x = scaled;
      if (op.high < op::kInfinity) x = If(Apply("greaterThan", {scaled, Number(op.high)}), Number(op.high), x);
      if (op.low > -op::kInfinity) x = If(Apply("lessThan", {scaled, Number(op.low)}), Number(op.low), x);
      x = Guarded(cell, x);
    }
    site.Give(x, cell.may_be_missing);
  }
}

void Lower(const op::NormalizeRows& op, Site& site) {
  const bool missing = Site::AnyMissing(site.in());
  const Cell raw{site.Helper("norm", Guarded(site.in(), RowNorm(site, op.norm))), missing, "", true, false, 0};
  const Expression is_small = op.least_norm > 0 ? Apply("lessThan", {Ref(raw.field), Number(op.least_norm)})
                                                : Apply("equal", {Ref(raw.field), Number(0)});
  const std::string norm = site.Helper("divisor", Guarded(raw, If(is_small, Number(1), Ref(raw.field))));
  for (const Cell& cell : site.in()) site.Give(Apply("/", {Ref(cell.field), Ref(norm)}), missing);
}

void Lower(const op::PowerTransform& op, Site& site) {
  using enum op::PowerTransform::Method;
  for (size_t c = 0; c < op.lambdas.size(); ++c) {
    const Cell& cell = site.in()[c];
    const Expression x = Ref(cell.field);
    if (op.method == kBoxCox) {
      site.set_unbounded();
      site.Give(Guarded(cell, BoxCox(x, op.lambdas[c])), true);
    } else {
      site.Give(Guarded(cell, YeoJohnson(x, op.lambdas[c], op.method == kYeoJohnsonByPow)), cell.may_be_missing);
    }
  }
}

void Lower(const op::QuantileTransform& op, Site& site) {
  if (op.to_normal) return site.Refuse("PMML clips no quantiles of the normal distribution");
  const size_t count = op.references.size();
  for (size_t c = 0; c < site.in().size(); ++c) {
    const auto begin = op.quantiles.begin() + static_cast<ptrdiff_t>(c * count);
    const std::vector<double> quantiles(begin, begin + static_cast<ptrdiff_t>(count));
    if (count < 2 || std::adjacent_find(quantiles.begin(), quantiles.end()) != quantiles.end()) {
      return site.Refuse("two of its quantiles are equal");
    }
    site.Give(NormContinuous(site.in()[c].field, quantiles, op.references, false), site.in()[c].may_be_missing);
  }
}

}  // namespace scoreway::pmml_export
