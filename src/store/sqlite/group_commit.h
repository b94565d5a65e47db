// GroupCommit: the one writer of a database file. Callers queue their batches; a thread takes all that wait, applies
// them in one transaction and answers each after the commit, so that many writers share one flush of the disk.
// For the sources of this folder.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace scoreway::sqlite {

class BatchWriter;

class GroupCommit {
 public:
  // The connection is used by the writer's thread alone from here on.
  static Result<std::unique_ptr<GroupCommit>> Start(Connection connection, const Clock& clock);
  // Finishes what is queued.
  ~GroupCommit();

  // As Store::Apply, with batches that passed CheckWriteBatches. Blocks until they are durable or failed. Thread-safe.
  Status Apply(std::span<const WriteBatch> batches, size_t* applied);

  // Other work of the writer's thread: all of it is done or, where it gives an error, none. It may be called again
  // after a transaction that failed for the sake of another. What need not be `durable` survives the loss of the
  // process but not of power; it costs no flush of the disk. Thread-safe.
  using Work = std::function<Status(BatchWriter& writer)>;
  Status Do(const Work& work, bool is_durable);

 private:
  struct Request {
    std::span<const WriteBatch> batches;
    const Work* work = nullptr;  // in place of batches
    bool is_durable = true;
    size_t applied = 0;
    Status status;
    bool is_done = false;
    std::condition_variable done;
  };

  explicit GroupCommit(std::unique_ptr<BatchWriter> writer);
  void Finish(Request* request);
  void Run();
  std::vector<Request*> TakeGroup();
  void Commit(std::span<Request* const> group);
  Status TryCommit(std::span<Request* const> group);
  Status Write(Request* request);
  Status DoWork(Request* request);

  std::unique_ptr<BatchWriter> writer_;  // of the thread alone
  std::mutex mutex_;
  // Guarded by mutex_, as are the answers in the requests:
  std::condition_variable work_;
  std::deque<Request*> queue_;
  bool is_stopping_ = false;

  std::thread thread_;
};

}  // namespace scoreway::sqlite
