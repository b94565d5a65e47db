// Columns derived from columns of numbers: bins, thresholds, products, splines.

#include <algorithm>

#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/spline.h"

namespace scoreway::sklearn {
namespace {

// Beyond this many terms a polynomial is a mistake or an attack.
constexpr size_t kTermsMax = size_t{1} << 22;

// Appends every combination of `degree` of `width` columns in lexicographic order, with or without repetition.
Status AddTerms(const Object& at, size_t width, size_t degree, bool repeat, op::Polynomial* polynomial) {
  std::vector<uint32_t> term(degree);
  if (!repeat) {
    if (degree > width) return {};
    for (size_t i = 0; i < degree; ++i) term[i] = static_cast<uint32_t>(i);
  }
  while (true) {
    if (polynomial->ends.size() >= kTermsMax || polynomial->factors.size() > 8 * kTermsMax) {
      return Status(Code::kResourceExhausted, "more than " + std::to_string(kTermsMax) + " polynomial terms",
                    at.path());
    }
    polynomial->factors.insert(polynomial->factors.end(), term.begin(), term.end());
    polynomial->ends.push_back(static_cast<uint32_t>(polynomial->factors.size()));
    // The last position that can still move on; those behind it start anew right after it.
    size_t position = degree;
    while (position > 0 && term[position - 1] == width - 1 - (repeat ? 0 : degree - position)) --position;
    if (position == 0) return {};
    uint32_t next = term[position - 1] + 1;
    for (size_t i = position - 1; i < degree; ++i) term[i] = repeat ? next : next++;
  }
}

Status ReadDegrees(const Object& features, size_t* low, size_t* high) {
  const Object degree = features.Get("degree");
  if (degree.is_sequence()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> bounds, degree.Integers());
    if (bounds.size() != 2 || bounds[0] < 0 || bounds[1] < bounds[0]) return degree.Corrupt("not a range of degrees");
    *low = static_cast<size_t>(bounds[0]);
    *high = static_cast<size_t>(bounds[1]);
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t bound, features.Integer("degree"));
    if (bound < 0) return degree.Corrupt("a negative degree");
    *low = 0;
    *high = static_cast<size_t>(bound);
  }
  if (*high > 64) return Status(Code::kResourceExhausted, "a polynomial of degree beyond 64", features.path());
  return {};
}

}  // namespace

Result<Spline> ReadSpline(const Object& spline) {
  Object state = spline;
  // Since 1.17 scipy keeps all in an inner spline that the state begins with, or under names of its own.
  if (!spline.GetFirst({"t", "_t"}).exists() && spline.is_instance()) {
    const pickle::Node* saved = (*spline.node().AsInstance())->state;
    if (saved != nullptr && saved->is_sequence()) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Object(saved, spline.path()).Items());
      if (!parts.empty()) state = parts[0];
    }
  }
  Spline out;
  SCOREWAY_ASSIGN_OR_RETURN(Matrix knots, state.GetFirst({"t", "_t"}).Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(out.coefficients, state.GetFirst({"c", "_c"}).Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(out.degree, state.Integer("k"));
  out.knots = std::move(knots.values);
  out.extrapolate = state.Get("extrapolate");
  return out;
}

Result<Table> TransformKBinsDiscretizer(Context& context, const Object& discretizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> edges_at, discretizer.Items("bin_edges_"));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(discretizer, in, edges_at.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string encode, discretizer.TextOr("encode", "onehot"));
  op::Bin bin;
  op::OneHot one_hot;
  for (const Object& at : edges_at) {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix edges, at.Numbers());
    if (edges.size() < 2) return at.Corrupt("a column has fewer than two bin edges");
    const auto bins = static_cast<uint32_t>(edges.size() - 1);
    bin.edges.emplace_back(edges.values.begin() + 1, edges.values.end() - 1);
    bin.codes.push_back(bins);
    one_hot.widths.push_back(bins);
    std::vector<int32_t>& slots = one_hot.slots.emplace_back();
    for (uint32_t code = 0; code < bins; ++code) slots.push_back(static_cast<int32_t>(code));
  }

  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(ValueId numbers, context.FiniteNumbers(discretizer, &table));
  if (!context.AtLeast(1, 1)) {
    // Earlier versions moved every cell a little, so that it falls right of an edge that it almost equals.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId size,
                              context.Add(op::Unary{op::UnaryFunction::kAbs}, {numbers}, discretizer));
    op::Affine epsilon{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
    epsilon.offset.assign(in.width(), 1e-8);
    epsilon.factor.assign(in.width(), 1e-5);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId step, context.Add(std::move(epsilon), {size}, discretizer));
    SCOREWAY_ASSIGN_OR_RETURN(numbers, context.Add(op::Binary{op::BinaryFunction::kAdd}, {numbers, step}, discretizer));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context.Add(std::move(bin), {numbers}, discretizer));
  if (encode == "ordinal") return context.TableOf(codes);
  if (encode != "onehot" && encode != "onehot-dense") {
    return context.Unsupported(discretizer, "encode '" + encode + "'");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(one_hot), {codes}, discretizer));
  return context.TableOf(out);
}

Result<Table> TransformBinarizer(Context& context, const Object& binarizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const double threshold, binarizer.NumberOr("threshold", 0));
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(binarizer, &table));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(op::Threshold{threshold}, {numbers}, binarizer));
  return context.TableOf(out, table);
}

Result<Table> TransformPolynomialFeatures(Context& context, const Object& features, const Table& in) {
  size_t low = 0;
  size_t high = 0;
  SCOREWAY_RETURN_IF_ERROR(ReadDegrees(features, &low, &high));
  SCOREWAY_ASSIGN_OR_RETURN(const bool interaction_only, features.BoolOr("interaction_only", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool include_bias, features.BoolOr("include_bias", true));
  op::Polynomial polynomial;
  if (include_bias) polynomial.ends.push_back(0);
  for (size_t degree = std::max<size_t>(low, 1); degree <= high && in.width() > 0; ++degree) {
    SCOREWAY_RETURN_IF_ERROR(AddTerms(features, in.width(), degree, !interaction_only, &polynomial));
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(4 * (polynomial.ends.size() + polynomial.factors.size()), features));
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(features, &table));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(polynomial), {numbers}, features));
  return context.TableOf(out);
}

Result<Table> TransformSplineTransformer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> splines, transformer.Items("bsplines_"));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, splines.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string extrapolation, transformer.TextOr("extrapolation", "constant"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string missing, transformer.TextOr("handle_missing", "error"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t degree, transformer.Integer("degree"));
  if (degree < 0 || degree > 32) return transformer.Corrupt("a degree out of range");
  if (missing != "error" && missing != "zeros") {
    return context.Unsupported(transformer, "handle_missing '" + missing + "'");
  }
  using Extrapolation = op::SplineBasis::Extrapolation;
  op::SplineBasis basis;
  basis.degree = static_cast<uint32_t>(degree);
  SCOREWAY_ASSIGN_OR_RETURN(basis.include_bias, transformer.BoolOr("include_bias", true));
  if (extrapolation == "error") {
    basis.extrapolation = Extrapolation::kError;
  } else if (extrapolation == "linear") {
    basis.extrapolation = Extrapolation::kLinear;
  } else if (extrapolation == "continue") {
    basis.extrapolation = Extrapolation::kContinue;
  } else if (extrapolation == "periodic") {
    basis.extrapolation = Extrapolation::kPeriodic;
  } else if (extrapolation != "constant") {
    return context.Unsupported(transformer, "extrapolation '" + extrapolation + "'");
  }
  basis.missing_is_zero = missing == "zeros";
  for (const Object& spline : splines) {
    SCOREWAY_ASSIGN_OR_RETURN(Spline read, ReadSpline(spline));
    basis.knots.push_back(std::move(read.knots));
  }
  Table table = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers,
                            context.FiniteNumbers(transformer, &table, {.allow_nan = basis.missing_is_zero}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(basis), {numbers}, transformer));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
