// RowPlan: what of a Plan's operators one row leaves until it is asked for. A tree asks a few of its columns only, so
// what is computed for such columns alone waits until a row comes to a node that looks at it: most tests of a tree's
// compound predicates are never made. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "model/model.h"

namespace scoreway {

struct RowPlan {
  std::vector<bool> waits;  // by operator
  // What is read later than by the operators that take it: a Value, and the operator (a tree) that comes to it at last.
  std::vector<std::pair<ValueId, size_t>> late_reads;
};

// `operators` in the order of the Plan; those of `bound`, by operator, run with others as one kernel and never wait.
// `same_as` by ValueId (PlanOperators); `outputs` are what the Plan gives.
RowPlan PlanRow(std::span<const Operator* const> operators, const std::vector<bool>& bound,
                std::span<const ValueId> same_as, std::span<const ValueId> outputs);

}  // namespace scoreway
