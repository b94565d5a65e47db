#include "store/sqlite/batch_writer.h"

#include <utility>
#include <vector>

#include "store/sqlite/open.h"
#include "store/store_rules.h"

namespace scoreway::sqlite {
namespace {

constexpr int64_t kRemovalPauseMicros = 60'000'000;
constexpr size_t kRemovalsMax = 256;  // in one transaction, so that no writer waits long for them

void BindRow(StatementUse& use, const Partition& partition, std::string_view sort) {
  use->BindBytes(1, partition.table);
  use->BindBytes(2, partition.key);
  use->BindBytes(3, sort);
}

}  // namespace

Result<std::unique_ptr<BatchWriter>> BatchWriter::Make(Connection connection, const Clock& clock) {
  std::unique_ptr<BatchWriter> writer(new BatchWriter(std::move(connection), clock));
  SCOREWAY_RETURN_IF_ERROR(writer->PrepareAll());
  return writer;
}

Status BatchWriter::PrepareAll() {
  const std::pair<Statement*, const char*> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&look_,
       "SELECT coalesce(rows.value, big.value), rows.big, rows.expires FROM rows LEFT JOIN big ON big.id = rows.big "
       "WHERE tbl = ?1 AND part = ?2 AND sort = ?3"},
      {&put_,
       "INSERT INTO rows (tbl, part, sort, value, big, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
       "ON CONFLICT DO UPDATE SET value = ?4, big = ?5, expires = ?6"},
      {&put_big_, "INSERT INTO big (value) VALUES (?1) RETURNING id"},
      {&remove_, "DELETE FROM rows WHERE tbl = ?1 AND part = ?2 AND sort = ?3"},
      {&remove_big_, "DELETE FROM big WHERE id = ?1"},
      {&note_change_,
       "INSERT INTO changes (tbl, part, sequence) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET sequence = ?3"},
      {&forget_changes_,
       "DELETE FROM changes WHERE tbl = ?1 AND part = ?2 "
       "AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.tbl = ?1 AND rows.part = ?2)"},
      {&read_sequence_, "SELECT value FROM meta WHERE name = 'sequence'"},
      {&write_sequence_, "UPDATE meta SET value = ?1 WHERE name = 'sequence'"},
      {&find_dead_, "SELECT tbl, part, sort, big FROM rows WHERE expires <= ?1 LIMIT ?2"},
  };
  for (const auto& [statement, sql] : statements) {
    SCOREWAY_ASSIGN_OR_RETURN(*statement, connection_.Prepare(sql));
  }
  return {};
}

Status BatchWriter::Begin(bool is_durable) {
  if (is_durable != flushes_) {
    SCOREWAY_RETURN_IF_ERROR(
        connection_.Exec(is_durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
    flushes_ = is_durable;
  }
  {
    StatementUse use(begin_);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(read_sequence_);
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
  if (!has_row) return Status(Code::kCorrupt, "the database lacks its sequence number", connection_.path());
  sequence_ = use->Int(0);
  now_micros_ = clock_.NowMicros();
  return {};
}

Status BatchWriter::Commit() {
  if (now_micros_ >= next_removal_micros_) SCOREWAY_RETURN_IF_ERROR(RemoveDead());
  {
    StatementUse use(write_sequence_);
    use->BindInt(1, sequence_);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(commit_);
  return use->Run();
}

void BatchWriter::Rollback() {
  // Some errors have rolled back already.
  if (!connection_.is_in_transaction()) return;
  StatementUse use(rollback_);
  (void)use->Run();
}

Result<BatchWriter::Current> BatchWriter::Look(const Partition& partition, const scoreway::Write& write, bool* holds) {
  Current current;
  StatementUse use(look_);
  BindRow(use, partition, write.sort);
  SCOREWAY_ASSIGN_OR_RETURN(current.is_stored, use->Step());
  if (current.is_stored) {
    current.is_alive = use->IsNull(2) || use->Int(2) > now_micros_;
    current.big_id = use->Int(1);
  }
  switch (write.condition) {
    case Write::If::kAlways: *holds = true; break;
    case Write::If::kAbsent: *holds = !current.is_alive; break;
    case Write::If::kEquals: *holds = current.is_alive && use->Bytes(0) == write.expected; break;
  }
  return current;
}

Status BatchWriter::Put(const Partition& partition, const scoreway::Write& write) {
  int64_t big_id = 0;
  if (write.value.size() > kInlineBytesMax) {
    StatementUse use(put_big_);
    use->BindBytes(1, write.value);
    SCOREWAY_RETURN_IF_ERROR(use->Step());
    big_id = use->Int(0);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(put_);
  BindRow(use, partition, write.sort);
  if (big_id == 0) {
    use->BindBytes(4, write.value);
  } else {
    use->BindInt(5, big_id);
  }
  const int64_t expires = ExpiryMicros(now_micros_, write.ttl_micros);
  if (expires != kNeverMicros) use->BindInt(6, expires);
  return use->Run();
}

Status BatchWriter::Remove(const Partition& partition, std::string_view sort, const Current& current) {
  if (current.big_id != 0) {
    StatementUse use(remove_big_);
    use->BindInt(1, current.big_id);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(remove_);
  BindRow(use, partition, sort);
  return use->Run();
}

// An empty partition leaves nothing behind; should it come back, the sequence number gives it a count never seen
// before.
Status BatchWriter::NoteChange(const Partition& partition) {
  StatementUse use(note_change_);
  use->BindBytes(1, partition.table);
  use->BindBytes(2, partition.key);
  use->BindInt(3, sequence_);
  return use->Run();
}

Status BatchWriter::ForgetIfEmpty(const Partition& partition) {
  StatementUse use(forget_changes_);
  use->BindBytes(1, partition.table);
  use->BindBytes(2, partition.key);
  return use->Run();
}

// All conditions are looked at before the first write, so that a conflict has nothing to undo.
Status BatchWriter::Write(const WriteBatch& batch) {
  std::vector<Current> currents;
  currents.reserve(batch.writes.size());
  for (const scoreway::Write& write : batch.writes) {
    bool holds = false;
    SCOREWAY_ASSIGN_OR_RETURN(currents.emplace_back(), Look(batch.partition, write, &holds));
    if (!holds) return WriteConflict(batch.partition, write);
  }
  bool has_writes = false;
  bool has_removals = false;
  for (size_t i = 0; i < batch.writes.size(); ++i) {
    const scoreway::Write& write = batch.writes[i];
    if (write.kind == Write::Kind::kCheck) continue;
    has_writes = true;
    has_removals = has_removals || write.kind == Write::Kind::kDelete;
    if (currents[i].is_stored) SCOREWAY_RETURN_IF_ERROR(Remove(batch.partition, write.sort, currents[i]));
    if (write.kind == Write::Kind::kPut) SCOREWAY_RETURN_IF_ERROR(Put(batch.partition, write));
  }
  if (!has_writes) return {};
  ++sequence_;
  SCOREWAY_RETURN_IF_ERROR(NoteChange(batch.partition));
  return has_removals ? ForgetIfEmpty(batch.partition) : Status();
}

Status BatchWriter::RemoveDead() {
  struct Dead {
    Partition partition;
    std::string sort;
    Current current;
  };
  std::vector<Dead> dead;
  {
    StatementUse use(find_dead_);
    use->BindInt(1, now_micros_);
    use->BindInt(2, kRemovalsMax);
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
      if (!has_row) break;
      dead.push_back({{std::string(use->Bytes(0)), std::string(use->Bytes(1))},
                      std::string(use->Bytes(2)),
                      {true, false, use->Int(3)}});
    }
  }
  for (const Dead& row : dead) {
    SCOREWAY_RETURN_IF_ERROR(Remove(row.partition, row.sort, row.current));
    SCOREWAY_RETURN_IF_ERROR(ForgetIfEmpty(row.partition));
  }
  if (dead.size() < kRemovalsMax) next_removal_micros_ = now_micros_ + kRemovalPauseMicros;
  return {};
}

}  // namespace scoreway::sqlite
