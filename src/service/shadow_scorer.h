// ShadowScorer: scores copies of requests by other versions, after their answers, and hands the results to the
// prediction log.
//
// Score copies the rows and returns; one thread of its own does the rest, so that a challenger never slows the champion
// by more than the copy. What does not fit its queue is dropped and counted. A shadow has the id of the answer beside
// it, so that labels join with both. Score and counts may be called from any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "data/batch.h"
#include "record/prediction_log.h"
#include "service/loaded_model.h"

namespace scoreway {

struct ShadowCounts {
  uint64_t scored = 0;   // requests
  uint64_t dropped = 0;  // for which there was no room
  uint64_t failed = 0;   // that the version could not score, or whose rows lack an input of it
};

// What is known of the request whose rows are copied.
struct ShadowRequest {
  std::string id, alias, caller, trace_id;
  std::vector<std::string> keys;
};

class ShadowScorer {
 public:
  static constexpr size_t kRequestsMax = 256;          // that wait
  static constexpr size_t kRowsMax = size_t{1} << 16;  // of all that wait

  // Log and clock must outlive this.
  ShadowScorer(PredictionLog& log, const Clock& clock);
  // Lets go of what waits.
  ~ShadowScorer();
  ShadowScorer(const ShadowScorer&) = delete;
  ShadowScorer& operator=(const ShadowScorer&) = delete;

  // `inputs`: the rows as the answering version took them; columns are found by their names.
  void Score(const Handle& model, const Batch& inputs, ShadowRequest request);

  ShadowCounts counts() const;
  // Waits until all is scored that was handed over before.
  void Flush();

 private:
  struct Job {
    Handle model;
    Batch inputs;
    ShadowRequest request;
  };

  void Run();
  Status Do(const Job& job);

  PredictionLog& log_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;   // guarded by mutex_; the first may be under way
  size_t rows_ = 0;        // of them; guarded by mutex_
  ShadowCounts counts_;    // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway
