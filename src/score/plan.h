// Plan: a Model made ready to score: operators that no wanted output needs left out, kernels chosen, buffers laid out.
// The native engine, and the only place where operators compute.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"
#include "data/batch.h"
#include "model/model.h"
#include "score/scorer.h"

namespace scoreway {

class Plan final : public Scorer {
 public:
  // INVALID_ARGUMENT for an unknown output, UNSUPPORTED for a model that another engine computes (Model::program).
  // Keeps the model alive.
  static Result<std::shared_ptr<const Plan>> Make(std::shared_ptr<const Model> model,
                                                  const ScorerOptions& options = {});
  ~Plan() override;

  const Model& model() const override;
  const std::shared_ptr<const Schema>& output_schema() const override;
  ScratchPtr MakeScratch() const override;
  // Inputs that the wanted outputs do not rest on are not looked at. After warm-up a run of no more rows than before
  // allocates nothing.
  Status Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before = 0) const override;

  // A column in the caller's memory: cells of the input's own type, float64, float32 or int64, none of them null,
  // though a float may be NaN. Null: the column is in the batch.
  using BorrowedCells = const void*;
  // The same for `rows` rows of which some columns lie in the caller's memory and are read there: borrowed[i] is column
  // i, and the batch has no cells of it. Columns past the end of `borrowed` are in the batch.
  Status Run(const Batch& input, std::span<const BorrowedCells> borrowed, size_t rows, Scratch& scratch,
             Batch* output) const;

 private:
  struct Impl;
  explicit Plan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
