// Firing: that the rows of a stored batch which had come until then are scored, once, and their answers delivered. And
// BatchState: what waits, and which firings are not over. Values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "batches/cron.h"
#include "batches/stored_batch.h"
#include "data/codec/json_writer.h"

namespace scoreway {

enum class FiringCause : uint8_t { kManual, kCron, kRows, kAge, kVersion, kMove };
// kDelivered: the answers are where they belong, the rows are still to be removed.
enum class FiringState : uint8_t { kWaiting, kRunning, kDelivered, kDone, kFailed };

std::string_view FiringCauseName(FiringCause cause);
std::string_view FiringStateName(FiringState state);

struct Firing {
  int64_t number = 0;  // of the batch, from 1
  FiringCause cause = FiringCause::kManual;
  FiringState state = FiringState::kWaiting;
  int64_t due_micros = 0;    // of kCron: the time on its line, the first one that nobody has fired for
  int64_t fired_micros = 0;  // when it fired
  int64_t version = 0;       // that answers: what the model meant then
  int64_t rows = 0, bytes = 0;
  int64_t bad_messages = 0;  // that came among the rows and are none
  std::string who;           // of kManual
  // Of whoever works on it, and how far it is.
  std::string instance;
  int64_t lease_until_micros = 0;  // then another may take it
  int64_t attempts = 0;
  int64_t next_try_micros = 0;
  int64_t scored_rows = 0, bad_rows = 0;
  std::string error;  // of the last attempt; empty: none
  int64_t finished_micros = 0;

  bool operator==(const Firing&) const = default;
};

struct BatchState {
  // Beyond, no trigger fires until some are over.
  static constexpr size_t kUnfinishedMax = 100;
  static constexpr size_t kPartitionsMax = 10'000;  // of the topic that is read

  int64_t collecting = 1;  // the number that rows which come now will fire under
  int64_t rows = 0, bytes = 0;
  int64_t bad_messages = 0;         // that came since the last firing and are no rows
  int64_t oldest_micros = 0;        // when the first of them came
  int64_t held_bytes = 0;           // of all rows that are stored, those of unfinished firings too
  std::vector<int64_t> unfinished;  // firings whose rows are still stored
  // What triggers have answered for already: times of cron up to this one, and the versions that were known.
  int64_t cron_until_seconds = 0;
  int64_t newest_version = 0, meant_version = 0;
  // Of the topic that the batch reads (StoredBatch::input): of each partition the offset before which all messages are
  // stored. Those behind the last that is here have none.
  std::string input;
  std::vector<int64_t> input_offsets;
  bool is_deleted = false;

  bool operator==(const BatchState&) const = default;
};

// What a look at a batch is to know of the world.
struct BatchSurroundings {
  int64_t now_micros = 0;
  int64_t newest_version = 0, meant_version = 0;  // 0: not known; no trigger fires, as nobody could answer
  const Cron* cron = nullptr;                     // of its trigger; null: none
  const TimeZone* zone = nullptr;
};

struct BatchLook {
  BatchState state;    // as it is to be
  bool fires = false;  // as firing `firing`
  Firing firing;
  bool has_changed = false;
};

// Whether a trigger fires, and which: cron before a new version, that before an alias, row count and age.
BatchLook LookAt(const StoredBatch& batch, const BatchState& state, const BatchSurroundings& around);
// Fires what waits. Only where there are rows and less than kUnfinishedMax firings.
BatchLook FireNow(const BatchState& state, FiringCause cause, const BatchSurroundings& around);

void WriteJson(const Firing& firing, JsonWriter* json);
void WriteJson(const BatchState& state, JsonWriter* json);
// kCorrupt if it is none that was written.
Result<Firing> ParseFiring(std::string_view json);
Result<BatchState> ParseBatchState(std::string_view json);

}  // namespace scoreway
