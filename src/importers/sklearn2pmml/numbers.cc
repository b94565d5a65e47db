// Transformers of numbers.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/spline.h"
#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

const std::pair<std::string_view, op::RowAggregate> kAggregates[] = {
    {"avg", op::RowAggregate::kMean},        {"mean", op::RowAggregate::kMean}, {"min", op::RowAggregate::kMin},
    {"max", op::RowAggregate::kMax},         {"sum", op::RowAggregate::kSum},   {"prod", op::RowAggregate::kProduct},
    {"product", op::RowAggregate::kProduct},
};

// Where a cell may lie: pandas leaves the lowest bound out of intervals closed on the right, unless told otherwise, and
// the highest out of those closed on the left.
op::NumberDomain BinnedRange(const std::vector<double>& bins, bool right, bool include_lowest) {
  op::NumberDomain range;
  const double above = std::nextafter(bins.front(), op::kInfinity);
  const double below = std::nextafter(bins.back(), -op::kInfinity);
  range.low = {right && !include_lowest ? above : bins.front()};
  range.high = {right ? bins.back() : below};
  range.invalid = op::InvalidCell::kMissing;
  return range;
}

}  // namespace

Result<Table> TransformPowerFunction(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t power, transformer.Integer("power"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(transformer, in));
  if (power == 2) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId square,
                              context.Add(op::Unary{op::UnaryFunction::kSquare}, {numbers}, transformer));
    return context.TableOf(square, in);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent,
                            context.Add(op::Constant{{static_cast<double>(power)}}, {}, transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::Binary{op::BinaryFunction::kPower, false},
                                                             {numbers, exponent}, transformer));
  return context.TableOf(value, in);
}

Result<Table> TransformBSpline(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Object saved, transformer.Want("bspline"));
  SCOREWAY_ASSIGN_OR_RETURN(sklearn::Spline spline, sklearn::ReadSpline(saved));
  if (!spline.extrapolate.is_bool() || !*spline.extrapolate.Bool()) {
    return context.Unsupported(transformer, "a spline that has no values beyond its ends");
  }
  const size_t degree = static_cast<size_t>(spline.degree);
  if (spline.degree < 0 || spline.degree > 32 || spline.knots.size() < 2 * (degree + 1)) {
    return saved.Corrupt("a degree out of range");
  }
  const size_t count = spline.knots.size() - degree - 1;
  if (spline.coefficients.shape.size() != 1 || spline.coefficients.size() < count) {
    return context.Unsupported(transformer, "a spline of several values");
  }
  spline.coefficients.values.resize(count);
  op::SplineBasis basis;
  basis.degree = static_cast<uint32_t>(degree);
  basis.extrapolation = op::SplineBasis::Extrapolation::kContinue;
  basis.knots.push_back(std::move(spline.knots));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(transformer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId splines, context.Add(std::move(basis), {numbers}, transformer));
  op::Linear sum;
  sum.outputs = 1;
  sum.weights = std::move(spline.coefficients.values);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(sum), {splines}, transformer));
  return context.TableOf(value, in);
}

Result<Table> TransformAggregate(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string function, transformer.Text("function"));
  const auto* const known = std::find_if(std::begin(kAggregates), std::end(kAggregates),
                                         [&function](const auto& entry) { return entry.first == function; });
  if (known == std::end(kAggregates)) return context.Unsupported(transformer, "the function '" + function + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(transformer, in));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(op::AggregateRow{known->second, true}, {numbers}, transformer));
  // numpy's sum and product of nothing are numbers.
  const bool sum = known->second == op::RowAggregate::kSum;
  const bool of_nothing = sum || known->second == op::RowAggregate::kProduct;
  if (of_nothing) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::ImputeNumber{op::kNaN, {sum ? 0.0 : 1.0}}, {value}, transformer));
  }
  return context.TableOf(value);
}

Result<Table> TransformCut(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, 1));
  const Object bins_at = transformer.Get("bins");
  if (!bins_at.is_sequence() && !(bins_at.is_array() && !bins_at.is_number())) {
    return context.Unsupported(transformer, "bins that depend on the rows that come in");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix bins, bins_at.Numbers());
  if (bins.size() < 2 || !std::is_sorted(bins.values.begin(), bins.values.end())) {
    return bins_at.Corrupt("bins that do not rise");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool right, transformer.BoolOr("right", true));
  SCOREWAY_ASSIGN_OR_RETURN(const bool include_lowest, transformer.BoolOr("include_lowest", true));
  const Object labels_at = transformer.Get("labels");
  if (!labels_at.has_value()) return context.Unsupported(transformer, "bins without labels");

  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.Numbers(transformer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ranged,
                            context.Add(BinnedRange(bins.values, right, include_lowest), {numbers}, transformer));
  op::Bin bin;
  bin.edges = {{bins.values.begin() + 1, bins.values.end() - 1}};
  bin.codes = {static_cast<uint32_t>(bins.size() - 1)};
  bin.right_closed = right;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context.Add(std::move(bin), {ranged}, transformer));
  // A cell outside the bins becomes missing, and nothing downstream can tell where it came from.
  Table like = in;
  if (labels_at.is_bool()) return TypedTable(context, codes, like, std::nullopt);
  SCOREWAY_ASSIGN_OR_RETURN(const Labels labels, labels_at.ReadLabels());
  if (labels.size() + 1 != bins.size()) return labels_at.Corrupt("not one label a bin");
  op::Params decode = op::DecodeNumber{labels.numbers};
  if (labels.type == Type::kString) decode = op::DecodeText{labels.texts};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(decode), {codes}, transformer));
  return TypedTable(context, value, like, labels.type);
}

}  // namespace scoreway::sklearn2pmml
