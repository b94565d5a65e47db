// Stages that put vectors together and take them apart.

#include <cmath>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// A pipeline may multiply columns by each other again and again.
constexpr uint64_t kWidthMax = 1 << 20;
// A transform of so many columns has the square of that many weights.
constexpr uint32_t kCosinesMax = 4096;

struct InOut {
  FrameColumn in;
  std::string out;
};

Result<InOut> VectorToVector(Context& context, const Stage& stage, const char* in_parameter = "inputCol",
                             size_t width = 0) {
  InOut columns;
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in, stage.Text(in_parameter));
  SCOREWAY_ASSIGN_OR_RETURN(columns.out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(columns.in, context.Vector(stage, in, width));
  return columns;
}

Result<std::vector<uint32_t>> Positions(const Stage& stage, const std::vector<double>& numbers, uint32_t width) {
  std::vector<uint32_t> positions;
  for (const double number : numbers) {
    if (!(number >= 0 && number < width)) return stage.Corrupt("selects a column that is not there");
    positions.push_back(static_cast<uint32_t>(number));
  }
  return positions;
}

}  // namespace

Status LowerVectorAssembler(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, stage.Texts("inputCols"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string invalid, stage.Text("handleInvalid", "error"));
  if (names.empty()) return stage.Corrupt("has no input columns");
  std::vector<ValueId> parts;
  for (const std::string& name : names) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Any(stage, name));
    // With "keep" a missing number is NaN in the vector; else, also where Spark would skip the row, an error.
    if (invalid == "keep") context.AllowMissing(column);
    parts.push_back(column.value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId vector, context.Add(stage, op::Concat{}, std::move(parts)));
  context.SetVector(out, vector);
  return {};
}

Status LowerVectorSlicer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage));
  if (const JsonValue* names = stage.Find("names"); names != nullptr && names->array() && !names->array()->empty()) {
    return context.Unsupported(stage, "it slices by names of attributes");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> indices, stage.Numbers("indices"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto positions, Positions(stage, indices, columns.in.width));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId slice, context.Select(stage, columns.in.value, positions));
  context.SetVector(columns.out, slice);
  return {};
}

// ChiSqSelectorModel, UnivariateFeatureSelectorModel, VarianceThresholdSelectorModel.
Status LowerFeatureSelector(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage, "featuresCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> selected, stage.NumbersOf(table, "selectedFeatures"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto positions, Positions(stage, selected, columns.in.width));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId slice, context.Select(stage, columns.in.value, positions));
  context.SetVector(columns.out, slice);
  return {};
}

// The products of one item of each column, the last column's varying fastest; a column of codes counts as its one-hot
// vector (FeatureEncoder in Interaction.scala: all codes, none dropped).
Status LowerInteraction(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, stage.Texts("inputCols"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  std::vector<ValueId> parts;
  std::vector<uint32_t> begins, widths;
  uint32_t total = 0;
  uint64_t products = 1;
  for (const std::string& name : names) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Any(stage, name));
    ValueId value = column.value;
    if (column.kind == FrameColumn::Kind::kNumber && column.code_count > 0) {
      std::vector<int32_t> slots(column.code_count);
      for (uint32_t k = 0; k < column.code_count; ++k) slots[k] = static_cast<int32_t>(k);
      SCOREWAY_ASSIGN_OR_RETURN(value,
                                context.Add(stage, op::OneHot{{column.code_count}, {std::move(slots)}}, {value}));
    }
    begins.push_back(total);
    widths.push_back(context.width(value));
    total += widths.back();
    products *= widths.back();
    if (products > kWidthMax) return Status(Code::kResourceExhausted, "the interaction has too many columns", out);
    parts.push_back(value);
  }
  if (parts.empty()) return stage.Corrupt("has no input columns");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(stage, op::Concat{}, std::move(parts)));
  op::Polynomial polynomial;
  std::vector<uint32_t> at(widths.size(), 0);
  for (uint64_t p = 0; p < products; ++p) {
    for (size_t i = 0; i < at.size(); ++i) polynomial.factors.push_back(begins[i] + at[i]);
    polynomial.ends.push_back(static_cast<uint32_t>(polynomial.factors.size()));
    for (size_t i = at.size(); i-- > 0 && ++at[i] == widths[i];) at[i] = 0;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId product, context.Add(stage, std::move(polynomial), {joined}));
  context.SetVector(out, product);
  return {};
}

namespace {

// PolynomialExpansion.expandDense: for the last column its powers from 0 up, each times the expansion of the columns
// before it to the degree that is left; the constant 1 at the very front is left out.
void Expand(const std::vector<uint32_t>& powers, uint32_t last, uint32_t degree,
            std::vector<std::vector<uint32_t>>* terms) {
  if (degree == 0 || last == 0) {
    terms->push_back(powers);
    return;
  }
  std::vector<uint32_t> factors = powers;
  for (uint32_t power = 0; power <= degree; ++power) {
    Expand(factors, last - 1, degree - power, terms);
    factors.push_back(last - 1);
  }
}

}  // namespace

Status LowerPolynomialExpansion(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const double degree, stage.Number("degree", 2));
  double width = 1;  // (n + d over d)
  for (int i = 1; i <= degree; ++i) width = width * (columns.in.width + i) / i;
  if (!(degree >= 1) || width > kWidthMax) {
    return Status(Code::kResourceExhausted, "the expansion has too many columns", columns.out);
  }
  std::vector<std::vector<uint32_t>> terms;
  Expand({}, columns.in.width, static_cast<uint32_t>(degree), &terms);
  op::Polynomial polynomial;
  for (const std::vector<uint32_t>& term : terms) {
    if (term.empty()) continue;  // the constant
    polynomial.factors.insert(polynomial.factors.end(), term.begin(), term.end());
    polynomial.ends.push_back(static_cast<uint32_t>(polynomial.factors.size()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, std::move(polynomial), {columns.in.value}));
  context.SetVector(columns.out, out);
  return {};
}

Status LowerElementwiseProduct(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> factors, stage.Numbers("scalingVec"));
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage, "inputCol", factors.size()));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId out,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, std::move(factors)}, {columns.in.value}));
  context.SetVector(columns.out, out);
  return {};
}

// The discrete cosine transform II with the scale that makes its matrix orthogonal, or its inverse.
Status LowerDct(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const bool inverse, stage.Bool("inverse", false));
  const uint32_t size = columns.in.width;
  if (size > kCosinesMax) return Status(Code::kResourceExhausted, "the transform has too many columns", columns.out);
  op::Linear linear;
  linear.outputs = size;
  for (uint32_t out = 0; out < size; ++out) {
    for (uint32_t in = 0; in < size; ++in) {
      const uint32_t k = inverse ? in : out, n = inverse ? out : in;
      // The angle within one turn, which keeps its digits.
      const uint64_t quarter = uint64_t{2 * n + 1} * k % (uint64_t{4} * size);
      const double angle = M_PI * static_cast<double>(quarter) / (2.0 * size);
      linear.weights.push_back(std::sqrt((k == 0 ? 1.0 : 2.0) / size) * std::cos(angle));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, std::move(linear), {columns.in.value}));
  context.SetVector(columns.out, out);
  return {};
}

// Says how wide an input vector is; of another vector the width is known.
Status LowerVectorSizeHint(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const double size, stage.Number("size"));
  if (!(size >= 0 && size <= kWidthMax)) return stage.Corrupt("has no size");
  if (context.Peek(name) != nullptr) return {};
  SCOREWAY_RETURN_IF_ERROR(context.Vector(stage, name, static_cast<size_t>(size)).status());
  return {};
}

Status LowerNormalizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const double p, stage.Number("p", 2));
  op::NormalizeRows normalize;
  if (p == 1) {
    normalize.norm = op::NormalizeRows::Norm::kL1;
  } else if (p == 2) {
    normalize.norm = op::NormalizeRows::Norm::kL2;
  } else if (std::isinf(p)) {
    normalize.norm = op::NormalizeRows::Norm::kMax;
  } else {
    return context.Unsupported(stage, "a norm other than 1, 2 and infinity");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, normalize, {columns.in.value}));
  context.SetVector(columns.out, out);
  return {};
}

Status LowerPca(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix components, stage.MatrixOf(table, "pc"));
  SCOREWAY_ASSIGN_OR_RETURN(const InOut columns, VectorToVector(context, stage, "inputCol", components.rows));
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(components.columns);
  for (size_t j = 0; j < components.columns; ++j) {
    for (size_t i = 0; i < components.rows; ++i)
      linear.weights.push_back(components.values[i * components.columns + j]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(stage, std::move(linear), {columns.in.value}));
  context.SetVector(columns.out, out);
  return {};
}

}  // namespace scoreway::spark
