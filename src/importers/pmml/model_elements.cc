#include "importers/pmml/model_elements.h"

#include <array>

#include "importers/pmml/complete.h"

namespace scoreway::pmml {
namespace {

constexpr std::array kElements = {
    ModelElement{"AnomalyDetectionModel", LowerAnomalyDetectionModel},
    ModelElement{"AssociationModel", LowerAssociationModel},
    ModelElement{"BaselineModel", LowerBaselineModel},
    ModelElement{"BayesianNetworkModel", nullptr},
    ModelElement{"ClusteringModel", LowerClusteringModel},
    ModelElement{"GaussianProcessModel", LowerGaussianProcessModel},
    ModelElement{"GeneralRegressionModel", LowerGeneralRegressionModel},
    ModelElement{"MiningModel", LowerMiningModel},
    ModelElement{"NaiveBayesModel", LowerNaiveBayesModel},
    ModelElement{"NearestNeighborModel", LowerNearestNeighborModel},
    ModelElement{"NeuralNetwork", LowerNeuralNetwork},
    ModelElement{"RegressionModel", LowerRegressionModel},
    ModelElement{"RuleSetModel", LowerRuleSetModel},
    ModelElement{"Scorecard", LowerScorecard},
    ModelElement{"SequenceModel", nullptr},
    ModelElement{"SupportVectorMachineModel", LowerSupportVectorMachineModel},
    ModelElement{"TextModel", nullptr},
    ModelElement{"TimeSeriesModel", nullptr},
    ModelElement{"TreeModel", LowerTreeModel},
};

const ModelElement* Find(std::string_view name) {
  for (const ModelElement& element : kElements) {
    if (element.name == name) return &element;
  }
  return nullptr;
}

Result<Prediction> LowerEntered(Context& context, const Element& model, ModelScope* parent) {
  const ModelElement* element = Find(model.name());
  if (element == nullptr || element->lower == nullptr) {
    return context.Unsupported(model, "this model element");
  }
  SCOREWAY_ASSIGN_OR_RETURN(ModelScope scope, ModelScope::Make(context, model, parent));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, element->lower(scope));
  SCOREWAY_RETURN_IF_ERROR(CompletePrediction(scope, &prediction));
  SCOREWAY_RETURN_IF_ERROR(EvaluateOutput(scope, &prediction));
  return prediction;
}

}  // namespace

std::span<const ModelElement> ModelElements() { return kElements; }

Element FindModel(const Element& parent) {
  for (Element child = parent.first_child(); child; child = child.next_sibling()) {
    if (Find(child.name()) != nullptr) return child;
  }
  return {};
}

Result<Prediction> LowerModel(Context& context, const Element& model, ModelScope* parent) {
  if (!context.Enter(model)) return Context::Corrupt(model, "models nest too deeply");
  Result<Prediction> prediction = LowerEntered(context, model, parent);
  context.Leave();
  return prediction;
}

}  // namespace scoreway::pmml
