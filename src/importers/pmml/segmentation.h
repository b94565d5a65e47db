// Segmentation: the models within a MiningModel, and how their answers are put together.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

struct Segment {
  Element element;
  Element model;
  double weight = 1;
  bool always = false;  // its predicate is True
};

struct Segmentation {
  Element element;
  std::string_view method;             // multipleModelMethod
  std::string_view missing_treatment;  // missingPredictionTreatment
  double missing_threshold = 1;
  std::vector<Segment> segments;

  // Weights count, as one for every segment or as stated.
  bool is_weighted() const { return method.starts_with("weighted") || method == "x-weightedSum"; }
  bool is_sum() const { return method == "sum" || method == "weightedSum" || method == "x-weightedSum"; }
  bool is_average() const { return method == "average" || method == "weightedAverage"; }
  bool is_vote() const { return method == "majorityVote" || method == "weightedMajorityVote"; }
  bool is_chain() const {
    return method == "modelChain" || method == "multiModelChain" || method == "x-multiModelChain";
  }
};

Result<Segmentation> ReadSegmentation(Context& context, const Element& mining_model);

// A MiningModel of plain trees as one tree ensemble; nothing if it is not one.
Result<std::optional<Prediction>> LowerForest(ModelScope& scope, const Segmentation& segmentation);

}  // namespace scoreway::pmml
