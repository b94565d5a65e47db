// AnomalyDetectionModel: how unusual a row is, by a model within.

#include <cmath>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/number_array.h"

namespace scoreway::pmml {
namespace {

// Euler's constant with the digits that the specification gives.
constexpr double kEuler = 0.57721566;

// The depth at which trees isolate the row, as a number between 0 and 1, which is the greater the sooner that is:
// 2^(-depth / c), where c is the depth to be expected among so many rows.
Result<ValueId> OfDepth(Emit& emit, const Element& model, ValueId depth) {
  SCOREWAY_ASSIGN_OR_RETURN(const double size, emit.context().WantNumber(model, "sampleDataSize"));
  if (!(size > 2) || !std::isfinite(size)) return Context::Corrupt(model, "sampleDataSize is not greater than 2");
  const double expected = 2 * (std::log(size - 1) + kEuler) - 2 * (size - 1) / size;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(-expected));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, emit.Binary(op::BinaryFunction::kDivide, depth, by));
  return emit.Unary(op::UnaryFunction::kExp2, exponent);
}

// The distance to the centre of the nearest cluster by the mean distance there.
Result<ValueId> OfDistance(Emit& emit, const Element& model, const Prediction& clusters) {
  const Element means = model.Child("MeanClusterDistances");
  if (!means) return Context::Corrupt(model, "it has no MeanClusterDistances");
  if (!clusters.codes || !clusters.entity_affinity) return Context::Corrupt(model, "the model within has no clusters");
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, ReadNumbers(emit.context(), means, clusters.classes.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, emit.Add(op::DecodeNumber{std::move(numbers)}, {*clusters.codes}));
  return emit.Binary(op::BinaryFunction::kDivide, clusters.entity_affinity->value, mean);
}

}  // namespace

Result<Prediction> LowerAnomalyDetectionModel(ModelScope& scope) {
  const Element& model = scope.model();
  Context& context = scope.context();
  if (scope.function() != MiningFunction::kRegression) {
    return Context::Corrupt(model, "an AnomalyDetectionModel does not have this functionName");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view algorithm, context.Want(model, "algorithmType"));
  const Element inner = FindModel(model);
  if (!inner) return context.Unsupported(model, "an AnomalyDetectionModel without a model element");
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction within, LowerModel(context, inner, &scope));
  Emit emit(context, model);
  Cell cell;
  if (algorithm == "clusterMeanDist") {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, OfDistance(emit, model, within));
  } else if (algorithm == "iforest" || algorithm == "ocsvm") {
    if (!within.value) return Context::Corrupt(inner, "it predicts nothing");
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.AsNumber(*within.value));
    if (algorithm == "iforest") {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, OfDepth(emit, model, cell.value));
    }
  } else {
    return context.Unsupported(model, "algorithmType " + std::string(algorithm));
  }
  Prediction prediction;
  prediction.value = cell;
  return prediction;
}

}  // namespace scoreway::pmml
