// Registry: durable facts about models over any Store: names, numbered versions, aliases, artifacts.
//
// Versions of a model are numbered from 1 without gaps; a number is never used again, not even after the model is
// deleted. A version becomes visible by one conditional write, after its artifact and metadata are stored; what a crash
// leaves before that write is invisible and removed by Collect. Each method that changes something does all or nothing
// (DeleteModel apart) and, when it returns ok, is durable. Several processes may use the same Store at once.
//
//     table    partition        sort           value
//     names    bucket of 16     model name     empty: the model has been there once
//     model    model name       "h"            head: last number, versions ready, created, deleted
//                               "a"            the AliasTable
//                               "v/" number    version: push id, status, artifact, created     some 300 bytes each
//                               "e/" sequence  alias event                                     some 200 bytes each
//                               "i/" key       the version that this idempotency key made
//                               "x/" push id   a push in flight, or an artifact to be released
//     version  name "/" push id "info"         the metadata, of any size up to 1 MiB
//
// The model's partition is the unit of conditional writes; 100,000 versions and as many moves of aliases keep it
// beneath 60 MB. Runs and their checkpoints have tables of their own (runs.h).
//
// Errors: kNotFound names the model, version or alias that does not exist; kConflict for what lost a compare-and-set or
// is still in use; kInvalidArgument for bad names, references and search expressions; the Store's own beside these.
// Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "registry/alias_table.h"
#include "registry/model_names.h"
#include "registry/version_info.h"
#include "store/blobs.h"
#include "store/store.h"

namespace scoreway {

struct PushRequest {
  std::string name;
  VersionMetadata metadata;
  std::string idempotency_key;       // the same key gives the same version again; empty: every push is a new one
  std::vector<std::string> aliases;  // set to the new version in the same step
  Change change;                     // for the aliases' events
};

struct PushAnswer {
  int64_t version = 0;
  std::string artifact_sha256;
  bool is_new = true;  // false: an earlier push with this idempotency key made it
};

struct ModelInfo {
  std::string name;
  int64_t created_micros = 0;
  int64_t latest_version = 0;  // the newest that is not deleted; 0: none
  int64_t version_count = 0;   // that are not deleted
  std::map<std::string, int64_t> aliases;
};

// A page of a listing: `next_page_token` goes into the next call and is empty at the end.
template <typename T>
struct ListPage {
  std::vector<T> items;
  std::string next_page_token;
};

struct ListOptions {
  static constexpr size_t kCountMax = 10'000;

  size_t count_max = 100;  // 1 .. kCountMax
  std::string page_token;
  bool include_deleted = false;  // versions
};

struct CollectCounts {
  size_t uploads = 0;    // broken off before their version
  size_t artifacts = 0;  // references released
};

class Registry {
 public:
  // The store and clock must outlive the registry.
  Registry(Store& store, const Clock& clock) : store_(store), clock_(clock), blobs_(store, clock) {}

  // Stores the artifact and makes the next version of it. kAlreadyExists if the idempotency key was used for other
  // bytes.
  Result<PushAnswer> Push(const PushRequest& request, std::string_view artifact);
  // The same for an artifact that comes in pieces: append them to the writer, then push it.
  std::unique_ptr<BlobWriter> NewArtifact() { return std::make_unique<BlobWriter>(store_, clock_); }
  Result<PushAnswer> Push(const PushRequest& request, BlobWriter& artifact);

  // In the order of their names.
  Result<ListPage<ModelInfo>> ListModels(const ListOptions& options = {});
  Result<ModelInfo> GetModel(std::string_view name);
  // The newest first.
  Result<ListPage<VersionInfo>> ListVersions(std::string_view name, const ListOptions& options = {});
  Result<VersionInfo> GetVersion(std::string_view name, int64_t number);
  // The number a reference means. A plain name means champion if that alias is set, else latest. kNotFound if there is
  // no such model, alias or version, or it is deleted.
  Result<int64_t> Resolve(const Reference& reference);

  // The original bytes, checked against their checksums. kNotFound if the version is deleted.
  Result<std::string> ReadArtifact(std::string_view name, int64_t number, uint64_t size_max = UINT64_MAX);
  Status ReadArtifact(std::string_view name, int64_t number, const std::function<Status(std::string_view)>& sink);
  // The same for those who take them at their own pace; the registry must outlive the reader.
  Result<std::unique_ptr<BlobReader>> OpenArtifact(std::string_view name, int64_t number);

  // Versions, by model and then the newest first, for which the expression holds; see search_expression.h.
  Result<ListPage<VersionInfo>> Search(std::string_view expression, const ListOptions& options = {});

  // Gives the version as it is then. kNotFound if it is deleted.
  Result<VersionInfo> UpdateMetadata(std::string_view name, int64_t number, const MetadataPatch& patch);

  // Moves aliases, all in one step; gives the events it left. kNotFound if a target does not exist or is deleted.
  Result<std::vector<AliasEvent>> SetAliases(std::string_view name, std::span<const AliasMove> moves,
                                             const Change& change);
  // Moves the alias to where it pointed before (past versions deleted since); doing it again goes further back.
  // kNotFound if there is nothing to go back to.
  Result<AliasEvent> Rollback(std::string_view name, std::string_view alias, const Change& change);
  // The moves of one alias, or of all if it is empty, the last one first.
  Result<ListPage<AliasEvent>> AliasHistory(std::string_view name, std::string_view alias,
                                            const ListOptions& options = {});
  // Where the alias pointed at that time; 0 if it was not set.
  Result<int64_t> AliasAsOf(std::string_view name, std::string_view alias, int64_t time_micros);

  // Leaves a tombstone: the number and metadata stay, the artifact goes with its last user. kConflict while aliases
  // point at the version, unless `force` removes them.
  Status DeleteVersion(std::string_view name, int64_t number, bool force, const Change& change);
  // All versions. kConflict while aliases are set, unless forced. A later push of the name goes on with the next
  // number.
  Status DeleteModel(std::string_view name, bool force, const Change& change);

  // For polling, at the price of a Get: differs after every change of the model's versions or aliases; 0: never
  // existed.
  Result<uint64_t> ChangeCount(std::string_view name);
  // While it stands still, nothing in the registry has changed. It may move without a change.
  Result<uint64_t> ChangeCount() { return store_.ChangeCount(); }

  // Writes the store's catalogue anew from the rows that count, where the store has one; gives the number of rows.
  Result<size_t> RepairCatalogue();

  // Removes what crashes and broken connections left at least so long ago. Call it now and then; choose an age that no
  // push reaches (hours).
  Result<CollectCounts> Collect(int64_t age_micros);

 private:
  struct PushPlan;
  struct PlannedVersion;
  using AliasUpdate = std::function<Result<std::vector<AliasEvent>>(AliasTable*, WriteBatch* checks)>;

  std::mutex& NameLock(std::string_view name);
  // registry_push.cc
  Result<std::optional<PushAnswer>> FindByKey(const PushPlan& plan);
  Result<PlannedVersion> PlanVersion(const PushPlan& plan);
  Status CheckStillPending(const PushPlan& plan);
  void GiveUpPush(const PushPlan& plan);
  // registry_aliases.cc
  Result<std::vector<AliasEvent>> UpdateAliases(std::string_view name, const AliasUpdate& update);
  // registry_catalogue.cc
  Status WriteCatalogue(std::string_view name, int64_t number);
  void CatalogueMoves(std::string_view name, std::span<const AliasEvent> events);
  // registry_delete.cc
  Status FinishPending(std::string_view name, std::string_view push_id, std::string_view sha256, bool is_push);
  Result<size_t> CollectModel(const std::string& name, int64_t age_micros);

  Store& store_;
  const Clock& clock_;
  Blobs blobs_;
  // Writers of one model in this process wait here rather than lose against each other in the store.
  std::array<std::mutex, 64> name_locks_;
};

}  // namespace scoreway
