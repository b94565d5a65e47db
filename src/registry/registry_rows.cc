#include "registry/registry_rows.h"

#include <cstdio>

#include "base/crc32c.h"
#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"

namespace scoreway {

std::string PaddedSort(std::string_view prefix, int64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof(digits), "%012lld", static_cast<long long>(number));
  return std::string(prefix) + digits;
}

Partition NamesPartition(int bucket) { return {"names", std::to_string(bucket)}; }

int NameBucket(std::string_view name) { return static_cast<int>(Crc32c(name) % kNameBuckets); }

Partition ModelPartition(std::string_view name) { return {"model", std::string(name)}; }

Partition MetadataPartition(std::string_view name, std::string_view push_id) {
  return {"version", std::string(name) + "/" + std::string(push_id)};
}

std::string VersionSort(int64_t number) { return PaddedSort(kVersionPrefix, number); }

std::string EventSort(int64_t sequence) { return PaddedSort(kEventPrefix, sequence); }

std::string PendingSort(std::string_view push_id) { return std::string(kPendingPrefix).append(push_id); }

std::string IdempotencySort(std::string_view key) { return std::string("i/").append(key); }

std::string ArtifactReference(std::string_view name, std::string_view push_id) {
  return std::string(name) + "/" + std::string(push_id);
}

std::string HeadRow::Encode() const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("last", last_number);
  json.IntField("ready", ready_count);
  json.IntField("created", created_micros);
  json.BoolField("deleted", is_deleted);
  json.EndObject();
  return text;
}

Result<HeadRow> HeadRow::Decode(std::string_view text) {
  HeadRow row;
  JsonMembers members(text);
  members.Read("last", &row.last_number);
  members.Read("ready", &row.ready_count);
  members.Read("created", &row.created_micros);
  members.Read("deleted", &row.is_deleted);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return row;
}

std::string VersionRow::Encode() const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("push", push_id);
  json.StringField("state", StateName(state));
  json.IntField("created", created_micros);
  json.StringField("sha256", sha256);
  json.UintField("bytes", bytes);
  json.EndObject();
  return text;
}

Result<VersionRow> VersionRow::Decode(std::string_view text) {
  VersionRow row;
  std::string state;
  JsonMembers members(text);
  members.Read("push", &row.push_id);
  members.Read("state", &state);
  members.Read("created", &row.created_micros);
  members.Read("sha256", &row.sha256);
  members.Read("bytes", &row.bytes);
  row.state =
      state == StateName(VersionInfo::State::kReady) ? VersionInfo::State::kReady : VersionInfo::State::kDeleted;
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return row;
}

std::string EncodeEvent(const AliasEvent& event) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("sequence", event.sequence);
  json.IntField("time", event.time_micros);
  json.StringField("alias", event.alias);
  json.IntField("from", event.from);
  json.IntField("to", event.to);
  json.StringField("who", event.who);
  json.StringField("why", event.why);
  json.EndObject();
  return text;
}

Result<AliasEvent> DecodeEvent(std::string_view text) {
  AliasEvent event;
  JsonMembers members(text);
  members.Read("sequence", &event.sequence);
  members.Read("time", &event.time_micros);
  members.Read("alias", &event.alias);
  members.Read("from", &event.from);
  members.Read("to", &event.to);
  members.Read("who", &event.who);
  members.Read("why", &event.why);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return event;
}

Error DamagedRow(const Partition& partition, std::string_view sort, const Error& cause) {
  return Error{Code::kCorrupt, "a row of the registry cannot be read: " + cause.ToString(),
               partition.ToString() + "/" + std::string(sort)};
}

}  // namespace scoreway
