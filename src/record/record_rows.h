// RecordRows: where the record lies in a Store: chunks of what happened to a model, found by the time it happened.
//
//     table          partition                     sort                    value
//     record         stream "/" model "/" minute   time, 16 random digits  a chunk: what happened from that time on
//     record_minute  stream "/" model              minute                  empty: there are chunks of that minute
//
// Times are microseconds since 1970, big-endian in sort keys and digits elsewhere. All that a chunk tells lies in one
// minute. So a partition holds a minute of one model, and the minutes that have something are found without asking all.
// Rows are written once, without conditions, and die by their TTL.
//
// Errors are those of the Store. Thread-safe; a cursor is for one thread at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

enum class RecordStream : char { kPredictions = 'p', kLabels = 'l' };

constexpr int64_t kMinuteMicros = 60'000'000;
constexpr int64_t MinuteOf(int64_t micros) { return micros - micros % kMinuteMicros; }
// Of a chunk's bytes.
constexpr size_t kChunkBytesMax = kValueBytesMax;

struct RecordChunk {
  std::string sort;  // NewChunkSort of its first time
  std::string bytes;

  int64_t time_micros() const;
};

// A new place for a chunk that begins at that time (not before 1970). No two are the same.
std::string NewChunkSort(int64_t time_micros);

// From `from_micros` (inclusive) to `to_micros` (exclusive).
struct TimeRange {
  int64_t from_micros = 0;
  int64_t to_micros = std::numeric_limits<int64_t>::max();
  bool oldest_first = false;
};

class RecordRows;

// The chunks of minutes that the range touches, in the order of their first times. Those written meanwhile may come or
// not.
class RecordCursor {
 public:
  // The next chunk; nothing at the end.
  Result<std::optional<RecordChunk>> Next();

 private:
  friend class RecordRows;
  RecordCursor(Store& store, RecordStream stream, std::string_view model, const TimeRange& range,
               std::string_view start);

  Result<bool> NextMinute();

  Store& store_;
  const std::string prefix_;  // of the partitions: stream "/" model
  const bool oldest_first_;
  std::string start_;  // the chunk to begin at; empty: the first
  ScanRange minutes_;
  bool has_minutes_ = true;
  std::vector<Row> found_minutes_;
  size_t next_minute_ = 0;
  Partition partition_;
  ScanRange chunks_;
  bool has_chunks_ = false;
  std::vector<Row> found_chunks_;
  size_t next_chunk_ = 0;
};

class RecordRows {
 public:
  // The store must outlive this.
  explicit RecordRows(Store& store) : store_(store) {}

  Store& store() const { return store_; }

  // What writes a chunk, and that its minute has one, in this order; both may be repeated, and be done in any order
  // with others of their kind. `ttl_micros` 0: it stays.
  static WriteBatch ChunkBatch(RecordStream stream, std::string_view model, RecordChunk chunk, int64_t ttl_micros);
  static WriteBatch MinuteBatch(RecordStream stream, std::string_view model, int64_t time_micros, int64_t ttl_micros);

  // `start`: the sort key of the chunk to begin at, one that a cursor of this range gave.
  RecordCursor Read(RecordStream stream, std::string_view model, const TimeRange& range,
                    std::string_view start = {}) const {
    return {store_, stream, model, range, start};
  }

 private:
  Store& store_;
};

}  // namespace scoreway
