#include "importers/pmml/comparison_measure.h"

#include <array>
#include <optional>
#include <string>

namespace scoreway::pmml {
namespace {

using Measure = op::FieldDistances::Measure;

struct DistanceOfName {
  std::string_view name;
  Measure measure;
};
constexpr std::array kDistances = {
    DistanceOfName{"euclidean", Measure::kEuclidean}, DistanceOfName{"squaredEuclidean", Measure::kSquaredEuclidean},
    DistanceOfName{"chebychev", Measure::kChebyshev}, DistanceOfName{"cityBlock", Measure::kManhattan},
    DistanceOfName{"minkowski", Measure::kMinkowski},
};

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

Result<op::FieldCompare> ReadCompare(Context& context, const Element& element, std::string_view name) {
  if (name == "absDiff") return op::FieldCompare::kAbsoluteDifference;
  if (name == "gaussSim") return op::FieldCompare::kGaussian;
  if (name == "delta") return op::FieldCompare::kUnequal;
  if (name == "equal") return op::FieldCompare::kEqual;
  if (name == "table") return context.Unsupported(element, "compareFunction table");
  return Context::Corrupt(element, "compareFunction '" + std::string(name) + "' is not known");
}

Result<std::vector<double>> ReadFactors(const Context& context, const Element& measure, char letter) {
  std::vector<double> factors;
  for (const std::string_view counts : {"11", "10", "01", "00"}) {
    const std::string name = letter + std::string(counts) + "-parameter";
    SCOREWAY_ASSIGN_OR_RETURN(factors.emplace_back(), context.WantNumber(measure, name));
  }
  return factors;
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
                                         const std::vector<ValueId>& cells, std::vector<double> points,
                                         const std::vector<double>& presence_weights) const {
  if (scope.precision() == op::Precision::kFloat32) return scope.context().Unsupported(measure_, "distances in float");
  Emit emit(scope.context(), measure_);
  SCOREWAY_RETURN_IF_ERROR(scope.context().Charge(points.size() * sizeof(double), element_));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(cells));
  if (is_similarity_) return LowerSimilarities(scope, row, points);
  return LowerDistances(scope, fields, row, std::move(points), presence_weights);
}

Result<ValueId> ComparisonMeasure::LowerDistances(ModelScope& scope, const std::vector<Element>& fields, ValueId row,
                                                  std::vector<double> points,
                                                  const std::vector<double>& presence_weights) const {
  Context& context = scope.context();
  Emit emit(context, measure_);
  op::FieldDistances distances;
  distances.measure = *DistanceFromName(measure_.name());
  distances.points = std::move(points);
  distances.presence_weight = presence_weights;
  if (distances.measure == Measure::kMinkowski) {
    SCOREWAY_ASSIGN_OR_RETURN(distances.exponent, context.WantNumber(measure_, "p-parameter"));
    if (!(distances.exponent > 0)) return Context::Corrupt(measure_, "p-parameter is not positive");
  }
  const std::string_view common = element_.Attribute("compareFunction", "absDiff");
  for (const Element& field : fields) {
    SCOREWAY_ASSIGN_OR_RETURN(const op::FieldCompare compare,
                              ReadCompare(context, field, field.Attribute("compareFunction", common)));
    distances.compare.push_back(compare);
    double scale = 1;
    if (compare == op::FieldCompare::kGaussian) {
      SCOREWAY_ASSIGN_OR_RETURN(scale, context.WantNumber(field, "similarityScale"));
    }
    distances.scale.push_back(scale);
    SCOREWAY_ASSIGN_OR_RETURN(distances.weight.emplace_back(), context.NumberOr(field, "fieldWeight", 1));
  }
  return emit.Add(std::move(distances), {row});
}

Result<ValueId> ComparisonMeasure::LowerSimilarities(ModelScope& scope, ValueId row,
                                                     const std::vector<double>& points) const {
  Emit emit(scope.context(), measure_);
  op::FlagSimilarities similarities;
  for (const double flag : points) {
    if (flag != 0 && flag != 1) return Context::Corrupt(scope.model(), "a flag of a point is neither 0 nor 1");
    similarities.points.push_back(flag == 1 ? 1 : 0);
  }
  for (const SimilarityOfName& similarity : kSimilarities) {
    if (similarity.name != measure_.name()) continue;
    similarities.numerator.assign(similarity.numerator.begin(), similarity.numerator.end());
    similarities.denominator.assign(similarity.denominator.begin(), similarity.denominator.end());
  }
  if (similarities.numerator.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(similarities.numerator, ReadFactors(scope.context(), measure_, 'c'));
    SCOREWAY_ASSIGN_OR_RETURN(similarities.denominator, ReadFactors(scope.context(), measure_, 'd'));
  }
  return emit.Add(std::move(similarities), {row});
}

}  // namespace scoreway::pmml
