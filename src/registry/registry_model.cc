#include "registry/registry_model.h"

#include "base/number_text.h"
#include "registry/cursors.h"

namespace scoreway {

std::string ModelPlace(std::string_view name) { return "model '" + std::string(name) + "'"; }

std::string VersionPlace(std::string_view name, int64_t number) {
  return ModelPlace(name) + ", version " + std::to_string(number);
}

Result<StoredHead> ReadHead(Store& store, std::string_view name) {
  const Partition partition = ModelPartition(name);
  StoredHead head;
  SCOREWAY_ASSIGN_OR_RETURN(head.text, store.Get(partition, kHeadSort));
  if (!head.text) return head;
  auto row = HeadRow::Decode(*head.text);
  if (!row.ok()) return DamagedRow(partition, kHeadSort, row.error());
  head.row = *row;
  return head;
}

Result<StoredHead> ReadLiveHead(Store& store, std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredHead head, ReadHead(store, name));
  if (head.text && !head.row.is_deleted) return head;
  return Status(Code::kNotFound, "there is no such model", ModelPlace(name));
}

Result<StoredAliases> ReadAliases(Store& store, std::string_view name) {
  const Partition partition = ModelPartition(name);
  StoredAliases aliases;
  SCOREWAY_ASSIGN_OR_RETURN(aliases.text, store.Get(partition, kAliasesSort));
  if (!aliases.text) return aliases;
  auto table = AliasTable::Decode(*aliases.text);
  if (!table.ok()) return DamagedRow(partition, kAliasesSort, table.error());
  aliases.table = std::move(*table);
  return aliases;
}

void AppendAliasWrites(const StoredAliases& aliases, std::span<const AliasEvent> events, WriteBatch* batch) {
  if (events.empty()) {
    batch->writes.push_back(CheckUnchanged(kAliasesSort, aliases.text));
    return;
  }
  batch->writes.push_back(PutIfUnchanged(kAliasesSort, aliases.table.Encode(), aliases.text));
  for (const AliasEvent& event : events) {
    batch->writes.push_back(PutIfAbsent(EventSort(event.sequence), EncodeEvent(event)));
  }
}

Result<StoredVersion> ReadVersionRow(Store& store, std::string_view name, int64_t number) {
  const Partition partition = ModelPartition(name);
  const std::string sort = VersionSort(number);
  SCOREWAY_ASSIGN_OR_RETURN(auto text, store.Get(partition, sort));
  if (!text) {
    SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store, name));
    return Status(Code::kNotFound, "the model has no version " + std::to_string(number), ModelPlace(name));
  }
  auto row = VersionRow::Decode(*text);
  if (!row.ok()) return DamagedRow(partition, sort, row.error());
  return StoredVersion{std::move(*text), std::move(*row)};
}

Result<StoredVersion> ReadReadyVersion(Store& store, std::string_view name, int64_t number) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredVersion stored, ReadVersionRow(store, name, number));
  if (stored.row.state == VersionInfo::State::kReady) return stored;
  return Status(Code::kNotFound, "the version is deleted", VersionPlace(name, number));
}

Result<int64_t> ParseStoredVersion(const Partition& partition, std::string_view digits) {
  int64_t number = 0;
  if (ParseInt64(digits, &number) == NumberParse::kOk && number > 0) return number;
  return DamagedRow(partition, digits, Error{Code::kCorrupt, "no version number", {}});
}

Result<VersionInfo> ReadVersionInfo(Store& store, std::string_view name, int64_t number, const VersionRow& row) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto json, store.Get(MetadataPartition(name, row.push_id), kMetadataSort));
  return MakeVersionInfo(name, number, row, json);
}

Result<VersionInfo> MakeVersionInfo(std::string_view name, int64_t number, const VersionRow& row,
                                    const std::optional<std::string>& json) {
  const Partition partition = MetadataPartition(name, row.push_id);
  if (!json) return DamagedRow(partition, kMetadataSort, Error{Code::kCorrupt, "it is missing", {}});
  auto metadata = MetadataFromJson(*json);
  if (!metadata.ok()) return DamagedRow(partition, kMetadataSort, metadata.error());
  return VersionInfo{std::string(name), number,    row.state,           row.created_micros,
                     row.sha256,        row.bytes, std::move(*metadata)};
}

Result<std::string> EncodeMetadata(std::string_view name, const VersionMetadata& metadata) {
  std::string json = MetadataToJson(metadata);
  if (json.size() <= kValueBytesMax) return json;
  return Status(Code::kResourceExhausted,
                "the metadata of a version has " + std::to_string(json.size()) + " bytes, at most " +
                    std::to_string(kValueBytesMax) + " are stored",
                ModelPlace(name));
}

Result<int64_t> FindLatest(Store& store, std::string_view name) {
  VersionCursor versions(store, name, 0, 8);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto version, versions.Next());
    if (!version) return 0;
    if (version->row.state == VersionInfo::State::kReady) return version->number;
  }
}

}  // namespace scoreway
