// RunJob: one try of a job that a worker has leased: its rows, completed from feature views as in serving, through the
// version's Scorer, its answers stored part by part.
//
// A part is a number of rows that depends on the version alone, so that a later try goes on where an earlier one, of
// whatever worker, came to. Of a part that is stored nothing is done again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "jobs/job.h"
#include "service/predict.h"
#include "service/service.h"
#include "store/queue.h"

namespace scoreway {

// A lease in a worker's hands, and how far its job is, for those who watch over it.
struct HeldLease {
  HeldLease(Lease taken, int64_t now_micros) : lease(std::move(taken)), extended_micros(now_micros) {}

  const Lease lease;
  std::atomic<bool> is_wanted_back{false};  // the worker is to end: the rest is for another
  std::atomic<bool> is_lost{false};         // another may have it: what is done is for nothing
  std::atomic<int64_t> started_micros{0};   // 0: not yet begun
  std::atomic<int64_t> rows{0}, parts{0}, input_bytes{0};
  // Of the one who keeps the leases:
  int64_t extended_micros;
  bool is_shown = false;  // as running

  JobProgress progress() const { return {started_micros, lease.attempt, rows, parts, input_bytes}; }
};

class JobRunner {
 public:
  // The service needs serving and jobs; `slot` as of a Predictor. One thread at a time.
  JobRunner(const Service& service, unsigned slot);

  // Runs the job; what is left to be settled is the end of it. Where nothing is to be settled (the lease is lost), the
  // settlement has no lease. `held` must outlive the settlement.
  Settlement Run(HeldLease& held);

  // What to do where settling gave kConflict: the job was changed in the meantime, perhaps cancelled.
  Settlement AfterConflict(const HeldLease& held);

 private:
  struct Try;

  Settlement Fail(Try& attempt, Error error);
  Settlement Succeed(Try& attempt);
  Settlement End(Try& attempt, JobState state, Error error, Settlement::Kind kind);
  Status Score(Try& attempt);
  Settlement GiveBack(Try& attempt);
  // Which outputs are wanted, once.
  Status ChooseColumns(Try& attempt, const Schema& outputs);
  Status ScorePart(Try& attempt, const Handle& model);
  // Stores what has been answered, and says that the worker lives.
  Status Flush(Try& attempt);

  const Service service_;
  ServingSet::Reader reader_;
  Predictor predictor_;
};

}  // namespace scoreway
