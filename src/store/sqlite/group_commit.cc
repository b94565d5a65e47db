#include "store/sqlite/group_commit.h"

#include <algorithm>
#include <utility>

#include "base/name_thread.h"
#include "store/sqlite/batch_writer.h"

namespace scoreway::sqlite {
namespace {

constexpr size_t kGroupMax = 256;

}  // namespace

Result<std::unique_ptr<GroupCommit>> GroupCommit::Start(Connection connection, const Clock& clock) {
  SCOREWAY_ASSIGN_OR_RETURN(auto writer, BatchWriter::Make(std::move(connection), clock));
  return std::unique_ptr<GroupCommit>(new GroupCommit(std::move(writer)));
}

GroupCommit::GroupCommit(std::unique_ptr<BatchWriter> writer)
    : writer_(std::move(writer)), thread_([this] { Run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    work_.notify_one();
  }
  thread_.join();
}

Status GroupCommit::Apply(std::span<const WriteBatch> batches, size_t* applied) {
  Request request;
  request.batches = batches;
  Finish(&request);
  if (applied != nullptr) *applied = request.applied;
  return std::move(request.status);
}

Status GroupCommit::Do(const Work& work, bool is_durable) {
  Request request;
  request.work = &work;
  request.is_durable = is_durable;
  Finish(&request);
  return std::move(request.status);
}

void GroupCommit::Finish(Request* request) {
  std::unique_lock lock(mutex_);
  queue_.push_back(request);
  work_.notify_one();
  request->done.wait(lock, [&] { return request->is_done; });
}

void GroupCommit::Run() {
  NameThread("sqlite writer");
  while (true) {
    const std::vector<Request*> group = TakeGroup();
    if (group.empty()) return;
    Commit(group);
    const std::lock_guard lock(mutex_);
    for (Request* request : group) {
      request->is_done = true;
      request->done.notify_one();
    }
  }
}

// Empty when it is time to stop and nothing waits.
std::vector<GroupCommit::Request*> GroupCommit::TakeGroup() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
  std::vector<Request*> group;
  while (!queue_.empty() && group.size() < kGroupMax) {
    group.push_back(queue_.front());
    queue_.pop_front();
  }
  return group;
}

// One request too many for the disk must not take the others down with it: after a failure each goes alone.
void GroupCommit::Commit(std::span<Request* const> group) {
  Status status = TryCommit(group);
  if (status.ok()) return;
  writer_->Rollback();
  const bool is_lock_missing = status.code() == Code::kUnavailable;
  for (Request* const& request : group) {
    request->applied = 0;
    if (group.size() == 1 || is_lock_missing) {
      request->status = Status(status.error());
    } else {
      Commit({&request, 1});
    }
  }
}

Status GroupCommit::TryCommit(std::span<Request* const> group) {
  const bool is_durable = std::ranges::any_of(group, &Request::is_durable);
  SCOREWAY_RETURN_IF_ERROR(writer_->Begin(is_durable));
  for (Request* request : group) {
    request->status = Status();
    SCOREWAY_RETURN_IF_ERROR(request->work == nullptr ? Write(request) : DoWork(request));
  }
  return writer_->Commit();
}

// The error, if there is one, is the transaction's; a conflict is the request's own and does not disturb the others.
Status GroupCommit::Write(Request* request) {
  for (const WriteBatch& batch : request->batches) {
    Status status = writer_->Write(batch);
    if (status.code() == Code::kConflict) {
      request->status = std::move(status);
      break;
    }
    SCOREWAY_RETURN_IF_ERROR(std::move(status));
    ++request->applied;
  }
  return {};
}

Status GroupCommit::DoWork(Request* request) {
  SCOREWAY_RETURN_IF_ERROR(writer_->connection().Exec("SAVEPOINT work"));
  Status status = (*request->work)(*writer_);
  if (status.ok()) return writer_->connection().Exec("RELEASE work");
  if (status.code() != Code::kConflict) return status;
  request->status = std::move(status);
  return writer_->connection().Exec("ROLLBACK TO work; RELEASE work");
}

}  // namespace scoreway::sqlite
