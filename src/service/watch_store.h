// WatchStore: watches and their states, in the store of the record.
//
//     table         partition   sort     value
//     watch         "all"       model    the watch, as JSON
//     watch_state   model       "s"      its state, as JSON
//
// Both are changed by compare-and-set, so that several servers may watch, and people may silence meanwhile. Errors:
// kNotFound where a model is not watched; kConflict for a revision that is not the last one; the Store's own beside it.
// Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/records.h"
#include "service/watch.h"
#include "store/store.h"

namespace scoreway {

class WatchStore {
 public:
  // Store and clock of the record must outlive this. Cheap to make.
  explicit WatchStore(const Records& records) : store_(records.rows.store()), clock_(records.clock) {}

  Result<std::vector<Watch>> List();
  Result<Watch> Get(std::string_view model);
  // Gives it with its revision, time and who.
  Result<Watch> Set(Watch watch, const std::string& who);
  // And its state.
  Status Remove(std::string_view model);

  // As new if there is none.
  Result<WatchState> GetState(std::string_view model);
  // Applies the change to the state as it is, again if another changed it meanwhile; gives what was written. The change
  // may refuse by an error.
  Result<WatchState> Update(std::string_view model, const std::function<Status(WatchState*)>& change);

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
