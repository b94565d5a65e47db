// FeatureCatalogue: the views and who uses them, held in memory and followed by polling.
//
// Looking up (a Reader, one per thread) takes no lock and reads no store: the catalogue publishes immutable snapshots,
// and a Reader copies the pointer to the newest when their number has changed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "features/feature_store.h"

namespace scoreway {

class FeatureCatalogue {
 public:
  // `poll_interval` 0: never polls; Refresh is the only way. The store must outlive this.
  FeatureCatalogue(FeatureStore* features, std::chrono::milliseconds poll_interval);
  ~FeatureCatalogue();
  FeatureCatalogue(const FeatureCatalogue&) = delete;
  FeatureCatalogue& operator=(const FeatureCatalogue&) = delete;

  // Looks now; the error of the store if it cannot, and what was known stays.
  Status Refresh();

  // A thread's view. One thread at a time.
  class Reader {
   public:
    explicit Reader(const FeatureCatalogue* catalogue) : catalogue_(catalogue) {}
    // Changes with every snapshot; never 0.
    uint64_t Number();
    // Of the snapshot that Number gave last.
    const std::vector<FeatureViewPtr>& ViewsOfModel(std::string_view model) const;

   private:
    const FeatureCatalogue* catalogue_;
    std::shared_ptr<const FeatureDefinitions> definitions_;
    uint64_t number_ = 0;
  };

 private:
  void PollLoop(std::chrono::milliseconds interval);

  FeatureStore* const features_;
  std::mutex refresh_mutex_;
  uint64_t seen_changes_ = 0;  // guarded by refresh_mutex_
  bool has_looked_ = false;    // guarded by refresh_mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<const FeatureDefinitions> definitions_;  // guarded by mutex_
  std::atomic<uint64_t> number_{1};
  bool stopping_ = false;  // guarded by mutex_
  std::condition_variable stop_changed_;
  std::thread poller_;
};

}  // namespace scoreway
