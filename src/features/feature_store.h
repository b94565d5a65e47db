// FeatureStore: the feature views, their rows, and which model uses which views, over any Store.
//
//     table         partition              sort          value
//     feature_view  "all"                  "v/" name     the view, as JSON
//                                          "m/" model    the views that the model uses, as JSON
//                                          "d/" id       rows of a deleted view that are still to be removed
//     feature       view id "/" bucket     key           the features of the key (feature_row.h)
//
// A view's rows lie in 1024 buckets by a hash of their keys, so that a partition stays small: 20 MB where a view has
// 100 million keys of 200 bytes. They are written without conditions. Of two rows of one key the one with the later
// event time stays, the later written if both are the same; that is so for writers of one process, and across processes
// where they do not write one key at the same moment.
//
// Errors: kNotFound names the view that does not exist; kConflict what is used or cannot change so; kInvalidArgument
// what is wrong, by row and column; the Store's own beside these. Thread-safe; several processes may use one Store.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
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
#include "data/batch.h"
#include "features/feature_view.h"
#include "store/store.h"

namespace scoreway {

// The rows of the views, and of who uses them.
inline Partition FeatureViewsPartition() { return {"feature_view", "all"}; }
inline constexpr char kFeatureViewPrefix[] = "v/";
inline constexpr char kFeatureUsePrefix[] = "m/";

using FeatureViewPtr = std::shared_ptr<const FeatureView>;

struct FeatureWriteCounts {
  size_t written = 0;
  size_t older = 0;    // left out, as a later row of the key is there
  size_t expired = 0;  // left out, as their event time lies further back than the TTL
};

// All views and uses at one time.
struct FeatureDefinitions {
  std::map<std::string, FeatureViewPtr, std::less<>> views;
  // The views of a model, the one that is asked first coming first.
  std::map<std::string, std::vector<FeatureViewPtr>, std::less<>> views_of_model;
};

class FeatureStore {
 public:
  static constexpr size_t kViewsMax = 10'000;
  static constexpr size_t kModelsMax = 10'000;  // that use views

  // Store and clock must outlive this.
  FeatureStore(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Makes the view, or changes the one of that name (CheckChange). Gives it as it is then.
  Result<FeatureView> Define(const FeatureView& view, bool* is_new = nullptr);
  Result<FeatureView> Get(std::string_view name);
  // In the order of their names.
  Result<std::vector<FeatureView>> List();
  // With all its rows. kConflict while a model uses it. A crash in between leaves rows that nobody sees and
  // RemoveDeleted removes.
  Status Delete(std::string_view name);
  Status RemoveDeleted();

  // Sets the views of a model, none to end it; kNotFound if there is no such view. A column that several of them have
  // is taken from the first.
  Status SetViewsOfModel(std::string_view model, const std::vector<std::string>& views);
  Result<std::vector<std::string>> ViewsOfModel(std::string_view model);

  Result<FeatureDefinitions> Definitions();
  // Differs after every change of a view or of a model's views.
  Result<uint64_t> ChangeCount();

  // Stores rows of RowSchema(view). An event time that is missing is now; rows of one batch may have the same key. All
  // that is counted is durable; after an error part of the rows may be.
  Result<FeatureWriteCounts> Write(const FeatureView& view, const Batch& rows);
  // Removes the rows of these keys: a batch of the view's key columns.
  Status Remove(const FeatureView& view, const Batch& keys);
  // The encoded rows of these keys (feature_key.h), in their order, nothing where there is none; may be past the view's
  // TTL. All are asked for at once. kDeadlineExceeded after the timeout, where the Store can tell.
  Result<std::vector<std::optional<std::string>>> Read(const FeatureView& view, std::span<const std::string> keys,
                                                       std::chrono::milliseconds timeout = {});

 private:
  class RowWriter;

  Store& store_;
  const Clock& clock_;
  std::array<std::mutex, 64> write_locks_;  // of views, by their ids
};

// Whether a row of that event time counts at that time.
bool IsFresh(const FeatureView& view, int64_t event_time_micros, int64_t now_micros);

}  // namespace scoreway
