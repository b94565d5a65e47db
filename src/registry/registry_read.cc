// What the registry tells without changing anything.
#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "registry/cursors.h"
#include "registry/registry.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"
#include "registry/search_expression.h"

namespace scoreway {
namespace {

// Metadata of so many versions is asked for at once: each may have a MiB, most have a KiB.
constexpr size_t kReadTogether = 20;

Status BadPageToken() { return Status(Code::kInvalidArgument, "the page token is not of this listing"); }

// That of a search has the model before it: "wine/12".
Result<Reference> ParseSearchToken(const std::string& token) {
  if (token.empty()) return Reference();
  auto reference = ParseReference(token);
  if (reference.ok() && reference->version > 0) return reference;
  return BadPageToken();
}

// The next name in order.
std::string After(std::string_view name) { return name.empty() ? std::string() : std::string(name) + '\0'; }

// The next few versions, their metadata read together; none at the end.
Result<std::vector<VersionInfo>> NextVersions(Store& store, std::string_view name, const ListOptions& options,
                                              VersionCursor* versions) {
  std::vector<VersionCursor::Entry> entries;
  std::vector<RowAddress> addresses;
  while (entries.size() < std::min(kReadTogether, options.count_max + 1)) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto entry, versions->Next());
    if (!entry) break;
    if (entry->row.state == VersionInfo::State::kDeleted && !options.include_deleted) continue;
    addresses.push_back({MetadataPartition(name, entry->row.push_id), kMetadataSort});
    entries.push_back(*entry);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto metadata, store.GetEach(addresses));
  std::vector<VersionInfo> infos;
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto& [number, row] = entries[i];
    SCOREWAY_ASSIGN_OR_RETURN(VersionInfo info, MakeVersionInfo(name, number, row, metadata[i]));
    infos.push_back(std::move(info));
  }
  return infos;
}

// The versions below `below` (0: all) for which the expression holds; true when the page is full and more may follow.
Result<bool> FillPage(Store& store, std::string_view name, int64_t below, const ListOptions& options,
                      const SearchExpression& expression, ListPage<VersionInfo>* page) {
  VersionCursor versions(store, name, below);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<VersionInfo> some, NextVersions(store, name, options, &versions));
    if (some.empty()) return false;
    for (VersionInfo& version : some) {
      if (!expression.Matches(version)) continue;
      if (page->items.size() == options.count_max) return true;
      page->items.push_back(std::move(version));
    }
  }
}

}  // namespace

Status CheckListOptions(const ListOptions& options) {
  constexpr size_t kMax = ListOptions::kCountMax;
  if (options.count_max >= 1 && options.count_max <= kMax) return {};
  return Status(Code::kInvalidArgument, "a page has 1 to " + std::to_string(kMax) + " items, " +
                                            std::to_string(options.count_max) + " were asked for");
}

Result<int64_t> ParseNumberToken(std::string_view token) {
  int64_t number = 0;
  if (token.empty()) return 0;
  if (ParseInt64(token, &number) == NumberParse::kOk && number > 0) return number;
  return BadPageToken();
}

Result<ModelInfo> Registry::GetModel(std::string_view name) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredHead head, ReadLiveHead(store_, name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases aliases, ReadAliases(store_, name));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t latest, FindLatest(store_, name));
  return ModelInfo{std::string(name), head.row.created_micros, latest, head.row.ready_count, aliases.table.All()};
}

Result<ListPage<ModelInfo>> Registry::ListModels(const ListOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  ListPage<ModelInfo> page;
  NameCursor names(store_, After(options.page_token));
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return page;
    auto model = GetModel(*name);
    if (model.code() == Code::kNotFound) continue;
    if (!model.ok()) return model.error();
    if (page.items.size() == options.count_max) {
      page.next_page_token = page.items.back().name;
      return page;
    }
    page.items.push_back(std::move(*model));
  }
}

Result<ListPage<VersionInfo>> Registry::ListVersions(std::string_view name, const ListOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t below, ParseNumberToken(options.page_token));
  SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store_, name));
  ListPage<VersionInfo> page;
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_more, FillPage(store_, name, below, options, SearchExpression(), &page));
  if (has_more) page.next_page_token = std::to_string(page.items.back().number);
  return page;
}

Result<ListPage<VersionInfo>> Registry::Search(std::string_view text, const ListOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  SCOREWAY_ASSIGN_OR_RETURN(const SearchExpression expression, SearchExpression::Parse(text));
  SCOREWAY_ASSIGN_OR_RETURN(const Reference last, ParseSearchToken(options.page_token));
  ListPage<VersionInfo> page;
  NameCursor names(store_, last.name);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return page;
    const int64_t below = *name == last.name ? last.version : 0;
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_more, FillPage(store_, *name, below, options, expression, &page));
    if (!has_more) continue;
    page.next_page_token = page.items.back().name + "/" + std::to_string(page.items.back().number);
    return page;
  }
}

Result<VersionInfo> Registry::GetVersion(std::string_view name, int64_t number) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadVersionRow(store_, name, number));
  return ReadVersionInfo(store_, name, number, stored.row);
}

Result<int64_t> Registry::Resolve(const Reference& reference) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(reference.name));
  if (reference.version > 0) {
    SCOREWAY_RETURN_IF_ERROR(ReadReadyVersion(store_, reference.name, reference.version));
    return reference.version;
  }
  const std::string& alias = reference.alias.empty() ? kChampion : reference.alias;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredAliases aliases, ReadAliases(store_, reference.name));
  // An alias points at a version that is not deleted: moving and deleting both see to that.
  if (const int64_t version = aliases.table.Find(alias); version != 0) return version;
  SCOREWAY_RETURN_IF_ERROR(ReadLiveHead(store_, reference.name));
  if (!reference.alias.empty() && alias != kLatest) {
    return Status(Code::kNotFound, "the model has no alias '" + alias + "'", ModelPlace(reference.name));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t latest, FindLatest(store_, reference.name));
  if (latest != 0) return latest;
  return Status(Code::kNotFound, "all versions of the model are deleted", ModelPlace(reference.name));
}

Result<std::string> Registry::ReadArtifact(std::string_view name, int64_t number, uint64_t size_max) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadReadyVersion(store_, name, number));
  auto bytes = blobs_.ReadAll(stored.row.sha256, size_max);
  if (!bytes.ok()) return AtPlace(VersionPlace(name, number), bytes.error());
  return bytes;
}

Status Registry::ReadArtifact(std::string_view name, int64_t number,
                              const std::function<Status(std::string_view)>& sink) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadReadyVersion(store_, name, number));
  Status status = blobs_.Read(stored.row.sha256, sink);
  if (!status.ok()) return AtPlace(VersionPlace(name, number), status.error());
  return {};
}

Result<std::unique_ptr<BlobReader>> Registry::OpenArtifact(std::string_view name, int64_t number) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredVersion stored, ReadReadyVersion(store_, name, number));
  auto reader = blobs_.Open(stored.row.sha256);
  if (!reader.ok()) return AtPlace(VersionPlace(name, number), reader.error());
  return reader;
}

Result<uint64_t> Registry::ChangeCount(std::string_view name) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  return store_.ChangeCount(ModelPartition(name));
}

}  // namespace scoreway
