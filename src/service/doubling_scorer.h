// For tests: a scorer that stands for another engine's. It doubles its column x, refuses a batch with a negative cell,
// finds no memory for an infinite one, and can be held up, so that a test decides what waits.
#pragma once

#include <atomic>
#include <cmath>
#include <mutex>
#include <new>
#include <semaphore>
#include <vector>

#include "score/scorer.h"

namespace scoreway {

// A model of a Program for the engine of that name, with input and output of float64.
inline Model DoublingModel(const std::string& engine, std::shared_ptr<const std::string> bytes) {
  ModelBuilder builder({});
  const ValueId x = builder.AddInput("x");
  SCOREWAY_CHECK(builder.UseInput(x, Type::kFloat64).ok());
  builder.SetProgram({engine, std::move(bytes)});
  builder.AddProgramOutput("predict", Type::kFloat64);
  return std::move(builder).Build().value();
}

class DoublingScorer final : public Scorer {
 public:
  explicit DoublingScorer(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  const Model& model() const override { return *model_; }
  const std::shared_ptr<const Schema>& output_schema() const override { return model_->output_schema(); }
  ScratchPtr MakeScratch() const override { return std::make_unique<Scratch>(); }

  Status Run(const Batch& input, Scratch&, Batch* output, uint64_t rows_before) const override {
    {
      std::lock_guard lock(mutex_);
      calls_.push_back(input.rows());
    }
    if (is_held_) {
      entered_.release();
      gate_.acquire();
    }
    output->Clear();
    for (size_t row = 0; row < input.rows(); ++row) {
      const double x = input.column(0).float64s()[row];
      if (x < 0) {
        return Status(Code::kInvalidArgument, "it is negative", "row " + std::to_string(rows_before + row + 1));
      }
      if (std::isinf(x)) throw std::bad_alloc();
      output->column(0).AppendFloat64(2 * x);
    }
    return {};
  }

  // From now on each call waits for a Release.
  void Hold() { is_held_ = true; }
  void AwaitCall() const { entered_.acquire(); }
  void Release(int calls = 1) { gate_.release(calls); }
  // Lets everything through.
  void LetGo() {
    is_held_ = false;
    gate_.release();
  }
  // The rows of each call so far.
  std::vector<size_t> calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  const std::shared_ptr<const Model> model_;
  std::atomic<bool> is_held_ = false;
  mutable std::counting_semaphore<> entered_{0}, gate_{0};
  mutable std::mutex mutex_;
  mutable std::vector<size_t> calls_;
};

}  // namespace scoreway
