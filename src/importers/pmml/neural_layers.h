// NeuralLayers: the neurons of a NeuralNetwork, from its inputs to the last layer.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

class NeuralLayers {
 public:
  // Lowers the NeuralInputs and every NeuralLayer. With a missing input every neuron is missing.
  static Result<NeuralLayers> Lower(ModelScope& scope);

  // What the neuron of that id gives; CORRUPT, at `user`, if there is none.
  Result<ValueId> Output(ModelScope& scope, std::string_view id, const Element& user) const;

 private:
  struct Neuron {
    size_t block = 0;  // in blocks_
    uint32_t column = 0;
  };
  // A neuron of the layer being lowered: the columns that it is connected with, and their weights.
  struct Connections {
    std::vector<Neuron> from;
    std::vector<double> weights;
  };

  Status AddInputs(ModelScope& scope);
  Status AddLayer(ModelScope& scope, const Element& layer);
  Result<Connections> ReadConnections(const Context& context, const Element& neuron) const;
  Result<ValueId> LowerDense(ModelScope& scope, const Element& layer, const std::vector<Element>& neurons,
                             const std::vector<Connections>& connections) const;
  Result<ValueId> LowerRadial(ModelScope& scope, const Element& layer, const std::vector<Element>& neurons,
                              const std::vector<Connections>& connections) const;
  Status AddBlock(ModelScope& scope, const std::vector<Element>& neurons, ValueId block);

  std::vector<ValueId> blocks_;  // the inputs, then a layer each
  std::map<std::string_view, Neuron, std::less<>> neurons_;
};

}  // namespace scoreway::pmml
