// GatheringScorer: dynamic micro-batching before a scorer for which a call costs more than its rows: those of other
// engines. While calls run, as many as may at a time, further requests wait; when one ends, those that wait already
// become one call. Nobody waits for more to come, so a request that finds it idle is scored at once.
//
// Only for models whose rows do not depend on one another: a free number of rows does not prove that. Each request has
// its own answer, and its own error: where a gathered call fails, its requests are scored alone, one after the other.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "score/scorer.h"

namespace scoreway {

struct GatherOptions {
  size_t rows_max = 64;    // of a gathered call; a request of more rows is a call of its own
  unsigned calls_max = 1;  // at a time
};

// What was asked for and what became of it, since the model was loaded.
struct GatherCounts {
  uint64_t calls = 0;     // of the scorer behind
  uint64_t requests = 0;  // in them
  uint64_t rows = 0;
  uint64_t split = 0;  // gathered calls that failed
};

class GatheringScorer final : public Scorer {
 public:
  GatheringScorer(std::shared_ptr<const Scorer> scorer, const GatherOptions& options)
      : scorer_(std::move(scorer)), options_(options) {}

  const Model& model() const override { return scorer_->model(); }
  const std::shared_ptr<const Schema>& output_schema() const override { return scorer_->output_schema(); }
  ScratchPtr MakeScratch() const override;
  // May wait for the calls that run and for the requests that came before.
  Status Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before = 0) const override;

  // Whether Run would wait. Thread-safe, as all here.
  bool IsBusy() const;
  size_t waiting() const;
  GatherCounts counts() const;

 private:
  struct GatherScratch;
  struct Request {
    const Batch* input = nullptr;
    Batch* output = nullptr;
    uint64_t rows_before = 0;
    bool alone = false;  // its gathered call failed
    enum class Turn { kWaits, kCalls, kDone } turn = Turn::kWaits;
    Status status = {};
    std::condition_variable changed = {};
  };
  using Group = std::vector<Request*>;

  Group TakeGroup() const;
  Status CallOrCatch(const Group& group, GatherScratch& scratch) const;
  Status Call(const Group& group, GatherScratch& scratch) const;
  void Settle(const Group& group, Status status) const;
  void PassOn() const;

  const std::shared_ptr<const Scorer> scorer_;
  const GatherOptions options_;
  mutable std::mutex mutex_;
  mutable std::deque<Request*> waiting_;  // guarded by mutex_, as what follows; empty while fewer calls run than may
  mutable unsigned calling_ = 0;
  mutable GatherCounts counts_;
};

// The scorer of a loaded model, if requests for it are gathered; else null.
inline const GatheringScorer* GatheringOf(const Scorer& scorer) {
  return dynamic_cast<const GatheringScorer*>(&scorer);
}

}  // namespace scoreway
