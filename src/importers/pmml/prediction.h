// Prediction: what a model element gives, before and after Targets and Output (model_scope.h says how it is made).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

struct NamedCell {
  std::string name;
  Cell cell;
};

// Numbers of entities (clusters, neighbours, classes): a column each.
struct EntityNumbers {
  std::vector<std::string> entities;
  ValueId values = 0;
};

// What an association rule or a rule of a rule set says, by rank; used by the feature ruleValue.
struct RuleTexts {
  std::string feature;
  std::vector<Cell> by_rank;
};

// Everything that a model does not have is empty. Missing predictions are missing cells.
struct Prediction {
  // A regression: one number a row. Else a label (classification), a cluster's id (clustering): set by the model, or by
  // CompletePrediction from classes and codes.
  std::optional<Cell> value;

  // A classification. The classes as the document writes them, in its order.
  std::vector<std::string> classes;
  std::optional<ValueId> codes;          // index of the class predicted; if absent, that of the greatest probability
  std::optional<ValueId> probabilities;  // a column a class; a row is missing as a whole
  std::optional<ValueId> confidences;    // a column a class

  std::optional<Cell> entity_id;  // text: the node, cluster or rule that decided
  std::optional<EntityNumbers> affinities;
  std::optional<Cell> entity_affinity;  // of the entity that decided
  std::vector<Cell> ranked_entities;    // entity ids by rank, the first is rank 1
  std::vector<Cell> ranked_affinities;  // and their affinities
  std::optional<Cell> display_value;    // where a model says so itself
  std::vector<Cell> reason_codes;       // by rank
  std::optional<Cell> confidence;       // one number for the row, of rules
  std::vector<RuleTexts> rules;
  // What OutputFields of the model are whose features it reads itself, by the index of the element.
  std::vector<std::pair<uint32_t, Cell>> by_field;
  std::optional<Cell> standard_error;

  // What single segments give, by their id, and what there is for each of several target fields, by its name.
  std::vector<std::pair<std::string, std::shared_ptr<const Prediction>>> by_segment, by_target;

  // Targets were applied, or do not apply: the value is what the model gives.
  bool complete = false;

  // The target fields this model and the models within give, and their output fields; in the order of JPMML.
  std::vector<NamedCell> targets;
  std::vector<NamedCell> outputs;
  // All output fields of this model, also those that are no final result: what a chain of models may use.
  std::vector<NamedCell> declared;
};

}  // namespace scoreway::pmml
