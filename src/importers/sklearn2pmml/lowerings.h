// The lowering functions for sklearn2pmml, sklearn_pandas and libraries that pipelines of theirs bring along, by theme;
// classes.cc says which class each is for. They extend those of importers/sklearn and follow the same contract.
#pragma once

#include "importers/sklearn/lowering.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn2pmml {

using sklearn::Context;
using sklearn::Labels;
using sklearn::Object;
using sklearn::Prediction;
using sklearn::Table;
using sklearn::TableColumn;

// pmml_pipeline.cc
Status LowerPmmlPipeline(Context&, const Object&);
// The outputs of a model, as PMML names them; `target` is empty where the model does not name it.
Status AddPmmlOutputs(Context&, const Object& root, const std::string& target, Prediction prediction);

// mapper.cc
Result<Table> TransformDataFrameMapper(Context&, const Object&, const Table& in);
// By the names that a frame's columns carry here, of inputs or given since.
Result<TableColumn> FindNamed(Context&, const Object& user, const Table& in, const std::string& name);

// cross_reference.cc
Result<Table> TransformMemorizer(Context&, const Object&, const Table& in);
Result<Table> TransformRecaller(Context&, const Object&, const Table& in);

// domain.cc
Result<Table> TransformContinuousDomain(Context&, const Object&, const Table& in);
Result<Table> TransformDiscreteDomain(Context&, const Object&, const Table& in);
Result<Table> TransformTemporalDomain(Context&, const Object&, const Table& in);
Result<Table> TransformMultiDomain(Context&, const Object&, const Table& in);

// wrappers.cc
Result<Table> TransformIdentity(Context&, const Object&, const Table& in);
Result<Table> TransformAlias(Context&, const Object&, const Table& in);
Result<Table> TransformSelectorProxy(Context&, const Object&, const Table& in);
Result<Prediction> PredictEstimatorProxy(Context&, const Object&, const Table& in);
Result<Table> TransformSupportMask(Context&, const Object&, const Table& in);
Result<Table> TransformFrameConstructor(Context&, const Object&, const Table& in);
Result<Table> TransformReshaper(Context&, const Object&, const Table& in);
Result<Table> TransformDecision(Context&, const Object&, const Table& in);
Result<Table> TransformCategoricalImputer(Context&, const Object&, const Table& in);
Result<Table> TransformSlicer(Context&, const Object&, const Table& in);

// cast.cc
Result<Table> TransformCast(Context&, const Object&, const Table& in);
Result<Table> TransformMultiCast(Context&, const Object&, const Table& in);
// Columns of categories by their codes, -1 where there is none, as pandas' cat.codes.
Result<Table> CategoryCodes(Context&, const Object& user, const Table& in);

// texts.cc
Result<Table> TransformConcat(Context&, const Object&, const Table& in);
Result<Table> TransformStringNormalizer(Context&, const Object&, const Table& in);
Result<Table> TransformSubstring(Context&, const Object&, const Table& in);
Result<Table> TransformStringLength(Context&, const Object&, const Table& in);

// patterns.cc
Result<Table> TransformMatches(Context&, const Object&, const Table& in);
Result<Table> TransformReplace(Context&, const Object&, const Table& in);
Result<Table> TransformWordCount(Context&, const Object&, const Table& in);

// dates.cc
Result<Table> TransformDaysSinceYear(Context&, const Object&, const Table& in);
Result<Table> TransformSecondsSinceYear(Context&, const Object&, const Table& in);
Result<Table> TransformSecondsSinceMidnight(Context&, const Object&, const Table& in);
Result<Table> TransformDateFormatter(Context&, const Object&, const Table& in);
// Texts of dates written by a format of strftime (op::DateText).
Result<Table> FormatDates(Context&, const Object& user, const Table& in, const std::string& format);

// lookup.cc
Result<Table> TransformLookup(Context&, const Object&, const Table& in);
Result<Table> TransformFilterLookup(Context&, const Object&, const Table& in);
Result<Table> TransformMultiLookup(Context&, const Object&, const Table& in);
Result<Table> TransformPmmlLabelBinarizer(Context&, const Object&, const Table& in);
Result<Table> TransformPmmlLabelEncoder(Context&, const Object&, const Table& in);

// numbers.cc
Result<Table> TransformPowerFunction(Context&, const Object&, const Table& in);
Result<Table> TransformBSpline(Context&, const Object&, const Table& in);
Result<Table> TransformAggregate(Context&, const Object&, const Table& in);
Result<Table> TransformCut(Context&, const Object&, const Table& in);

// expression_transformer.cc
Result<Table> TransformExpression(Context&, const Object&, const Table& in);

// expression_models.cc
Result<Prediction> PredictExpressionClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictExpressionRegressor(Context&, const Object&, const Table& in);

// rule_set.cc
Result<Prediction> PredictRuleSet(Context&, const Object&, const Table& in);

// estimators.cc
Result<Prediction> PredictStatsModelsRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictStatsModelsClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictStatsModelsOrdinal(Context&, const Object&, const Table& in);
Result<Prediction> PredictFlaml(Context&, const Object&, const Table& in);
Result<Table> TransformEstimator(Context&, const Object&, const Table& in);
Result<Table> TransformStackingEstimator(Context&, const Object&, const Table& in);
Result<Prediction> PredictOrdinal(Context&, const Object&, const Table& in);

// category_encoders.cc
Result<Table> TransformCategoryOrdinal(Context&, const Object&, const Table& in);
// One-hot columns, or the digits of a number for each category.
Result<Table> TransformCategoryDigits(Context&, const Object&, const Table& in);

// category_numbers.cc
// A number for each category, made of the target or of its counts.
Result<Table> TransformCategoryTarget(Context&, const Object&, const Table& in);
Result<Table> TransformCategoryMeans(Context&, const Object&, const Table& in);
Result<Table> TransformCategoryCounts(Context&, const Object&, const Table& in);

// estimator_chain.cc
Result<Prediction> PredictLink(Context&, const Object&, const Table& in);
Result<Prediction> PredictEstimatorChain(Context&, const Object&, const Table& in);
Result<Table> TransformSelectFirst(Context&, const Object&, const Table& in);
Result<Prediction> PredictSelectFirst(Context&, const Object&, const Table& in);

// mlp_transformer.cc
Result<Table> TransformMlp(Context&, const Object&, const Table& in);

// tree_leaves.cc
Result<Prediction> PredictGbdtLinear(Context&, const Object&, const Table& in);
// What the method apply gives: the number of the leaf in each tree of a tree or a forest.
Result<ValueId> AddLeaves(Context&, const Object& estimator, const Table& in);
// The number of the leaf a row falls into, where the estimator is a single tree.
Result<std::optional<ValueId>> AddNodeNumber(Context&, const Object& estimator, const Table& in);

// causal.cc
Result<Prediction> PredictSLearner(Context&, const Object&, const Table& in);
Result<Prediction> PredictTLearner(Context&, const Object&, const Table& in);
Result<Prediction> PredictXLearner(Context&, const Object&, const Table& in);
Result<Prediction> PredictRLearner(Context&, const Object&, const Table& in);
Result<Prediction> PredictPropensity(Context&, const Object&, const Table& in);

// explainable_boosting.cc
Result<Prediction> PredictBoostingMachineClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictBoostingMachineRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictGlassboxInner(Context&, const Object&, const Table& in);

// natural_boosting.cc
Result<Prediction> PredictNaturalClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictNaturalRegressor(Context&, const Object&, const Table& in);

// oblique_trees.cc
Result<Prediction> PredictObliqueTreeClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictObliqueTreeRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictObliqueForestClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictObliqueForestRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictExtendedIsolationForest(Context&, const Object&, const Table& in);

// optimal_binning.cc
Result<Table> TransformBinningProcess(Context&, const Object&, const Table& in);
Result<Prediction> PredictScorecard(Context&, const Object&, const Table& in);

// pycaret.cc
Result<Table> TransformPycaretWrapper(Context&, const Object&, const Table& in);
Result<Table> TransformRareCategories(Context&, const Object&, const Table& in);
Result<Table> TransformMulticollinear(Context&, const Object&, const Table& in);
Result<Table> TransformPycaretTarget(Context&, const Object&, const Table& in);
Result<Prediction> PredictPycaretPipeline(Context&, const Object&, const Table& in);
Status LowerPycaretPipeline(Context&, const Object&);

// hyperopt.cc
Result<Prediction> PredictHyperopt(Context&, const Object&, const Table& in);
Status LowerHyperopt(Context&, const Object&);

}  // namespace scoreway::sklearn2pmml
