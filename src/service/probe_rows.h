// Probe rows: rows made up for a model from what it says of its inputs - types, categories, missing rules - and from
// the numbers in its operators at which answers turn: thresholds of trees, edges of bins, limits, means and spreads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "data/batch.h"
#include "score/plan.h"

namespace scoreway {

struct ProbeOptions {
  size_t rows = 1000;
  uint64_t seed = 20260101;
};

// Rows of the plan's input schema which it scores: ordinary ones, and ones with odd cells (missing, on a threshold or
// one float beside it, unknown category, far outside). What the model refuses is left out; so there may be fewer rows
// than asked for. The same model and options give the same rows.
Result<Batch> MakeProbeRows(const Plan& plan, const ProbeOptions& options);

}  // namespace scoreway
