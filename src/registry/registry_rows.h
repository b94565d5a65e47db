// The rows the registry keeps: where they lie (registry.h draws the table) and what their values hold, as JSON.
// For the sources of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/alias_table.h"
#include "registry/version_info.h"
#include "store/store.h"

namespace scoreway {

constexpr int kNameBuckets = 16;

Partition NamesPartition(int bucket);
int NameBucket(std::string_view name);
Partition ModelPartition(std::string_view name);
Partition MetadataPartition(std::string_view name, std::string_view push_id);

inline constexpr char kHeadSort[] = "h";
inline constexpr char kAliasesSort[] = "a";
inline constexpr char kMetadataSort[] = "info";
inline constexpr char kVersionPrefix[] = "v/";
inline constexpr char kEventPrefix[] = "e/";
inline constexpr char kPendingPrefix[] = "x/";
// The prefix and the number, in twelve digits at least, so that keys sort as numbers do.
std::string PaddedSort(std::string_view prefix, int64_t number);
std::string VersionSort(int64_t number);
std::string EventSort(int64_t sequence);
std::string PendingSort(std::string_view push_id);
std::string IdempotencySort(std::string_view key);

// The name that an artifact's reference has in the blob store.
std::string ArtifactReference(std::string_view name, std::string_view push_id);

struct HeadRow {
  int64_t last_number = 0;
  int64_t ready_count = 0;
  int64_t created_micros = 0;
  bool is_deleted = false;

  std::string Encode() const;
  static Result<HeadRow> Decode(std::string_view json);
};

struct VersionRow {
  std::string push_id;
  VersionInfo::State state = VersionInfo::State::kReady;
  int64_t created_micros = 0;
  std::string sha256;
  uint64_t bytes = 0;

  std::string Encode() const;
  static Result<VersionRow> Decode(std::string_view json);
};

std::string EncodeEvent(const AliasEvent& event);
Result<AliasEvent> DecodeEvent(std::string_view json);

// The error of a stored row that cannot be read: damage, or a newer program's writing.
Error DamagedRow(const Partition& partition, std::string_view sort, const Error& cause);

}  // namespace scoreway
