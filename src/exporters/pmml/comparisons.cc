// FieldDistances of model/operators/comparisons.h.

#include <numbers>
#include <numeric>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

using op::FieldCompare;
using Measure = op::FieldDistances::Measure;

Expression Compared(const op::FieldDistances& op, size_t c, const Expression& x, double y) {
  switch (op.compare[c]) {
    case FieldCompare::kAbsoluteDifference: return Apply("abs", {Apply("-", {x, Number(y)})});
    case FieldCompare::kGaussian: {
      const Expression square = Apply("pow", {Apply("-", {x, Number(y)}), Number(2)});
      return Apply("exp", {Apply("*", {square, Number(-std::numbers::ln2 / (op.scale[c] * op.scale[c]))})});
    }
    case FieldCompare::kUnequal: return AsNumber(Apply("notEqual", {x, Number(y)}));
    case FieldCompare::kEqual: return AsNumber(Apply("equal", {x, Number(y)}));
  }
  return Missing();
}

Expression Raised(const op::FieldDistances& op, const Expression& difference) {
  switch (op.measure) {
    case Measure::kEuclidean:
    case Measure::kSquaredEuclidean: return Apply("pow", {difference, Number(2)});
    case Measure::kMinkowski: return Apply("pow", {difference, Number(op.exponent)});
    case Measure::kChebyshev:
    case Measure::kManhattan: return difference;
  }
  return difference;
}

Expression Rooted(const op::FieldDistances& op, const Expression& sum) {
  if (op.measure == Measure::kEuclidean) return Apply("sqrt", {sum});
  if (op.measure == Measure::kMinkowski) return Apply("pow", {sum, Number(1 / op.exponent)});
  return sum;
}

// All fields' weights over those of the fields that the row has; missing where it has none.
Expression Adjustment(const op::FieldDistances& op, Site& site) {
  std::vector<Expression> weights;
  for (size_t c = 0; c < site.in().size(); ++c) {
    weights.push_back(If(IsPresent(site.in()[c].field), Number(op.presence_weight[c]), Number(0)));
  }
  const Expression present = Ref(site.Helper("present", Sum(weights)));
  const double all = std::accumulate(op.presence_weight.begin(), op.presence_weight.end(), 0.0);
  const Expression ratio = Apply("/", {Number(all), present});
  return OnlyIf(Apply("notEqual", {present, Number(0)}), ratio);
}

}  // namespace

void Lower(const op::FieldDistances& op, Site& site) {
  const Cells cells = site.in();
  const bool missing = Site::AnyMissing(cells);
  std::string adjustment;
  if (missing) adjustment = site.Helper("adjustment", Adjustment(op, site));
  for (size_t k = 0; k < op.points.size() / cells.size(); ++k) {
    std::vector<Expression> terms;
    for (size_t c = 0; c < cells.size(); ++c) {
      const Expression raised = Raised(op, Compared(op, c, Ref(cells[c].field), op.points[k * cells.size() + c]));
      terms.push_back(Unless(cells[c], Number(0), Apply("*", {Number(op.weight[c]), raised})));
    }
    Expression sum = op.measure == Measure::kChebyshev ? Apply("max", terms) : Sum(terms);
    if (!missing) {
      site.Give(Rooted(op, sum), false);
      continue;
    }
    const Expression distance = Rooted(op, Apply("*", {sum, Ref(adjustment)}));
    site.Give(OnlyIf(IsPresent(adjustment), distance), true);
  }
}

}  // namespace scoreway::pmml_export
