// ServingSet: the loaded versions. Asked for a reference it gives a Handle that keeps the version alive while held.
//
// Looking up (a Reader, one per thread) takes no lock and reads no store: the set publishes immutable snapshots, and a
// Reader copies the pointer to the newest when their number has changed. Names are spread over shards with a snapshot
// each, so that a change costs little however many models there are. Snapshots keep no version alive: what leaves the
// set is gone when the last request that uses it has ended, and is destroyed by a thread of the set. What is not loaded
// is loaded by threads of the set, never by the one that asks. Aliases follow the registry: it is polled for changes,
// and a name is refreshed at once after a change through this process. When an alias in use moves, its new version is
// loaded before any request is led there, and requests under way end on the version they began with.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "engines/engines.h"
#include "importers/importer.h"
#include "registry/model_names.h"
#include "service/gather_rule.h"
#include "service/loaded_model.h"
#include "service/model_source.h"
#include "service/worker_pool.h"

namespace scoreway {

struct ServingSetOptions {
  std::chrono::milliseconds poll_interval{200};  // 0: never polls; Refresh is the only way
  unsigned loader_threads = 2;
  size_t load_queue_max = 256;
  // A version that no alias in use points at is unloaded when unused for so long; of several of a name all but one
  // leave sooner ...
  std::chrono::seconds unload_after{60};
  // ... and so is, the one unused longest first, what has no place beside a model that is loaded. 0: no limit.
  size_t model_bytes_max = 0;
  const Engines* engines = &NativeEngines();  // must outlive the set
  // Versions of other engines whose requests are gathered, and how many calls of one run at a time.
  std::vector<GatherRule> gather = {};
  unsigned gather_calls_max = 1;
};

class ServingSet {
 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Name {
    std::map<std::string, int64_t, std::less<>> aliases;
    int64_t newest = 0;
    std::map<int64_t, Handle> loaded;
    uint64_t ticket = 0;  // of the Describe that aliases and newest are from

    // The version that an alias, or the bare name where there is none, means; 0 if it means none.
    int64_t Resolve(std::string_view alias) const;
  };
  // What a name means, as readers see it.
  struct Published {
    std::map<std::string, int64_t, std::less<>> aliases;
    int64_t newest = 0;
    std::map<int64_t, std::weak_ptr<const LoadedModel>> loaded;
  };
  using Snapshot = std::unordered_map<std::string, std::shared_ptr<const Published>, TextHash, std::equal_to<>>;
  static constexpr size_t kShards = 64;
  struct Shard {
    std::atomic<uint64_t> number{1};  // of the snapshot
    mutable std::mutex mutex;
    std::shared_ptr<const Snapshot> snapshot;  // guarded by mutex
  };
  static size_t ShardOf(std::string_view name) { return TextHash()(name) % kShards; }

 public:
  // A thread's view of the set. One thread at a time.
  class Reader {
   public:
    explicit Reader(const ServingSet* set) : set_(set) {}
    // The version, or null if it is not loaded: then Load it.
    Handle Find(std::string_view name, std::string_view alias, int64_t version);

   private:
    struct Seen {
      uint64_t number = 0;
      std::shared_ptr<const Snapshot> snapshot;
    };
    const ServingSet* set_;
    std::array<Seen, kShards> seen_;
  };

  using Loaded = std::function<void(Result<Handle>)>;

  // `source` must outlive the set.
  explicit ServingSet(ModelSource* source, const ServingSetOptions& options = {});
  // Ends the threads; loads under way are finished and answered.
  ~ServingSet();
  ServingSet(const ServingSet&) = delete;
  ServingSet& operator=(const ServingSet&) = delete;

  // Loads what the reference means, if it is not, and calls `loaded` on another thread; UNAVAILABLE at once if too many
  // wait. Thread-safe, as all that follows.
  void Load(const Reference& reference, Loaded loaded);
  // The same, waiting. Errors: NOT_FOUND, and those of the source and the importer.
  Result<Handle> LoadNow(const Reference& reference);

  // Reads again what the name means, as after a change made by this process.
  Status Refresh(const std::string& name);
  // Reads all names again if the source has changed; what polling does.
  Status RefreshChanged();

  // All that is loaded, for metrics and lists.
  std::vector<Handle> LoadedModels() const;
  uint64_t load_failures() const { return load_failures_.load(std::memory_order_relaxed); }
  // What the loaded models take, and how many have left.
  size_t loaded_bytes() const;
  uint64_t unloads() const { return unloads_.load(std::memory_order_relaxed); }
  // Loads by names that are being waited for.
  size_t loads_waiting() const;

 private:
  // Reads what the name means, loads what takes the place of a version in use, and publishes.
  Result<NameState> Update(const std::string& name);
  Result<Handle> EnsureLoaded(const std::string& name, int64_t version);
  Result<Handle> ReadModel(const std::string& name, int64_t version);
  void Publish(const std::string& name);  // with mutex_ held, as the next two
  Handle Remove(const std::string& name, int64_t version);
  std::vector<Handle> ChooseToUnload(const LoadedModel* keep);
  // Lets go what nobody needs and, of the rest, what has no place beside `keep`, which may be null.
  void Unload(const LoadedModel* keep);
  // Destroys what has left the set and is not in use any more.
  void DestroyRetired();
  void PollLoop();

  ModelSource* const source_;
  const ServingSetOptions options_;

  mutable std::mutex mutex_;
  std::map<std::string, Name> names_;                                                      // guarded by mutex_
  std::map<std::string, std::shared_ptr<ModelStats>> stats_;                               // guarded by mutex_
  std::map<std::pair<std::string, int64_t>, std::shared_future<Result<Handle>>> loading_;  // guarded by mutex_
  std::map<std::string, std::vector<Loaded>> waiting_;  // by reference; guarded by mutex_
  size_t loaded_bytes_ = 0;                             // guarded by mutex_
  std::vector<Handle> retired_;                         // guarded by mutex_; left the set, perhaps in use
  std::array<Shard, kShards> shards_;

  std::atomic<uint64_t> next_ticket_{1};
  std::atomic<uint64_t> next_load_number_{1};
  std::mutex refresh_mutex_;        // one refresh of all at a time
  uint64_t seen_changes_ = 0;       // guarded by refresh_mutex_
  bool refresh_is_partial_ = true;  // guarded by refresh_mutex_: something failed, try again
  std::atomic<uint64_t> load_failures_{0}, unloads_{0};

  std::condition_variable stop_changed_;
  bool stopping_ = false;  // guarded by mutex_
  WorkerPool loaders_;
  std::thread poller_;
};

}  // namespace scoreway
