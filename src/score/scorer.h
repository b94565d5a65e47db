// Scorer: a Model made ready to answer, whichever engine computes it; what every door runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "model/model.h"

namespace scoreway {

struct ScorerOptions {
  // Names of the outputs wanted, in this order; empty: all, in the signature's order.
  std::vector<std::string> outputs;
};

// The working memory of one run. Belongs to one thread at a time; made by Scorer::MakeScratch for that scorer, grown by
// the first runs and then kept.
class Scratch {
 public:
  virtual ~Scratch() = default;
};
using ScratchPtr = std::unique_ptr<Scratch>;

class Scorer {
 public:
  virtual ~Scorer() = default;

  virtual const Model& model() const = 0;
  // What Run takes: the model's input schema. Columns bind by position; readers of rows place cells by name
  // (data/codec).
  const std::shared_ptr<const Schema>& input_schema() const { return model().input_schema(); }
  // What Run gives.
  virtual const std::shared_ptr<const Schema>& output_schema() const = 0;

  virtual ScratchPtr MakeScratch() const = 0;

  // Scores all rows of `input` into `output`, which is cleared first; both of this scorer's schemas. A number that
  // comes out as NaN is a null cell: missing is one thing outside, whatever it was inside. INVALID_ARGUMENT names row
  // and column of a cell the model has no rule for ("row 3, column 'age'"); the output is then unspecified. Rows count
  // from 1, after the `rows_before` of earlier batches. Re-entrant: many threads may run one scorer, each with its own
  // scratch and output.
  virtual Status Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before = 0) const = 0;
};

// The outputs of a signature that the options ask for; INVALID_ARGUMENT for one it does not have.
Result<std::vector<const OutputField*>> WantedOutputs(const Signature& signature, const ScorerOptions& options);

}  // namespace scoreway
