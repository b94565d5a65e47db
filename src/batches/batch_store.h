// BatchStore: stored batches, the rows that wait in them, and their firings.
//
//     table           partition   sort                       value
//     stored_batch    "all"       name                       the batch, as JSON
//     batch           name        "state"                    its BatchState, as JSON
//                                 "rows/" firing "/" offset  rows as JSON lines, at most 1 MiB
//                                 "firing/" ~number          a firing as JSON, the newest first
//                                 "bad/" firing              rows that could not be scored, as CSV
//                                 "key/" key                 that rows came under this key; dies by TTL
//
// Numbers are 16 hex digits; an offset is that of the rows' first byte among all of their firing. All that changes a
// batch is one conditional write, as it all lies in one partition: of rows that come, and of those who would fire the
// same rows, one is first and the others look again. Errors are those of the Store; kNotFound and kAlreadyExists name
// the batch. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_bytes.h"
#include "base/result.h"
#include "batches/firing.h"
#include "batches/stored_batch.h"
#include "store/store.h"

namespace scoreway {

using StoredBatchSet = std::map<std::string, std::shared_ptr<const StoredBatch>, std::less<>>;  // by name

// Of rows that were stored.
struct StoredRows {
  int64_t firing = 0;  // that they will be scored by
  int64_t rows = 0;
  bool is_new = true;  // false: they came before, under the same key
};

// A firing, as it was read.
struct StoredFiring {
  Firing firing;
  std::string text;
};

class BatchStore {
 public:
  static constexpr size_t kBatchesMax = 10'000;
  // Of one batch, until they are scored. All lies in one partition of the store.
  static constexpr int64_t kHeldBytesMax = int64_t{96} << 20;
  // At once.
  static constexpr size_t kAppendBytesMax = size_t{6} << 20;
  static constexpr size_t kBadRowsBytesMax = size_t{1} << 20;

  // Store and clock must outlive this.
  BatchStore(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // As it is then. One that was deleted goes on with its numbers.
  Result<StoredBatch> Create(StoredBatch batch, int64_t newest_version, int64_t meant_version);
  Result<StoredBatch> Get(std::string_view name);
  // With the rows of its failed firings. kConflict while rows wait or firings are under way, unless they are dropped.
  Status Delete(std::string_view name, bool drops_rows);
  Result<StoredBatchSet> ReadAll();
  // Differs after every change of a definition.
  Result<uint64_t> ChangeCount();

  // JSON lines, at most kAppendBytesMax. kUnavailable where too many wait. The same `key`, where it is not empty,
  // stores them once within a week.
  Result<StoredRows> Append(const std::string& name, std::string_view lines, int64_t rows, std::string_view key);
  Result<BatchState> State(const std::string& name);
  // Applies what a look at the state says, again where another has changed it meanwhile; gives the look that counts.
  // `look` may refuse by an error.
  Result<BatchLook> Change(const std::string& name, const std::function<Result<BatchLook>(const BatchState&)>& look);

  // kNotFound names the firing.
  Result<StoredFiring> GetFiring(const std::string& name, int64_t number);
  // As it is then. kConflict if another has changed it.
  Result<StoredFiring> ChangeFiring(const std::string& name, const StoredFiring& read, const Firing& firing);
  // The newest first, before `before`; 0: from the last on.
  Result<std::vector<Firing>> Firings(const std::string& name, int64_t before, size_t count_max);
  // Those that are not over.
  Result<std::vector<Firing>> Unfinished(const std::string& name, const BatchState& state);

  // The rows of a firing; the store must outlive them.
  std::shared_ptr<const FileBytes> Rows(const std::string& name, const Firing& firing);
  Status PutBadRows(const std::string& name, int64_t firing, std::string csv);
  // Empty: there are none.
  Result<std::string> BadRows(const std::string& name, int64_t firing);
  // Of a firing that was delivered: its rows are removed, and it is done. May be done again where it was broken off.
  Status RemoveRows(const std::string& name, const StoredFiring& delivered);

 private:
  Status RemoveAll(const std::string& name, const std::string& prefix);

  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
