// Plan: a Model made ready to score: operators that no wanted output needs left out, kernels chosen, buffers laid out.
// The only place where models compute.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "model/model.h"

namespace scoreway {

struct PlanOptions {
  // Names of the outputs wanted, in this order; empty: all, in the signature's order.
  std::vector<std::string> outputs;
};

// The working memory of one run. Belongs to one thread at a time; made by Plan::MakeScratch for that plan, grown by the
// first runs and then kept.
class Scratch;
struct ScratchDeleter {
  void operator()(Scratch* scratch) const;
};
using ScratchPtr = std::unique_ptr<Scratch, ScratchDeleter>;

class Plan {
 public:
  // INVALID_ARGUMENT for an unknown output. Keeps the model alive.
  static Result<std::shared_ptr<const Plan>> Make(std::shared_ptr<const Model> model, const PlanOptions& options = {});
  ~Plan();

  const Model& model() const;
  // What Run takes: the model's input schema. Columns bind by position; readers of rows place cells by name
  // (data/codec).
  const std::shared_ptr<const Schema>& input_schema() const;
  // What Run gives.
  const std::shared_ptr<const Schema>& output_schema() const;

  ScratchPtr MakeScratch() const;

  // Scores all rows of `input` into `output`, which is cleared first; both of this plan's schemas. A number that comes
  // out as NaN is a null cell: missing is one thing outside, whatever it was inside. Inputs that the wanted outputs do
  // not rest on are not looked at. INVALID_ARGUMENT names row and column of a cell the model has no rule for ("row 3,
  // column 'age'"); the output is then unspecified. Rows count from 1, after the `rows_before` of earlier batches.
  // Re-entrant: many threads may run one plan, each with its own scratch and output. After warm-up a run of no more
  // rows than before allocates nothing.
  Status Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before = 0) const;

 private:
  struct Impl;
  explicit Plan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
