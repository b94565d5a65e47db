// RowPlan: how a Plan's operators are run for one row. What only trees look at waits until a row comes to a node that
// asks for it, so that most tests of a tree's compound predicates are never made. What only conditions and choices of
// an op::Where look at is no operator of its own: the Where walks from test to test until it knows which of its numbers
// to give, as a characteristic of a scorecard and a set of rules do. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "model/model.h"

namespace scoreway {

enum class RowRole : uint8_t {
  kRuns,     // in its turn
  kWaits,    // runs when a tree asks for it
  kFirst,    // runs right before the one operator that takes it, which waits
  kWalks,    // trees, node by node, in their turn
  kChooses,  // a Where that runs in its turn, with what is within it
  kWithin,   // part of those, or a row of cells that the one sum of them takes from where they are
};

struct RowPlan {
  std::vector<RowRole> roles;  // by operator
  // What is read later than by the operators that take it: a Value, and the operator (a tree or a Where) that comes to
  // it at last.
  std::vector<std::pair<ValueId, size_t>> late_reads;
};

// `operators` in the order of the Plan; those of `bound`, by operator, run with others as one kernel, in their turn.
// `values` and `same_as` by ValueId (PlanOperators); `outputs` are what the Plan gives.
RowPlan PlanRow(std::span<const Operator* const> operators, const std::vector<bool>& bound,
                std::span<const ValueShape> values, std::span<const ValueId> same_as, std::span<const ValueId> outputs);

}  // namespace scoreway
