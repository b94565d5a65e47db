#include "batches/firing.h"

#include <algorithm>
#include <array>

#include "data/codec/json_members.h"
#include "data/codec/json_times.h"

namespace scoreway {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr std::array<std::string_view, 6> kCauseNames = {"manual", "cron", "rows", "age", "version", "move"};
constexpr std::array<std::string_view, 5> kStateNames = {"waiting", "running", "delivered", "done", "failed"};

template <typename Enum, size_t N>
void ReadName(JsonMembers& members, std::string_view key, const std::array<std::string_view, N>& names, Enum* value) {
  std::string text;
  members.Read(key, &text);
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return members.Fail(key, "one of the names it can have");
  *value = static_cast<Enum>(found - names.begin());
}

void WriteNumbers(std::string_view key, const std::vector<int64_t>& numbers, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const int64_t number : numbers) json->Int(number);
  json->EndArray();
}

void ReadNumbers(JsonMembers& members, std::string_view key, std::vector<int64_t>* numbers) {
  simdjson::dom::element member;
  if (!members.Find(key, &member) || member.is_null()) return;
  simdjson::dom::array items;
  if (member.get(items) != simdjson::SUCCESS) return members.Fail(key, "an array");
  for (const simdjson::dom::element item : items) {
    int64_t number = 0;
    if (item.get(number)) return members.Fail(key, "of numbers");
    numbers->push_back(number);
  }
}

bool CanFire(const BatchState& state) { return state.rows > 0 && state.unfinished.size() < BatchState::kUnfinishedMax; }

}  // namespace

std::string_view FiringCauseName(FiringCause cause) { return kCauseNames[static_cast<size_t>(cause)]; }
std::string_view FiringStateName(FiringState state) { return kStateNames[static_cast<size_t>(state)]; }

BatchLook FireNow(const BatchState& state, FiringCause cause, const BatchSurroundings& around) {
  BatchLook look{.state = state, .fires = true, .firing = {}, .has_changed = true};
  look.firing.number = state.collecting;
  look.firing.cause = cause;
  look.firing.fired_micros = around.now_micros;
  look.firing.version = around.meant_version;
  look.firing.rows = state.rows;
  look.firing.bytes = state.bytes;
  look.firing.bad_messages = state.bad_messages;
  look.state.unfinished.push_back(state.collecting);
  ++look.state.collecting;
  look.state.rows = look.state.bytes = look.state.bad_messages = look.state.oldest_micros = 0;
  return look;
}

BatchLook LookAt(const StoredBatch& batch, const BatchState& state, const BatchSurroundings& around) {
  BatchLook nothing{.state = state, .fires = false, .firing = {}, .has_changed = false};
  if (state.is_deleted || around.meant_version == 0) return nothing;
  const Trigger& trigger = batch.trigger;
  BatchState answered = state;
  int64_t due_seconds = 0;
  if (around.cron != nullptr) {
    const auto next = around.cron->NextAfter(*around.zone, state.cron_until_seconds);
    const int64_t now_seconds = around.now_micros / kMicros;
    if (next && *next <= now_seconds) {
      due_seconds = *next;
      answered.cron_until_seconds = now_seconds;
    }
  }
  answered.newest_version = std::max(around.newest_version, state.newest_version);
  answered.meant_version = around.meant_version;
  const auto is_due = [&](FiringCause cause) {
    switch (cause) {
      case FiringCause::kCron: return due_seconds > 0;
      case FiringCause::kVersion: return trigger.after_version && answered.newest_version > state.newest_version;
      case FiringCause::kMove: return trigger.after_move && around.meant_version != state.meant_version;
      case FiringCause::kRows: return trigger.rows > 0 && state.rows >= trigger.rows;
      case FiringCause::kAge:
        return trigger.age_seconds > 0 && around.now_micros - state.oldest_micros >= trigger.age_seconds * kMicros;
      case FiringCause::kManual: return false;
    }
    return false;
  };
  for (const FiringCause cause :
       {FiringCause::kCron, FiringCause::kVersion, FiringCause::kMove, FiringCause::kRows, FiringCause::kAge}) {
    if (state.rows == 0 || !is_due(cause)) continue;
    // What is due stays due until there is room.
    if (!CanFire(state)) return nothing;
    BatchLook look = FireNow(answered, cause, around);
    if (cause == FiringCause::kCron) look.firing.due_micros = due_seconds * kMicros;
    return look;
  }
  nothing.has_changed = answered != state;
  nothing.state = std::move(answered);
  return nothing;
}

void WriteJson(const Firing& firing, JsonWriter* json) {
  json->BeginObject();
  json->IntField("number", firing.number);
  json->StringField("cause", FiringCauseName(firing.cause));
  json->StringField("state", FiringStateName(firing.state));
  WriteTime("due", firing.due_micros, json);
  WriteTime("fired", firing.fired_micros, json);
  json->IntField("version", firing.version);
  json->IntField("rows", firing.rows);
  json->IntField("bytes", firing.bytes);
  json->IntField("bad_messages", firing.bad_messages);
  json->StringField("who", firing.who);
  json->StringField("instance", firing.instance);
  WriteTime("lease_until", firing.lease_until_micros, json);
  json->IntField("attempts", firing.attempts);
  WriteTime("next_try", firing.next_try_micros, json);
  json->IntField("scored_rows", firing.scored_rows);
  json->IntField("bad_rows", firing.bad_rows);
  json->Key("error");
  firing.error.empty() ? json->Null() : json->String(firing.error);
  WriteTime("finished", firing.finished_micros, json);
  json->EndObject();
}

Result<Firing> ParseFiring(std::string_view text) {
  Firing firing;
  JsonMembers members(text);
  members.Read("number", &firing.number);
  ReadName(members, "cause", kCauseNames, &firing.cause);
  ReadName(members, "state", kStateNames, &firing.state);
  ReadTime(members, "due", &firing.due_micros);
  ReadTime(members, "fired", &firing.fired_micros);
  members.Read("version", &firing.version);
  members.Read("rows", &firing.rows);
  members.Read("bytes", &firing.bytes);
  members.Read("bad_messages", &firing.bad_messages);
  members.Read("who", &firing.who);
  members.Read("instance", &firing.instance);
  ReadTime(members, "lease_until", &firing.lease_until_micros);
  members.Read("attempts", &firing.attempts);
  ReadTime(members, "next_try", &firing.next_try_micros);
  members.Read("scored_rows", &firing.scored_rows);
  members.Read("bad_rows", &firing.bad_rows);
  members.Read("error", &firing.error);
  ReadTime(members, "finished", &firing.finished_micros);
  if (members.status().ok()) return firing;
  return Error{Code::kCorrupt, "a stored firing cannot be read: " + members.status().ToString(), {}};
}

void WriteJson(const BatchState& state, JsonWriter* json) {
  json->BeginObject();
  json->IntField("collecting", state.collecting);
  json->IntField("rows", state.rows);
  json->IntField("bytes", state.bytes);
  json->IntField("bad_messages", state.bad_messages);
  WriteTime("oldest", state.oldest_micros, json);
  json->IntField("held_bytes", state.held_bytes);
  WriteNumbers("unfinished", state.unfinished, json);
  json->IntField("cron_until", state.cron_until_seconds);
  json->IntField("newest_version", state.newest_version);
  json->IntField("meant_version", state.meant_version);
  json->StringField("input", state.input);
  WriteNumbers("input_offsets", state.input_offsets, json);
  json->BoolField("is_deleted", state.is_deleted);
  json->EndObject();
}

Result<BatchState> ParseBatchState(std::string_view text) {
  BatchState state;
  JsonMembers members(text);
  members.Read("collecting", &state.collecting);
  members.Read("rows", &state.rows);
  members.Read("bytes", &state.bytes);
  members.Read("bad_messages", &state.bad_messages);
  ReadTime(members, "oldest", &state.oldest_micros);
  members.Read("held_bytes", &state.held_bytes);
  ReadNumbers(members, "unfinished", &state.unfinished);
  members.Read("cron_until", &state.cron_until_seconds);
  members.Read("newest_version", &state.newest_version);
  members.Read("meant_version", &state.meant_version);
  members.Read("input", &state.input);
  ReadNumbers(members, "input_offsets", &state.input_offsets);
  members.Read("is_deleted", &state.is_deleted);
  if (members.status().ok()) return state;
  return Error{Code::kCorrupt, "the stored state of a batch cannot be read: " + members.status().ToString(), {}};
}

}  // namespace scoreway
