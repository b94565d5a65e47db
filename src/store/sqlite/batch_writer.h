// BatchWriter: the statements that write batches into a database, inside a transaction that it begins and ends.
// For the sources of this folder; one thread.
#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace scoreway::sqlite {

class BatchWriter {
 public:
  static Result<std::unique_ptr<BatchWriter>> Make(Connection connection, const Clock& clock);

  // Takes the file's write lock. What is not durable survives the loss of the process, but not of power.
  Status Begin(bool is_durable = true);
  // kConflict leaves the transaction as it was; after any other error it must be rolled back.
  Status Write(const WriteBatch& batch);
  // Durable when ok; rolled back when not. Also removes some rows that died by TTL, now and then.
  Status Commit();
  void Rollback();

  // For further statements inside the transaction.
  Connection& connection() { return connection_; }
  // The time of the transaction.
  int64_t now_micros() const { return now_micros_; }

 private:
  // What the row holds now; nothing if it is absent or dead.
  struct Current {
    bool is_stored = false;  // there is a row, dead or alive
    bool is_alive = false;
    int64_t big_id = 0;  // 0: the value is in the row
  };

  BatchWriter(Connection connection, const Clock& clock) : connection_(std::move(connection)), clock_(clock) {}
  Status PrepareAll();
  // Looks the row up; tells whether the condition holds.
  Result<Current> Look(const Partition& partition, const scoreway::Write& write, bool* holds);
  Status Put(const Partition& partition, const scoreway::Write& write);
  Status Remove(const Partition& partition, std::string_view sort, const Current& current);
  Status NoteChange(const Partition& partition);
  Status ForgetIfEmpty(const Partition& partition);
  Status RemoveDead();

  Connection connection_;
  const Clock& clock_;
  Statement begin_, commit_, rollback_;
  Statement look_, put_, put_big_, remove_, remove_big_;
  Statement note_change_, forget_changes_, read_sequence_, write_sequence_, find_dead_;
  bool flushes_ = true;     // as the connection is set
  int64_t now_micros_ = 0;  // of this transaction
  int64_t sequence_ = 0;
  int64_t next_removal_micros_ = 0;
};

}  // namespace scoreway::sqlite
