// The rows in which a RowQueue keeps its entries:
//
//     table         partition              sort           value
//     of the queue  entry id               "entry"        the entry, as a protobuf message: what counts
//     queue_index   priority/minute        turn/time/id   state and due: where entries are found, a hint
//     queue_bucket  "all"                  priority/minute  nothing: such a partition of queue_index may have rows
//                   "turns"                priority       the turn that it has come to
//                   "dead"                 entry id       nothing; dies with the dead entry
//
// Minute and time are those of the putting; a priority stands as 999 less it, so that the highest comes first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

constexpr int64_t kQueuePriorityMax = 999;
constexpr char kEntrySort[] = "entry";

enum class EntryState : uint8_t { kReady, kWaiting, kLeased, kDead };

struct EntryRow {
  EntryState state = EntryState::kReady;
  std::string tenant = {};
  int64_t priority = 0;
  int64_t turn = 0;
  int64_t due_micros = 0;  // kWaiting: of its readiness, kLeased: of the lease's end
  int64_t attempts = 0;
  int64_t token = 0;  // of the lease
  int64_t put_micros = 0;
  std::string payload = {};
  std::string reason = {};
};

std::string EncodeEntry(const EntryRow& entry);
Result<EntryRow> DecodeEntry(std::string_view text);

// What entries are ordered by, the first to be handed out first.
struct IndexKey {
  int64_t priority = 0;
  int64_t turn = 0;
  int64_t put_micros = 0;
  std::string id;

  bool operator<(const IndexKey& other) const;
  int64_t minute() const { return put_micros / 60'000'000; }
};
IndexKey KeyOf(const std::string& id, const EntryRow& entry);

// "priority/minute"
std::string BucketName(int64_t priority, int64_t minute);
bool ParseBucketName(std::string_view name, int64_t* priority, int64_t* minute);
Partition IndexPartition(const std::string& bucket);
Partition BucketPartition();
Partition TurnPartition();
Partition DeadPartition();

std::string IndexSort(const IndexKey& key);
bool ParseIndexSort(int64_t priority, std::string_view sort, IndexKey* key);
std::string IndexValue(EntryState state, int64_t due_micros);
bool ParseIndexValue(std::string_view value, EntryState* state, int64_t* due_micros);

}  // namespace scoreway
