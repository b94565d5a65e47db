#include "importers/pmml/comparison_measure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

enum class Measure : uint8_t { kEuclidean, kSquaredEuclidean, kChebyshev, kCityBlock, kMinkowski };

struct DistanceOfName {
  std::string_view name;
  Measure measure;
};
constexpr std::array kDistances = {
    DistanceOfName{"euclidean", Measure::kEuclidean}, DistanceOfName{"squaredEuclidean", Measure::kSquaredEuclidean},
    DistanceOfName{"chebychev", Measure::kChebyshev}, DistanceOfName{"cityBlock", Measure::kCityBlock},
    DistanceOfName{"minkowski", Measure::kMinkowski},
};

using Distances = op::FieldDistances;

// The operator's measure, if it is one whose power and root are the operator's own steps.
std::optional<Distances::Measure> OperatorMeasure(Measure measure) {
  switch (measure) {
    case Measure::kEuclidean: return Distances::Measure::kEuclidean;
    case Measure::kSquaredEuclidean: return Distances::Measure::kSquaredEuclidean;
    case Measure::kChebyshev: return Distances::Measure::kChebyshev;
    case Measure::kCityBlock: return Distances::Measure::kManhattan;
    case Measure::kMinkowski: break;
  }
  return std::nullopt;
}

std::optional<op::FieldCompare> OperatorCompare(std::string_view function) {
  if (function == "absDiff") return op::FieldCompare::kAbsoluteDifference;
  if (function == "delta") return op::FieldCompare::kUnequal;
  if (function == "equal") return op::FieldCompare::kEqual;
  return std::nullopt;
}

bool AllFinite(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

// Counts in the order 11, 10, 01, 00.
struct SimilarityOfName {
  std::string_view name;
  std::array<double, 4> numerator, denominator;
};
constexpr std::array kSimilarities = {
    SimilarityOfName{"simpleMatching", {1, 0, 0, 1}, {1, 1, 1, 1}},
    SimilarityOfName{"jaccard", {1, 0, 0, 0}, {1, 1, 1, 0}},
    SimilarityOfName{"tanimoto", {1, 0, 0, 1}, {1, 2, 2, 1}},
};

std::optional<Measure> DistanceFromName(std::string_view name) {
  for (const DistanceOfName& distance : kDistances) {
    if (distance.name == name) return distance.measure;
  }
  return std::nullopt;
}

bool IsSimilarity(std::string_view name) {
  for (const SimilarityOfName& similarity : kSimilarities) {
    if (similarity.name == name) return true;
  }
  return name == "binarySimilarity";
}

// What a compareFunction makes of a field of the row and that of every point.
Result<ValueId> Compare(Emit& emit, std::string_view function, ValueId x, ValueId points) {
  if (function == "delta") return emit.Binary(BinaryFunction::kNotEqual, points, x);
  if (function == "equal") return emit.Binary(BinaryFunction::kEqual, points, x);
  if (function == "table") return emit.context().Unsupported(emit.at(), "compareFunction table");
  if (function != "absDiff" && function != "gaussSim") {
    return Context::Corrupt(emit.at(), "compareFunction '" + std::string(function) + "' is not known");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId difference, emit.Binary(BinaryFunction::kSubtract, points, x));
  if (function == "absDiff") return emit.Unary(UnaryFunction::kAbs, difference);
  // exp(-ln 2 (x - y)^2 / scale^2): half as like at the distance of the scale.
  SCOREWAY_ASSIGN_OR_RETURN(const double scale, emit.context().WantNumber(emit.at(), "similarityScale"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, emit.Unary(UnaryFunction::kSquare, difference));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(-std::numbers::ln2 / (scale * scale)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, emit.Binary(BinaryFunction::kMultiply, square, factor));
  return emit.Unary(UnaryFunction::kExp, power);
}

Result<ValueId> Power(Emit& emit, ValueId x, double exponent) {
  if (exponent == 1) return x;
  if (exponent == 2) return emit.Unary(UnaryFunction::kSquare, x);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(exponent));
  return emit.Binary(BinaryFunction::kPower, x, by);
}

// What a field that is known weighs among all; 0 where it is missing.
Result<ValueId> Presence(Emit& emit, ValueId x, double weight) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId present, emit.Unary(UnaryFunction::kIsPresent, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(weight));
  return emit.Binary(BinaryFunction::kMultiply, present, by);
}

Result<std::vector<double>> ReadFactors(const Context& context, const Element& measure, char letter) {
  std::vector<double> factors;
  for (const std::string_view counts : {"11", "10", "01", "00"}) {
    const std::string name = letter + std::string(counts) + "-parameter";
    SCOREWAY_ASSIGN_OR_RETURN(factors.emplace_back(), context.WantNumber(measure, name));
  }
  return factors;
}

// The weighted sum of the counts for every point.
op::Linear CountFlags(const std::vector<double>& factors, const std::vector<double>& points, size_t width) {
  const double both = factors[0], only_row = factors[1], only_point = factors[2], neither = factors[3];
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(points.size() / width);
  for (size_t k = 0; k < points.size(); k += width) {
    double set = 0;
    for (size_t i = k; i < k + width; ++i) {
      linear.weights.push_back(points[i] == 1 ? both - only_point : only_row - neither);
      set += points[i];
    }
    linear.bias.push_back(only_point * set + neither * (static_cast<double>(width) - set));
  }
  return linear;
}

// What is neither 0 nor 1 is no flag.
Result<ValueId> Flags(Emit& emit, const std::vector<ValueId>& cells) {
  op::EncodeNumber flags;
  const size_t count = cells.size();
  flags.categories.assign(count, {0, 1});
  flags.unknown.assign(count, {false, op::kNaN});
  flags.missing.assign(count, {false, op::kNaN});
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(cells));
  return emit.Add(std::move(flags), {row});
}

}  // namespace

Result<ComparisonMeasure> ComparisonMeasure::Read(ModelScope& scope) {
  ComparisonMeasure result;
  result.element_ = scope.model().Child("ComparisonMeasure");
  if (!result.element_) return Context::Corrupt(scope.model(), "it has no ComparisonMeasure");
  for (Element child = result.element_.first_child(); child; child = child.next_sibling()) {
    const bool distance = DistanceFromName(child.name()).has_value();
    if (!distance && !IsSimilarity(child.name())) continue;
    result.measure_ = child;
    result.is_similarity_ = !distance;
    return result;
  }
  return scope.context().Unsupported(result.element_, "a measure that is none of the specification's");
}

Result<ValueId> ComparisonMeasure::Lower(ModelScope& scope, const std::vector<Element>& fields,
                                         const std::vector<ValueId>& cells, const std::vector<double>& points,
                                         const std::vector<double>& presence_weights) const {
  if (scope.precision() == op::Precision::kFloat32) return scope.context().Unsupported(measure_, "x-mathContext float");
  SCOREWAY_RETURN_IF_ERROR(scope.context().Charge(4 * points.size() * sizeof(double), element_));
  if (is_similarity_) return LowerSimilarities(scope, cells, points);
  return LowerDistances(scope, fields, cells, points, presence_weights);
}

// Most measures are one operator. None if it is not, or where a difference that is no number would count otherwise.
Result<std::optional<Distances>> ComparisonMeasure::AsOperator(ModelScope& scope, const std::vector<Element>& fields,
                                                               const std::vector<double>& points,
                                                               const std::vector<double>& presence_weights) const {
  const std::optional<Distances::Measure> measure = OperatorMeasure(*DistanceFromName(measure_.name()));
  if (!measure || !AllFinite(points)) return std::optional<Distances>();
  Distances distances{.measure = *measure,
                      .compare = {},
                      .scale = std::vector<double>(fields.size(), 1),
                      .weight = {},
                      .presence_weight = presence_weights,
                      .points = points};
  const std::string_view common = element_.Attribute("compareFunction", "absDiff");
  for (const Element& field : fields) {
    const auto compare = OperatorCompare(field.Attribute("compareFunction", common));
    SCOREWAY_ASSIGN_OR_RETURN(const double weight, scope.context().NumberOr(field, "fieldWeight", 1));
    if (!compare || !(weight > 0 && std::isfinite(weight))) return std::optional<Distances>();
    distances.compare.push_back(*compare);
    distances.weight.push_back(weight);
  }
  return std::optional(std::move(distances));
}

// Field by field, the differences to all points side by side. Missing fields are left out, and the sum of the others is
// scaled up by how much their presence weighs.
Result<ValueId> ComparisonMeasure::LowerDistances(ModelScope& scope, const std::vector<Element>& fields,
                                                  const std::vector<ValueId>& cells, const std::vector<double>& points,
                                                  const std::vector<double>& presence_weights) const {
  Context& context = scope.context();
  const Measure measure = *DistanceFromName(measure_.name());
  double exponent = measure == Measure::kEuclidean || measure == Measure::kSquaredEuclidean ? 2 : 1;
  if (measure == Measure::kMinkowski) {
    SCOREWAY_ASSIGN_OR_RETURN(exponent, context.WantNumber(measure_, "p-parameter"));
    if (!(exponent > 0)) return Context::Corrupt(measure_, "p-parameter is not positive");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<Distances> whole, AsOperator(scope, fields, points, presence_weights));
  if (whole) {
    Emit emit(context, measure_);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(cells));
    return emit.Add(*whole, {row});
  }
  const std::string_view common = element_.Attribute("compareFunction", "absDiff");
  const size_t count = points.size() / fields.size();
  std::vector<ValueId> differences, presences;
  double all_present = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    Emit emit(context, fields[i]);
    std::vector<double> of_points;
    for (size_t k = 0; k < count; ++k) of_points.push_back(points[k * fields.size() + i]);
    SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.Numbers(std::move(of_points)));
    SCOREWAY_ASSIGN_OR_RETURN(x, Compare(emit, fields[i].Attribute("compareFunction", common), cells[i], x));
    SCOREWAY_ASSIGN_OR_RETURN(x, Power(emit, x, exponent));
    SCOREWAY_ASSIGN_OR_RETURN(const double weight, context.NumberOr(fields[i], "fieldWeight", 1));
    if (weight != 1) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(weight));
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kMultiply, x, by));
    }
    SCOREWAY_ASSIGN_OR_RETURN(differences.emplace_back(),
                              emit.Add(op::ImputeNumber{op::kNaN, std::vector<double>(count, 0)}, {x}));
    SCOREWAY_ASSIGN_OR_RETURN(presences.emplace_back(), Presence(emit, cells[i], presence_weights[i]));
    all_present += presence_weights[i];
  }
  Emit emit(context, measure_);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId present, emit.Add(op::WeightedSum{}, std::move(presences)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, emit.Number(all_present));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ratio, emit.Binary(BinaryFunction::kDivide, all, present));
  // Nothing is known of a row without any field.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit.Number(op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId adjustment, emit.Where(present, ratio, nothing));
  ValueId total = differences[0];
  if (measure == Measure::kChebyshev) {
    for (size_t i = 1; i < differences.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(total, emit.Binary(BinaryFunction::kMax, total, differences[i]));
    }
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(total, emit.Add(op::WeightedSum{}, std::move(differences)));
  }
  SCOREWAY_ASSIGN_OR_RETURN(total, emit.Binary(BinaryFunction::kMultiply, total, adjustment));
  if (measure == Measure::kEuclidean) return emit.Unary(UnaryFunction::kSqrt, total);
  if (measure == Measure::kMinkowski) return Power(emit, total, 1 / exponent);
  return total;
}

// With n11, n10, n01 and n00 flags that row and point have both, only one or neither, numerator and denominator are
// sums of these counts, and so linear in the flags of the row.
Result<ValueId> ComparisonMeasure::LowerSimilarities(ModelScope& scope, const std::vector<ValueId>& cells,
                                                     const std::vector<double>& points) const {
  Emit emit(scope.context(), measure_);
  std::vector<double> numerator, denominator;
  for (const SimilarityOfName& similarity : kSimilarities) {
    if (similarity.name != measure_.name()) continue;
    numerator.assign(similarity.numerator.begin(), similarity.numerator.end());
    denominator.assign(similarity.denominator.begin(), similarity.denominator.end());
  }
  if (numerator.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(numerator, ReadFactors(scope.context(), measure_, 'c'));
    SCOREWAY_ASSIGN_OR_RETURN(denominator, ReadFactors(scope.context(), measure_, 'd'));
  }
  for (const double flag : points) {
    if (flag != 0 && flag != 1) return Context::Corrupt(scope.model(), "a flag of a point is neither 0 nor 1");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, Flags(emit, cells));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, emit.Add(CountFlags(numerator, points, cells.size()), {row}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, emit.Add(CountFlags(denominator, points, cells.size()), {row}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId quotient, emit.Binary(BinaryFunction::kDivide, above, below));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, emit.Number(op::kNaN));
  return emit.Where(below, quotient, nothing);
}

}  // namespace scoreway::pmml
