// Changing what is said about a version.
#include <utility>

#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;

void ApplyPatch(const MetadataPatch& patch, VersionMetadata* metadata) {
  if (patch.description) metadata->description = *patch.description;
  if (patch.parity_json) metadata->parity_json = *patch.parity_json;
  for (const auto& [name, value] : patch.set_metrics) metadata->metrics[name] = value;
  for (const auto& [name, text] : patch.set_tags) metadata->tags[name] = text;
  for (const std::string& name : patch.remove_tags) metadata->tags.erase(name);
}

}  // namespace

Result<VersionInfo> Registry::UpdateMetadata(std::string_view name, int64_t number, const MetadataPatch& patch) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadReadyVersion(store_, name, number));
    const Partition partition = MetadataPartition(name, stored.row.push_id);
    SCOREWAY_ASSIGN_OR_RETURN(const auto json, store_.Get(partition, kMetadataSort));
    SCOREWAY_ASSIGN_OR_RETURN(VersionInfo version, ReadVersionInfo(store_, name, number, stored.row));
    ApplyPatch(patch, &version.metadata);
    Status status = CheckMetadata(version.metadata);
    if (!status.ok()) return AtPlace(VersionPlace(name, number), status.error());
    SCOREWAY_ASSIGN_OR_RETURN(std::string next, EncodeMetadata(name, version.metadata));
    status = store_.Apply(partition, PutIfUnchanged(kMetadataSort, std::move(next), json));
    if (status.ok()) {
      (void)WriteCatalogue(name, number);
      return version;
    }
    if (status.code() != Code::kConflict) return status.error();
  }
  return Status(Code::kUnavailable, "too many writers change the same version at once", VersionPlace(name, number));
}

}  // namespace scoreway
