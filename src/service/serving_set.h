// ServingSet: the loaded versions. Asked for a reference it gives a Handle that keeps the version alive while held.
//
// Looking up (a Reader, one per thread) takes no lock and reads no store: the set publishes immutable snapshots, and a
// Reader copies the pointer to the newest when their number has changed. What is not loaded is loaded by threads of the
// set, never by the one that asks. Aliases follow the registry: it is polled for changes, and a name is refreshed at
// once after a change through this process. When an alias in use moves, its new version is loaded before any request is
// led there, and requests under way end on the version they began with.
#pragma once

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
#include "service/loaded_model.h"
#include "service/model_source.h"
#include "service/worker_pool.h"

namespace scoreway {

struct ServingSetOptions {
  std::chrono::milliseconds poll_interval{200};  // 0: never polls; Refresh is the only way
  unsigned loader_threads = 2;
  size_t load_queue_max = 256;
  // A version that no alias in use points at is unloaded when unused for so long ...
  std::chrono::seconds unload_after{600};
  // ... or, the one unused longest first, while the models take more than this. 0: no limit.
  size_t model_bytes_max = 0;
  const Engines* engines = &NativeEngines();  // must outlive the set
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

    // The version that a reference means; 0 if it means none.
    int64_t Resolve(std::string_view alias, int64_t version) const;
    Handle Find(std::string_view alias, int64_t version) const;
  };
  using Snapshot = std::unordered_map<std::string, Name, TextHash, std::equal_to<>>;

 public:
  // A thread's view of the set. One thread at a time.
  class Reader {
   public:
    explicit Reader(const ServingSet* set) : set_(set) {}
    // The version, or null if it is not loaded: then Load it.
    Handle Find(std::string_view name, std::string_view alias, int64_t version);

   private:
    const ServingSet* set_;
    uint64_t number_ = 0;
    std::shared_ptr<const Snapshot> snapshot_;
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
  // Loads by names that are being waited for.
  size_t loads_waiting() const;

 private:
  // Reads what the name means, loads what takes the place of a version in use, and publishes.
  Result<NameState> Update(const std::string& name);
  Result<Handle> EnsureLoaded(const std::string& name, int64_t version);
  Result<Handle> ReadModel(const std::string& name, int64_t version);
  void Publish();  // with mutex_ held
  void PollLoop();
  void UnloadUnused();

  ModelSource* const source_;
  const ServingSetOptions options_;

  mutable std::mutex mutex_;
  std::map<std::string, Name> names_;                                                      // guarded by mutex_
  std::map<std::string, std::shared_ptr<ModelStats>> stats_;                               // guarded by mutex_
  std::map<std::pair<std::string, int64_t>, std::shared_future<Result<Handle>>> loading_;  // guarded by mutex_
  std::map<std::string, std::vector<Loaded>> waiting_;  // by reference; guarded by mutex_
  std::shared_ptr<const Snapshot> snapshot_;            // guarded by mutex_
  std::atomic<uint64_t> snapshot_number_{1};            // of snapshot_

  std::atomic<uint64_t> next_ticket_{1};
  std::atomic<uint64_t> next_load_number_{1};
  std::mutex refresh_mutex_;        // one refresh of all at a time
  uint64_t seen_changes_ = 0;       // guarded by refresh_mutex_
  bool refresh_is_partial_ = true;  // guarded by refresh_mutex_: something failed, try again
  std::atomic<uint64_t> load_failures_{0};

  std::condition_variable stop_changed_;
  bool stopping_ = false;  // guarded by mutex_
  WorkerPool loaders_;
  std::thread poller_;
};

}  // namespace scoreway
