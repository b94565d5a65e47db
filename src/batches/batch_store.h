// BatchStore: stored batches, the rows that wait in them, and their firings.
//
//     table           partition   sort                       value
//     stored_batch    "all"       name                       the batch, as JSON
//     batch           name        "state"                    its BatchState, as JSON
//                                 "rows/" firing "/" offset  rows as JSON lines, at most 1 MiB
//                                 "firing/" ~number          a firing as JSON, the newest first
//                                 "bad/" firing "/" part     rows that could not be scored (bad_row.h); die by TTL
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

// Messages of a partition, from the first that is not stored yet.
struct MessageRange {
  int32_t partition = 0;
  int64_t begin = 0, end = 0;  // offsets
};

struct MessagesAsRows {
  std::string lines;  // as of Append
  int64_t rows = 0;
  std::string bad_lines;  // of bad_row.h: those that are no rows
  int64_t bad = 0;
  std::vector<MessageRange> ranges;
};

struct BadRowsPage {
  std::string lines;            // of bad_row.h
  std::string next_page_token;  // empty: these were the last
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
  static constexpr size_t kRowBytesMax = size_t{1} << 20;  // with its end
  // Of one firing; what comes beyond is only counted. In chunks of
  static constexpr int64_t kBadRowsBytesMax = int64_t{96} << 20;
  static constexpr size_t kBadChunkBytesMax = size_t{1} << 20;

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
  // Messages of the topic `input`, with where the partitions go on: both or neither, so that each is stored once,
  // whoever reads the topic. kConflict where the batch has them already, or reads another topic; else as Append.
  Result<StoredRows> AppendMessages(const std::string& name, const std::string& input, const MessagesAsRows& messages);
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
  // Rows of a firing that could not be scored: lines of bad_row.h, which are kept for 30 days. `offset` is that of the
  // first line among all of the firing.
  Status PutBadRows(const std::string& name, int64_t firing, int64_t offset, std::string lines);
  Status RemoveBadRows(const std::string& name, int64_t firing);
  // Those behind a page, about a megabyte; without lines there are none. kNotFound if there is no such firing, nor will
  // the rows that wait be of it.
  Result<BadRowsPage> BadRows(const std::string& name, int64_t firing, std::string_view page_token);
  // Of a firing that was delivered: its rows are removed, and it is done. May be done again where it was broken off.
  Status RemoveRows(const std::string& name, const StoredFiring& delivered);

 private:
  // Writes what `add` adds to the state, and to the writes beside it, again where another has changed it meanwhile.
  using AddToState = std::function<Result<StoredRows>(BatchState*, WriteBatch*)>;
  Result<StoredRows> Add(const std::string& name, const AddToState& add);
  Status AddRows(const std::string& name, const std::vector<std::string_view>& chunks, int64_t rows, BatchState* state,
                 WriteBatch* writes) const;
  Status RemoveAll(const std::string& name, const std::string& prefix);

  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
