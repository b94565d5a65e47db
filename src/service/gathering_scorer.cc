#include "service/gathering_scorer.h"

#include <exception>
#include <new>
#include <utility>

#include "data/copy_rows.h"

namespace scoreway {

struct GatheringScorer::GatherScratch final : Scratch {
  explicit GatherScratch(const Scorer& scorer)
      : own(scorer.MakeScratch()), input(scorer.input_schema()), output(scorer.output_schema()) {}

  ScratchPtr own;
  Batch input, output;  // of several requests
};

ScratchPtr GatheringScorer::MakeScratch() const { return std::make_unique<GatherScratch>(*scorer_); }

bool GatheringScorer::IsBusy() const {
  std::lock_guard lock(mutex_);
  return calling_ >= options_.calls_max;
}

size_t GatheringScorer::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

GatherCounts GatheringScorer::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

Status GatheringScorer::Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before) const {
  Request own{.input = &input, .output = output, .rows_before = rows_before};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  if (calling_ < options_.calls_max) {
    ++calling_;
    own.turn = Request::Turn::kCalls;
  }
  own.changed.wait(lock, [&own] { return own.turn != Request::Turn::kWaits; });
  if (own.turn == Request::Turn::kDone) return std::move(own.status);
  // Who calls is the first that waits, and calls until it has its own answer.
  while (own.turn == Request::Turn::kCalls) {
    const Group group = TakeGroup();
    lock.unlock();
    Status status = CallOrCatch(group, static_cast<GatherScratch&>(scratch));
    lock.lock();
    Settle(group, std::move(status));
  }
  PassOn();
  return std::move(own.status);
}

// With the mutex held, as the next two.
GatheringScorer::Group GatheringScorer::TakeGroup() const {
  Group group = {waiting_.front()};
  waiting_.pop_front();
  size_t rows = group[0]->input->rows();
  while (!group[0]->alone && !waiting_.empty() && !waiting_.front()->alone) {
    rows += waiting_.front()->input->rows();
    if (rows > options_.rows_max) break;
    group.push_back(waiting_.front());
    waiting_.pop_front();
  }
  ++counts_.calls;
  counts_.requests += group.size();
  for (const Request* request : group) counts_.rows += request->input->rows();
  return group;
}

void GatheringScorer::Settle(const Group& group, Status status) const {
  if (!status.ok() && group.size() > 1) {
    ++counts_.split;
    for (size_t i = group.size(); i-- > 0;) {
      group[i]->alone = true;
      waiting_.push_front(group[i]);
    }
    return;
  }
  group[0]->status = std::move(status);  // of several all is well
  for (Request* request : group) {
    request->turn = Request::Turn::kDone;
    request->changed.notify_one();
  }
}

void GatheringScorer::PassOn() const {
  if (waiting_.empty()) {
    --calling_;
    return;
  }
  waiting_.front()->turn = Request::Turn::kCalls;
  waiting_.front()->changed.notify_one();
}

// An exception must not leave the others waiting.
Status GatheringScorer::CallOrCatch(const Group& group, GatherScratch& scratch) const {
  try {
    return Call(group, scratch);
  } catch (const std::bad_alloc&) {
    return Status(Code::kUnavailable, "out of memory");
  } catch (const std::exception& e) {
    return Status(Code::kInternal, e.what());
  }
}

// Who is in the group waits, so its batches are this thread's.
Status GatheringScorer::Call(const Group& group, GatherScratch& scratch) const {
  const Request& first = *group[0];
  if (group.size() == 1) return scorer_->Run(*first.input, *scratch.own, first.output, first.rows_before);
  scratch.input.Clear();
  for (const Request* request : group) AppendRows(*request->input, 0, request->input->rows(), &scratch.input);
  SCOREWAY_RETURN_IF_ERROR(scorer_->Run(scratch.input, *scratch.own, &scratch.output));
  if (scratch.output.rows() != scratch.input.rows()) {
    return Status(Code::kInternal, "the model gave another number of answers than it had rows");
  }
  size_t row = 0;
  for (const Request* request : group) {
    request->output->Clear();
    AppendRows(scratch.output, row, row + request->input->rows(), request->output);
    row += request->input->rows();
  }
  return {};
}

}  // namespace scoreway
