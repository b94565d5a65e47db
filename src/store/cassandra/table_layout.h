// TableLayout: the CQL table in which a partition of the Store lies, and the statements over it. schema.cql draws them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/cassandra/cql_session.h"
#include "store/store.h"

namespace scoreway::cassandra {

// What a statement asks of the row it writes.
struct RowCondition {
  enum class Kind { kNone, kAbsent, kExpires, kEquals, kEqualsUntil };

  Kind kind = Kind::kNone;
  std::string_view value;      // kEquals: it has this value and the hour of death; kEqualsUntil: or a later one
  int64_t expires_micros = 0;  // kExpires, kEquals, kEqualsUntil
};

// What a put leaves.
struct RowLife {
  int64_t expires_micros = 0;  // 0: until it is deleted
  int32_t ttl_seconds = 0;     // when Cassandra may remove it; 0: never
};

// A view: partition, sort keys and values must stay until the calls are sent.
class TableLayout {
 public:
  // kInvalidArgument if the partition's key cannot be one of its table.
  static Result<TableLayout> Of(const Partition& partition);

  // Whether all writes to the table are conditional; else none is.
  bool is_conditional() const { return is_conditional_; }
  // How many rows a fetch may ask for.
  int32_t fetch_rows_max() const { return fetch_rows_max_; }

  // Columns value and expires.
  CqlCall Get(std::string_view sort) const;
  // Columns sort, value and expires of those that are there.
  CqlCall GetEach(const std::vector<std::string_view>& sorts) const;
  // The same, from `begin` to `end` (exclusive; empty: to the last).
  CqlCall Scan(std::string_view begin, std::string_view end, bool is_reverse, int32_t row_count_max) const;
  // Columns marker and sort: of the first row, if there is one.
  CqlCall GetMarker() const;

  // The parts of a batch. A check sets the marker alone.
  CqlCall SetMarker(int64_t marker) const;
  CqlCall Put(std::string_view sort, std::string_view value, const RowLife& life, const RowCondition& condition) const;
  CqlCall Delete(std::string_view sort, const RowCondition& condition) const;
  CqlCall Check(std::string_view sort, int64_t marker, const RowCondition& condition) const;

 private:
  TableLayout(const Partition& partition, bool has_own_table);

  void AddKey(CqlCall* call) const;
  void AddKey(CqlCall* call, std::string_view sort, const RowCondition& condition) const;
  std::string WhereRow(const RowCondition& condition) const;

  const Partition* partition_;
  bool has_own_table_;
  std::string table_;
  std::string where_;  // the partition
  bool is_conditional_ = true;
  int32_t fetch_rows_max_ = 0;
};

}  // namespace scoreway::cassandra
