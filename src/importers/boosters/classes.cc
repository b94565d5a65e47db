// Which function lowers which class, by public name (Object::public_name). This table is what "supported" means.

#include "importers/boosters/classes.h"

#include "importers/boosters/lowerings.h"

namespace scoreway::boosters {
namespace {

constexpr sklearn::ClassLowering kClasses[] = {
    {.name = "xgboost.sklearn.XGBClassifier",
     .predict = PredictXgbClassifier,
     .inputs = InputsOfXgb,
     .importances = ImportancesOfXgb},
    {.name = "xgboost.sklearn.XGBRFClassifier",
     .predict = PredictXgbClassifier,
     .inputs = InputsOfXgb,
     .importances = ImportancesOfXgb},
    {.name = "xgboost.sklearn.XGBRegressor",
     .predict = PredictXgbRegressor,
     .inputs = InputsOfXgb,
     .importances = ImportancesOfXgb},
    {.name = "xgboost.sklearn.XGBRFRegressor",
     .predict = PredictXgbRegressor,
     .inputs = InputsOfXgb,
     .importances = ImportancesOfXgb},
    {.name = "xgboost.sklearn.XGBRanker",
     .predict = PredictXgbRegressor,
     .inputs = InputsOfXgb,
     .importances = ImportancesOfXgb},
    {.name = "xgboost.core.Booster",
     .predict = PredictXgbRegressor,
     .root = LowerXgboostBooster,
     .inputs = InputsOfXgb},
    {.name = "lightgbm.sklearn.LGBMClassifier",
     .predict = PredictLgbmClassifier,
     .inputs = InputsOfLgbm,
     .importances = ImportancesOfLgbm},
    {.name = "lightgbm.sklearn.LGBMRegressor",
     .predict = PredictLgbmRegressor,
     .inputs = InputsOfLgbm,
     .importances = ImportancesOfLgbm},
    {.name = "lightgbm.sklearn.LGBMRanker",
     .predict = PredictLgbmRegressor,
     .inputs = InputsOfLgbm,
     .importances = ImportancesOfLgbm},
    {.name = "lightgbm.basic.Booster",
     .predict = PredictLgbmRegressor,
     .root = LowerLightgbmBooster,
     .inputs = InputsOfLgbm},
};

}  // namespace

sklearn::ClassTable BoosterClasses() { return kClasses; }

bool HasLeaves(const Object& estimator) {
  const std::string name = estimator.class_name();
  return name.starts_with("xgboost.") || name.starts_with("lightgbm.");
}

Result<ValueId> AddLeaves(Context& context, const Object& estimator, const Table& in) {
  if (estimator.class_name().starts_with("xgboost.")) return AddXgbLeaves(context, estimator, in);
  return AddLgbmLeaves(context, estimator, in);
}

}  // namespace scoreway::boosters
