// The lowering functions for estimators of XGBoost and LightGBM; classes.cc says which class each is for. They extend
// those of importers/sklearn and follow the same contract.
#pragma once

#include <optional>
#include <span>

#include "importers/boosters/xgboost_model.h"
#include "importers/sklearn/lowering.h"

namespace scoreway::boosters {

using sklearn::Context;
using sklearn::Importances;
using sklearn::KnownInputs;
using sklearn::Labels;
using sklearn::Object;
using sklearn::Prediction;
using sklearn::Table;

// xgboost_estimators.cc
Result<Prediction> PredictXgbClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictXgbRegressor(Context&, const Object&, const Table& in);  // and rankers
Status LowerXgboostBooster(Context&, const Object&);
std::optional<KnownInputs> InputsOfXgb(const Object&);
Result<Importances> ImportancesOfXgb(Context&, const Object&, size_t width);
Result<ValueId> AddXgbLeaves(Context&, const Object&, const Table& in);

// lightgbm_estimators.cc
Result<Prediction> PredictLgbmClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictLgbmRegressor(Context&, const Object&, const Table& in);  // and rankers
Status LowerLightgbmBooster(Context&, const Object&);
std::optional<KnownInputs> InputsOfLgbm(const Object&);
Result<Importances> ImportancesOfLgbm(Context&, const Object&, size_t width);
Result<ValueId> AddLgbmLeaves(Context&, const Object&, const Table& in);

// booster_columns.cc
// The columns as one Value of numbers, each with categories as their codes; a cell that is none of them fails the run
// or is missing.
Result<ValueId> BoosterMatrix(Context&, const Object& user, const Table& in,
                              std::span<const std::optional<FeatureCategories>> categories, bool reject_unknown);
// The same trees with a column each for the leaf a row falls into: its place among the leaves of its tree, or (by_node)
// among the nodes.
op::TreeEnsemble NumberedLeaves(op::TreeEnsemble trees, bool by_node);
// The outputs of a bare booster: prediction[_<k>] and margin[_<k>].
Status AddBoosterOutputs(Context&, ValueId prediction, ValueId margin, Type type);
// A classifier of the classes 0 and 1 by the probability of the second.
Result<Prediction> BinaryClassifier(Context&, const Object& origin, Labels labels, ValueId positive);
// 0, 1, ... as labels.
Labels CountedLabels(size_t count);

}  // namespace scoreway::boosters
