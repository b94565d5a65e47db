// BatchService: what the use cases of stored batches work with, made once for a process.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "batches/batch_store.h"
#include "store/followed.h"

namespace scoreway {

struct BatchService {
  // The store must outlive this. `poll_interval` 0: definitions are not followed, as in a command.
  BatchService(Store& rows, const Clock& time, std::chrono::milliseconds poll_interval)
      : clock(time),
        store(rows, time),
        definitions({[this] { return store.ChangeCount(); }, [this] { return store.ReadAll(); }}, poll_interval) {}

  const Clock& clock;
  BatchStore store;
  Followed<StoredBatchSet> definitions;
};

}  // namespace scoreway
