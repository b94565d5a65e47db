// Which leaf of a tree a row falls into, and models over such leaves.

#include "importers/sklearn2pmml/lowerings.h"

#include "importers/sklearn/tree_leaves.h"

namespace scoreway::sklearn2pmml {

Result<ValueId> AddLeaves(Context& context, const Object& estimator, const Table& in) {
  if (estimator.Get("tree_").has_value()) return sklearn::AddLeafNumbers(context, estimator, {estimator}, in);
  const std::string name = estimator.short_name();
  if (!estimator.class_name().starts_with("sklearn.ensemble.") || name.find("Boosting") != std::string::npos) {
    return context.Unsupported(estimator, "leaves of this class");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, estimator.Items("estimators_"));
  return sklearn::AddLeafNumbers(context, estimator, trees, in);
}

Result<std::optional<ValueId>> AddNodeNumber(Context& context, const Object& estimator, const Table& in) {
  if (!estimator.Get("tree_").has_value()) return std::optional<ValueId>();
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, sklearn::AddLeafNumbers(context, estimator, {estimator}, in));
  return std::optional(number);
}

// The leaves of boosted trees, one-hot, under a linear model.
Result<Prediction> PredictGbdtLinear(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object gbdt, estimator.Want("gbdt_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object encoder, estimator.Want("ohe_"));
  const Object linear = estimator.GetFirst({"lm_", "lr_"});
  if (!gbdt.class_name().starts_with("sklearn.")) return context.Unsupported(gbdt, "leaves of this class");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, gbdt.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId leaves, sklearn::AddLeafNumbers(context, gbdt, trees, in));
  SCOREWAY_ASSIGN_OR_RETURN(const Table encoded, context.Transform(encoder, context.TableOf(leaves)));
  return context.Predict(linear, encoded);
}

}  // namespace scoreway::sklearn2pmml
