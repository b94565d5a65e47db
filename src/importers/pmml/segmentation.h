// Segmentation: the models within a MiningModel, and how their answers are put together.
#pragma once

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

struct Segment {
  Element element;
  Element model;
  std::string id;  // or its place among the segments, from 1
  double weight = 1;
  bool always = false;  // its predicate is True
};

struct Segmentation {
  Element element;
  std::string_view method;             // multipleModelMethod, without the x- that some have before PMML 4.4
  std::string_view missing_treatment;  // missingPredictionTreatment
  double missing_threshold = 1;
  std::vector<Segment> segments;

  // Weights count, as one for every segment or as stated.
  bool is_weighted() const { return method.starts_with("weighted"); }
  bool is_sum() const { return method == "sum" || method == "weightedSum"; }
  bool is_average() const { return method == "average" || method == "weightedAverage"; }
  bool is_vote() const { return method == "majorityVote" || method == "weightedMajorityVote"; }
  bool is_chain() const { return method == "modelChain" || method == "multiModelChain"; }
};

// Votes of a row, a column a class each.
struct VoteCounts {
  ValueId votes = 0;
  ValueId order = 0;    // greater for the class that got its first vote earlier: sums of FirstVoteWeight
  ValueId missing = 0;  // one column: the votes that no class got
};

// What a vote of the segment at that place adds to the order: more than all votes after it together.
double FirstVoteWeight(size_t place);

// The votes as shares, and the class that wins: of equals the one that got its first vote earlier. Both are missing
// where `missing` is to win, and where there is no vote at all.
Status DecideVotes(Emit& emit, const Segmentation& segmentation, const VoteCounts& counts, Prediction* prediction);

// Whether the model's Output has fields about single segments.
bool AsksForSegments(const Element& mining_model);

Result<Segmentation> ReadSegmentation(Context& context, const Element& mining_model);

// A MiningModel of plain trees as one tree ensemble; nothing if it is not one.
Result<std::optional<Prediction>> LowerForest(ModelScope& scope, const Segmentation& segmentation);

}  // namespace scoreway::pmml
