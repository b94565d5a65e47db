#include "service/shadow_scorer.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/name_thread.h"
#include "data/codec/column_names.h"

namespace scoreway {
namespace {

// The slot of the prediction log and of statistics; any number will do.
constexpr unsigned kSlot = 7;

// The rows as this version takes them. kInvalidArgument: they lack a column, or have it with another type.
Result<Batch> RowsFor(const LoadedModel& model, const Batch& inputs) {
  Batch rows(model.scorer->input_schema());
  for (size_t i = 0; i < rows.column_count(); ++i) {
    const Field& field = rows.schema().field(i);
    const auto found = inputs.schema().Find(field.name, i);
    const bool may_be_absent = i < model.json_options.may_be_absent.size() && model.json_options.may_be_absent[i];
    if (found && inputs.schema().field(*found).type == field.type) {
      rows.column(i) = inputs.column(*found);
    } else if (!found && may_be_absent) {
      for (size_t row = 0; row < inputs.rows(); ++row) rows.column(i).AppendNull();
    } else {
      return Error{Code::kInvalidArgument, "the rows have no such column of its type", "column " + Quoted(field.name)};
    }
  }
  return rows;
}

}  // namespace

ShadowScorer::ShadowScorer(PredictionLog& log, const Clock& clock)
    : log_(log), clock_(clock), thread_([this] { Run(); }) {}

ShadowScorer::~ShadowScorer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ShadowScorer::Score(const Handle& model, const Batch& inputs, ShadowRequest request) {
  const size_t rows = inputs.rows();
  const auto has_room = [&] { return jobs_.size() < kRequestsMax && (jobs_.empty() || rows_ + rows <= kRowsMax); };
  {
    const std::lock_guard lock(mutex_);
    if (!has_room()) {
      ++counts_.dropped;
      return;
    }
  }
  Job job{model, inputs, std::move(request)};  // the copy, without the lock
  const std::lock_guard lock(mutex_);
  if (!has_room()) {
    ++counts_.dropped;
    return;
  }
  rows_ += rows;
  jobs_.push_back(std::move(job));
  changed_.notify_all();
}

ShadowCounts ShadowScorer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void ShadowScorer::Flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() || stopping_; });
}

void ShadowScorer::Run() {
  NameThread("shadow");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const Job& job = jobs_.front();  // others only add behind it
    lock.unlock();
    const Status done = Do(job);
    lock.lock();
    ++(done.ok() ? counts_.scored : counts_.failed);
    rows_ -= jobs_.front().inputs.rows();
    jobs_.pop_front();
    if (jobs_.empty()) changed_.notify_all();
  }
}

Status ShadowScorer::Do(const Job& job) {
  const LoadedModel& model = *job.model;
  const auto start = std::chrono::steady_clock::now();
  SCOREWAY_ASSIGN_OR_RETURN(const Batch rows, RowsFor(model, job.inputs));
  Batch outputs(model.scorer->output_schema());
  const ScratchPtr scratch = model.scorer->MakeScratch();
  SCOREWAY_RETURN_IF_ERROR(model.scorer->Run(rows, *scratch, &outputs));
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  const ShadowRequest& request = job.request;
  const PredictionHead head{.time_micros = clock_.NowMicros(),
                            .latency_micros = static_cast<uint32_t>(std::min<int64_t>(micros, UINT32_MAX)),
                            .is_shadow = true,
                            .id = request.id,
                            .alias = request.alias,
                            .caller = request.caller,
                            .trace_id = request.trace_id};
  log_.Add(kSlot, model.target, head, rows, outputs, request.keys);
  return {};
}

}  // namespace scoreway
