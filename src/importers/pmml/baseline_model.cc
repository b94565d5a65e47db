// BaselineModel: how far a row lies from what is usual. Only tests of single rows; those over a stream of rows would
// need a state that a model does not have.

#include <cmath>

#include "importers/pmml/model_elements.h"

namespace scoreway::pmml {
namespace {

struct Moments {
  double mean = 0, variance = 0;
};

Result<Moments> ReadMoments(Context& context, const Element& baseline) {
  Moments moments;
  for (Element child = baseline.first_child(); child; child = child.next_sibling()) {
    if (child.Is("GaussianDistribution") || child.Is("AnyDistribution")) {
      SCOREWAY_ASSIGN_OR_RETURN(moments.mean, context.WantNumber(child, "mean"));
      SCOREWAY_ASSIGN_OR_RETURN(moments.variance, context.WantNumber(child, "variance"));
    } else if (child.Is("PoissonDistribution")) {
      SCOREWAY_ASSIGN_OR_RETURN(moments.mean, context.WantNumber(child, "mean"));
      moments.variance = moments.mean;
    } else if (child.Is("UniformDistribution")) {
      SCOREWAY_ASSIGN_OR_RETURN(const double low, context.WantNumber(child, "lower"));
      SCOREWAY_ASSIGN_OR_RETURN(const double high, context.WantNumber(child, "upper"));
      moments = {(low + high) / 2, (high - low) * (high - low) / 12};
    } else {
      continue;
    }
    if (moments.variance > 0 && std::isfinite(moments.variance)) return moments;
    return Context::Corrupt(child, "its variance is not positive");
  }
  return context.Unsupported(baseline, "a Baseline of no known distribution");
}

}  // namespace

Result<Prediction> LowerBaselineModel(ModelScope& scope) {
  const Element& model = scope.model();
  Context& context = scope.context();
  const Element test = model.Child("TestDistributions");
  if (!test) return Context::Corrupt(model, "it has no TestDistributions");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view statistic, context.Want(test, "testStatistic"));
  if (statistic != "zValue") {
    return context.Unsupported(test, "testStatistic " + std::string(statistic) + ", which is of a stream of rows");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double window, context.NumberOr(test, "windowSize", 0));
  if (window > 1) return context.Unsupported(test, "windowSize, which is of a stream of rows");
  const Element baseline = test.Child("Baseline");
  if (!baseline) return Context::Corrupt(test, "it has no Baseline");
  SCOREWAY_ASSIGN_OR_RETURN(const Moments moments, ReadMoments(context, baseline));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell field, scope.FieldOf(test));
  Emit emit(context, test);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(field));
  op::Affine z;
  z.offset = {moments.mean};
  z.factor = {std::sqrt(moments.variance)};
  Prediction prediction;
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(std::move(z), {x}));
  prediction.value = cell;
  return prediction;
}

}  // namespace scoreway::pmml
