// PlanOperators: what of a Model a Plan runs: the operators that its outputs rest on, without those that say again what
// an earlier one says. Pure.
#pragma once

#include <span>
#include <vector>

#include "model/model.h"

namespace scoreway {

struct PlanOperators {
  std::vector<const Operator*> operators;  // in the model's order
  std::vector<bool> read;                  // by ValueId: whether these operators or an output read it
  // By ValueId: the Value whose cells it has, itself but where an operator was left out.
  std::vector<ValueId> same_as;
};

PlanOperators ChooseOperators(const Model& model, std::span<const OutputField* const> outputs);

}  // namespace scoreway
