// What the store's catalogue says of a version, made from the rows that count.
#include <utility>

#include "registry/cursors.h"
#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"
#include "store/catalogue.h"

namespace scoreway {
namespace {

CatalogueRow MakeRow(VersionInfo version, std::vector<std::string> aliases) {
  VersionMetadata& metadata = version.metadata;
  CatalogueRow row;
  row.name = std::move(version.name);
  row.version = version.number;
  row.created_micros = version.created_micros;
  row.format = std::move(metadata.format);
  row.library = std::move(metadata.source_library);
  row.library_version = std::move(metadata.source_library_version);
  row.engine = std::move(metadata.engine);
  row.description = std::move(metadata.description);
  row.producer = std::move(metadata.producer);
  row.training_data = std::move(metadata.training_data);
  row.metrics = std::move(metadata.metrics);
  row.parameters = std::move(metadata.parameters);
  row.tags = std::move(metadata.tags);
  row.aliases = std::move(aliases);
  row.size = version.artifact_bytes;
  row.sha256 = std::move(version.artifact_sha256);
  return row;
}

}  // namespace

// Read after the time that is noted, so that of several processes the one that has seen most stays.
Status Registry::WriteCatalogue(std::string_view name, int64_t number) {
  Catalogue* const catalogue = store_.catalogue();
  if (catalogue == nullptr) return {};
  const int64_t read_micros = clock_.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadVersionRow(store_, name, number));
  if (stored.row.state == VersionInfo::State::kDeleted) return catalogue->Remove(name, number, read_micros);
  SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases aliases, ReadAliases(store_, name));
  SCOREWAY_ASSIGN_OR_RETURN(VersionInfo version, ReadVersionInfo(store_, name, number, stored.row));
  return catalogue->Put(MakeRow(std::move(version), aliases.table.Of(number)), read_micros);
}

// The change is done whatever comes of this; what cannot be written now, RepairCatalogue writes.
void Registry::CatalogueMoves(std::string_view name, std::span<const AliasEvent> events) {
  if (store_.catalogue() == nullptr) return;
  for (const AliasEvent& event : events) {
    if (event.from != 0) (void)WriteCatalogue(name, event.from);
    if (event.to != 0) (void)WriteCatalogue(name, event.to);
  }
}

Result<size_t> Registry::RepairCatalogue() {
  size_t written = 0;
  if (store_.catalogue() == nullptr) return written;
  NameCursor names(store_, {});
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return written;
    VersionCursor versions(store_, *name, 0);
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto version, versions.Next());
      if (!version) break;
      SCOREWAY_RETURN_IF_ERROR(WriteCatalogue(*name, version->number));
      ++written;
    }
  }
}

}  // namespace scoreway
