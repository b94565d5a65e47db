// LookupPlan: which operators of a Plan are functions of one input with few known cells: a text with categories, a
// truth, a code. What they give is then looked up, whatever they do: encoders, patterns, comparisons with each
// category, and what is derived from them. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/model.h"
#include "score/plan_operators.h"

namespace scoreway {

struct Lookup {
  ValueId input = 0;
  std::vector<const Operator*> operators;  // in the model's order
  std::vector<ValueId> outputs;            // what others read of them
  // Cells the input may have, by its kind; each once. Others, and those at which an operator fails, are no part of it.
  std::vector<std::string> texts;
  std::vector<double> numbers;
  // Whether what the operators give for a text that is none of `texts` does not depend on which it is.
  bool others_alike = false;

  size_t cells() const { return texts.size() + numbers.size(); }
};

// `is_constant`, by ValueId, are Values that are the same for all rows; their operators are not among `chosen`.
std::vector<Lookup> FindLookups(const Model& model, const PlanOperators& chosen, const std::vector<bool>& is_constant,
                                std::span<const OutputField* const> outputs);

}  // namespace scoreway
