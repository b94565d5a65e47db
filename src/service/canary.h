// Canary: how far a candidate's answers lie from those of the model that serves, over rows that neither learned from.
// The guard in front of what a learner made: labels that somebody spoiled move answers further than honest ones do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "data/batch.h"
#include "score/scorer.h"

namespace scoreway {

struct CanaryReport {
  uint64_t rows = 0;
  // Of classes: the share of rows with another answer. Of numbers: the root mean square of the differences, by the
  // standard deviation of the answers that serve. A row that the model that serves does not answer counts for nothing.
  double change = 0;
  // Where the rows are labelled. Of classes: the share of wrong answers; of numbers: the root mean square error, by the
  // standard deviation of the labels.
  std::optional<double> loss_before, loss_after;
};

struct CanaryLimits {
  double change_max = 0.2;
  double loss_rise_max = 0.02;
};

// INVALID_ARGUMENT says by how much which limit is passed.
Status JudgeCanary(const CanaryReport& report, const CanaryLimits& limits);

// Not thread-safe.
class Canary {
 public:
  // Two scorers of one signature. `classes`: the first output is a class; else every number counts.
  Canary(std::shared_ptr<const Scorer> serving, std::shared_ptr<const Scorer> candidate, bool classes);

  // `labels`: null if there are none.
  Status Add(const Batch& rows, const Column* labels);
  CanaryReport report() const;

 private:
  // Mean and spread of numbers, as they come (B. Welford, 1962).
  struct Spread {
    double count = 0, mean = 0, squares = 0;
    void Add(double number);
    double Variance() const;
  };

  void AddClasses(const Column& before, const Column& after, const Column* labels);
  void AddNumbers(const Column& before, const Column& after, const Column* labels, bool has_label);

  const std::shared_ptr<const Scorer> serving_, candidate_;
  const bool classes_;
  const ScratchPtr serving_scratch_, candidate_scratch_;
  Batch before_, after_;
  uint64_t rows_ = 0, labelled_ = 0;
  double changed_ = 0, wrong_before_ = 0, wrong_after_ = 0;  // counts, or sums of squares
  Spread answers_, truths_;
};

}  // namespace scoreway
