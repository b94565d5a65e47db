// Stored batches are made, fired and looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "batches/batch_store.h"
#include "service/service.h"

namespace scoreway {

// kInvalidArgument: the model gives no such outputs, or one that is called as a column to keep.
Status CheckOutputs(const StoredBatch& batch, const Schema& outputs);

// kNotFound if there is no such model, alias or version; kInvalidArgument names a wrong member; else as
// BatchStore::Create. Outputs are checked where the service has serving.
Result<StoredBatch> CreateBatch(const Service& service, StoredBatch batch);
Status DeleteBatch(const Service& service, std::string_view name, bool drops_rows);

// kConflict where no rows wait; kResourceExhausted where too many firings are not over.
Result<Firing> FireBatch(const Service& service, std::string_view name, const std::string& who);
// Tries a firing that has failed again. kConflict if it has not.
Result<Firing> RetryFiring(const Service& service, std::string_view name, int64_t number);

struct BatchView {
  StoredBatch batch;
  BatchState state;
  std::vector<Firing> unfinished;
  int64_t next_micros = 0;  // of its cron line; 0: none
};
Result<BatchView> ReadBatch(const Service& service, std::string_view name);

// The batch's object with "waiting", "next" and "unfinished" added.
void WriteJson(const BatchView& view, JsonWriter* json);

// What the model of a batch means, and its newest version.
struct BatchVersions {
  int64_t meant = 0, newest = 0;
};
Result<BatchVersions> VersionsOf(const Service& service, const StoredBatch& batch);

}  // namespace scoreway
