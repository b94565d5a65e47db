#include "registry/pending_rows.h"

#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"
#include "registry/registry_rows.h"

namespace scoreway {

std::string PendingRow::Encode() const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("kind", static_cast<int64_t>(kind));
  json.StringField("sha256", sha256);
  json.IntField("start", start_micros);
  json.EndObject();
  return text;
}

Result<PendingRow> PendingRow::Decode(std::string_view text) {
  PendingRow row;
  int64_t kind = 0;
  JsonMembers members(text);
  members.Read("kind", &kind);
  members.Read("sha256", &row.sha256);
  members.Read("start", &row.start_micros);
  if (kind < 0 || kind > static_cast<int64_t>(Kind::kRelease)) members.Fail("kind", "0, 1 or 2");
  row.kind = static_cast<Kind>(kind);
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return row;
}

Result<size_t> CollectPending(Store& store, const Partition& partition, std::string_view prefix,
                              int64_t begun_by_micros, const FinishPending& finish) {
  size_t finished = 0;
  const auto visit = [&](const Row& row) -> Status {
    const auto pending = PendingRow::Decode(row.value);
    if (!pending.ok()) return DamagedRow(partition, row.sort, pending.error());
    if (pending->start_micros > begun_by_micros) return {};
    if (pending->kind == PendingRow::Kind::kPush) {
      PendingRow abandoned = *pending;
      abandoned.kind = PendingRow::Kind::kAbandoned;
      Status status = store.Apply(partition, PutIfEquals(row.sort, abandoned.Encode(), row.value));
      if (status.code() == Code::kConflict) return {};
      if (!status.ok()) return status;
    }
    SCOREWAY_RETURN_IF_ERROR(finish(std::string_view(row.sort).substr(prefix.size()), *pending));
    ++finished;
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store, partition, ScanPrefix(prefix), visit));
  return finished;
}

}  // namespace scoreway
