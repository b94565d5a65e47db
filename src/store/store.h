// Store: durable rows with conditional writes; memory, SQLite and (by the same contract) Cassandra.
//
// A row has an address of three byte strings and a value:
//
//     table / partition / sort key  ->  value (at most kValueBytesMax), perhaps with an hour of death (TTL)
//
// A table is one of a few names known when the program is written; partitions are many and small (keep each beneath
// some 100 MB: what grows without end is spread over partitions by its keeper); rows of a partition lie in the byte
// order of their sort keys. Tables and partitions come into being with their first row.
//
// Writes. A Batch is some writes to ONE partition that happen all or none, each under its own condition on the row as
// it was before the batch. Apply takes several batches, does them in order and stops at the first that fails. When
// Apply returns ok, all is durable: it survives the loss of the process and of power. After a crash in the middle a
// prefix of the batches is there, never part of one. A reader never sees part of a batch. Neighbours marked any_order
// may be done at once: where Apply broke off among them, any of them may be there.
//
// Errors, the same in every Store:
//   kConflict          a condition did not hold; that batch changed nothing. Read again and decide anew
//   kInvalidArgument   a limit below is passed, or a sort key comes twice in a batch; nothing of the Apply was done
//   kUnavailable       busy, locked by another process or unreachable; nothing of that batch was done: retry later
//   kDeadlineExceeded  no answer in time: the batch may have happened or not. Conditions make a retry safe
//   kResourceExhausted the disk or a quota is full; nothing of that batch was done
//   kCorrupt           stored bytes are damaged; names the file or row and what to do
//
// A row past its TTL is absent for Get, Scan and conditions at once, and is removed when the Store finds time.
//
// Thread-safe: any method from any thread at once. Several processes may share one Store (not the memory one).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

constexpr size_t kKeyBytesMax = 1024;                      // of a table, partition or sort key
constexpr size_t kValueBytesMax = (size_t{1} << 20) + 64;  // a chunk of 1 MiB and its frame
constexpr size_t kBatchWritesMax = 100;
constexpr size_t kBatchBytesMax = size_t{8} << 20;  // of a batch's values and expected values together

struct Partition {
  std::string table;
  std::string key;

  bool operator==(const Partition&) const = default;
  auto operator<=>(const Partition&) const = default;
  // "table/key", with bytes beyond printable ASCII as \xNN; the place of an error.
  std::string ToString() const;
};

struct Row {
  std::string sort;
  std::string value;
};

// One write of a batch; made by the functions below.
struct Write {
  enum class Kind : uint8_t { kPut, kDelete, kCheck };  // kCheck changes nothing: its condition must hold
  enum class If : uint8_t { kAlways, kAbsent, kEquals };

  Kind kind = Kind::kPut;
  std::string sort;
  std::string value;       // kPut
  int64_t ttl_micros = 0;  // kPut; 0: lives until deleted
  If condition = If::kAlways;
  std::string expected;  // kEquals: the row is present and has this value
};

Write Put(std::string sort, std::string value);
Write PutWithTtl(std::string sort, std::string value, int64_t ttl_micros);
Write PutIfAbsent(std::string sort, std::string value);
Write PutIfEquals(std::string sort, std::string value, std::string expected);
Write Delete(std::string sort);
Write DeleteIfEquals(std::string sort, std::string expected);
Write CheckAbsent(std::string sort);
Write CheckEquals(std::string sort, std::string expected);
// PutIfAbsent or PutIfEquals: writes where what was read is unchanged.
Write PutIfUnchanged(std::string sort, std::string value, const std::optional<std::string>& read);
Write CheckUnchanged(std::string sort, const std::optional<std::string>& read);

struct WriteBatch {
  Partition partition;
  std::vector<Write> writes;
  bool any_order = false;  // at once with its neighbours in an Apply that say so too
};

struct RowAddress {
  Partition partition;
  std::string sort;
};

// What part of a partition to read, from `begin` (inclusive) to `end` (exclusive; empty: to the last).
struct ScanRange {
  std::string begin;
  std::string end;
  bool reverse = false;        // from the last row to the first
  size_t row_count_max = 100;  // of one page, at least 1
  std::string page_token;      // empty for the first page, then Page::next_page_token, all else unchanged
};

// The rows whose sort key begins with the prefix.
ScanRange ScanPrefix(std::string_view prefix);

struct ScanPage {
  std::vector<Row> rows;        // fewer than asked for when their values are large
  std::string next_page_token;  // empty: this was the last page (which may be empty itself)
};

class Catalogue;
class Intake;
class Queue;

class Store {
 public:
  virtual ~Store() = default;

  // The value, or nothing where there is no such row.
  virtual Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) = 0;

  // The same for many rows, in their order: each as it was at some time during the call. A Store that waits for others
  // gives up after the timeout (0: its own) with kDeadlineExceeded.
  Result<std::vector<std::optional<std::string>>> GetEach(std::span<const RowAddress> rows) {
    return GetEach(rows, {});
  }
  virtual Result<std::vector<std::optional<std::string>>> GetEach(std::span<const RowAddress> rows,
                                                                  std::chrono::milliseconds timeout);

  // One page of rows in the order of their keys. Rows written between two pages may be seen or not; the others come
  // exactly once.
  virtual Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) = 0;

  // See the top. `applied`, if given, is set to the number of batches that were done, all of them when ok.
  virtual Status Apply(std::span<const WriteBatch> batches, size_t* applied) = 0;

  // To watch by polling, at the price of a Get: a number that differs after every Apply that wrote to the partition
  // (kCheck writes nothing; nor does a row's death by TTL), by whichever process. Never the same again; 0 while empty.
  virtual Result<uint64_t> ChangeCount(const Partition& partition) = 0;

  // The same for the whole Store: when it stands still nothing was written, logs apart (store_rules.h). It may move
  // without.
  virtual Result<uint64_t> ChangeCount() = 0;

  // What this kind of store keeps for the database's own tools, or null (catalogue.h, intake.h). They live as long as
  // it.
  virtual Catalogue* catalogue() { return nullptr; }
  virtual Intake* intake() { return nullptr; }

  // A queue whose entries change in one step with rows of this store, or null (queue.h). Lives as long as it.
  virtual Queue* queue() { return nullptr; }

  // One batch.
  Status Apply(const WriteBatch& batch) { return Apply({&batch, 1}, nullptr); }
  // One write.
  Status Apply(const Partition& partition, Write write);
};

// Visits the rows of a range, page after page; stops at the first error and gives it.
Status ForEachRow(Store& store, const Partition& partition, ScanRange range,
                  const std::function<Status(const Row&)>& visit);

}  // namespace scoreway
