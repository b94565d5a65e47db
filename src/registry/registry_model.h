// Reading a model's rows: what was stored, kept beside what it means, so that a write can ask for it to be unchanged.
// For the sources of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/alias_table.h"
#include "registry/registry.h"
#include "registry/registry_rows.h"
#include "registry/version_info.h"
#include "store/store.h"

namespace scoreway {

std::string ModelPlace(std::string_view name);
std::string VersionPlace(std::string_view name, int64_t number);

struct StoredHead {
  std::optional<std::string> text;  // nothing: the model never existed
  HeadRow row;
};
Result<StoredHead> ReadHead(Store& store, std::string_view name);
// kNotFound if the model never existed or is deleted.
Result<StoredHead> ReadLiveHead(Store& store, std::string_view name);

struct StoredAliases {
  std::optional<std::string> text;
  AliasTable table;
};
Result<StoredAliases> ReadAliases(Store& store, std::string_view name);
// The writes that store the table, changed since it was read, and the events of the change.
void AppendAliasWrites(const StoredAliases& aliases, std::span<const AliasEvent> events, WriteBatch* batch);

struct StoredVersion {
  std::string text;
  VersionRow row;
};
// kNotFound if there is no such version; a deleted one is given.
Result<StoredVersion> ReadVersionRow(Store& store, std::string_view name, int64_t number);
// The same, but kNotFound for a deleted one.
Result<StoredVersion> ReadReadyVersion(Store& store, std::string_view name, int64_t number);
// The number in a key or value of the registry's own writing.
Result<int64_t> ParseStoredVersion(const Partition& partition, std::string_view digits);
// Row and metadata.
Result<VersionInfo> ReadVersionInfo(Store& store, std::string_view name, int64_t number, const VersionRow& row);
// The same from a metadata row that was read; kCorrupt if there is none.
Result<VersionInfo> MakeVersionInfo(std::string_view name, int64_t number, const VersionRow& row,
                                    const std::optional<std::string>& json);

// The metadata's row; kResourceExhausted if it is too large for one.
Result<std::string> EncodeMetadata(std::string_view name, const VersionMetadata& metadata);

// The newest version that is not deleted; 0 if there is none.
Result<int64_t> FindLatest(Store& store, std::string_view name);

// kInvalidArgument if the page has no size or one beyond all reason.
Status CheckListOptions(const ListOptions& options);
// The page token of a listing by number; 0 for the first page.
Result<int64_t> ParseNumberToken(std::string_view token);

}  // namespace scoreway
