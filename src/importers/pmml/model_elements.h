// The model elements that are read, and the functions that lower them (model_scope.h says how to add one).
#pragma once

#include <span>
#include <string_view>

#include "importers/pmml/model_scope.h"
#include "importers/pmml/prediction.h"

namespace scoreway::pmml {

struct ModelElement {
  std::string_view name;
  Result<Prediction> (*lower)(ModelScope&);
};

// Every model element of PMML; those with a null function are known and not supported.
std::span<const ModelElement> ModelElements();

// The model element among the children; empty if there is none.
Element FindModel(const Element& parent);

// Lowers a model with its Targets and Output. `parent` is the scope of the MiningModel around, or null.
Result<Prediction> LowerModel(Context& context, const Element& model, ModelScope* parent);

Result<Prediction> LowerAnomalyDetectionModel(ModelScope& scope);
Result<Prediction> LowerAssociationModel(ModelScope& scope);
Result<Prediction> LowerBaselineModel(ModelScope& scope);
Result<Prediction> LowerClusteringModel(ModelScope& scope);
Result<Prediction> LowerGaussianProcessModel(ModelScope& scope);
Result<Prediction> LowerGeneralRegressionModel(ModelScope& scope);
Result<Prediction> LowerMiningModel(ModelScope& scope);
Result<Prediction> LowerNaiveBayesModel(ModelScope& scope);
Result<Prediction> LowerNearestNeighborModel(ModelScope& scope);
Result<Prediction> LowerNeuralNetwork(ModelScope& scope);
Result<Prediction> LowerRegressionModel(ModelScope& scope);
Result<Prediction> LowerRuleSetModel(ModelScope& scope);
Result<Prediction> LowerScorecard(ModelScope& scope);
Result<Prediction> LowerSupportVectorMachineModel(ModelScope& scope);
Result<Prediction> LowerTreeModel(ModelScope& scope);

}  // namespace scoreway::pmml
