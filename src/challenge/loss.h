// Loss: how far a prediction lies from its label.
#pragma once

#include <optional>

#include "challenge/challenge_policy.h"
#include "data/batch.h"

namespace scoreway {

// A cell of a column.
struct Cell {
  const Column* column = nullptr;
  size_t row = 0;
};

// The loss of an output, from 0 to 1, by the policy's metric; nothing where output or label is missing, or they are
// nothing that the metric could compare. Labels and outputs of different types are equal if their texts are ("1" and
// 1).
std::optional<double> LossOf(const ChallengePolicy& policy, const Cell& output, const Cell& label);

}  // namespace scoreway
