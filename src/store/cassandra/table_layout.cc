#include "store/cassandra/table_layout.h"

#include <algorithm>

#include "base/utf8.h"
#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

struct OwnTable {
  std::string_view name;
  bool is_conditional;
  int32_t fetch_rows_max;  // so that an answer stays within some MiB
};

// The tables of schema.cql that hold one table of the Store each; all others lie in `other`.
constexpr OwnTable kOwnTables[] = {
    {"names", false, 1000},    {"model", true, 1000},      {"version", true, 4},         {"upload", true, 1000},
    {"chunk", false, 4},       {"blob", true, 1000},       {"runs", true, 1000},         {"run", true, 1000},
    {"checkpoint", true, 250}, {"feature", false, 250},    {"record", false, 4},         {"record_minute", false, 1000},
    {"label", false, 250},     {"job", true, 64},          {"job_input", false, 4},      {"job_list", false, 1000},
    {"job_result", false, 4},  {"job_progress", false, 4}, {"queue_index", false, 1000}, {"queue_bucket", false, 1000},
};
constexpr int32_t kOtherFetchRowsMax = 64;

// The marker of a partition that is written without conditions need not outlive its rows for ever.
constexpr char kMarkerTtl[] = "2592000";

}  // namespace

TableLayout::TableLayout(const Partition& partition, bool has_own_table)
    : partition_(&partition),
      has_own_table_(has_own_table),
      table_(has_own_table ? partition.table : "other"),
      where_(has_own_table ? " WHERE part = ?" : " WHERE tab = ? AND part = ?"),
      fetch_rows_max_(kOtherFetchRowsMax) {}

Result<TableLayout> TableLayout::Of(const Partition& partition) {
  const auto* const own = std::ranges::find(kOwnTables, partition.table, &OwnTable::name);
  TableLayout layout(partition, own != std::end(kOwnTables));
  if (!layout.has_own_table_) return layout;
  layout.is_conditional_ = own->is_conditional;
  layout.fetch_rows_max_ = own->fetch_rows_max;
  if (!partition.key.empty() && IsUtf8(partition.key)) return layout;
  return Status(Code::kInvalidArgument, "the key of a partition of this table must be text", partition.ToString());
}

void TableLayout::AddKey(CqlCall* call) const {
  if (!has_own_table_) call->View(partition_->table);
  call->View(partition_->key);
}

void TableLayout::AddKey(CqlCall* call, std::string_view sort, const RowCondition& condition) const {
  AddKey(call);
  call->View(sort);
  using Kind = RowCondition::Kind;
  if (condition.kind == Kind::kEquals || condition.kind == Kind::kEqualsUntil) call->View(condition.value);
  if (condition.kind != Kind::kNone && condition.kind != Kind::kAbsent) call->Bigint(condition.expires_micros);
}

// `expires` tells of every row that it is there, and is what a failed condition gives back.
std::string TableLayout::WhereRow(const RowCondition& condition) const {
  const std::string where = where_ + " AND sort = ?";
  switch (condition.kind) {
    case RowCondition::Kind::kNone: return where;
    case RowCondition::Kind::kAbsent: return where + " IF expires = null";
    case RowCondition::Kind::kExpires: return where + " IF expires = ?";
    case RowCondition::Kind::kEquals: return where + " IF value = ? AND expires = ?";
    case RowCondition::Kind::kEqualsUntil: return where + " IF value = ? AND expires > ?";
  }
  return where;
}

CqlCall TableLayout::Get(std::string_view sort) const {
  CqlCall call("SELECT value, expires FROM " + table_ + where_ + " AND sort = ?");
  AddKey(&call);
  call.View(sort);
  return call;
}

CqlCall TableLayout::GetEach(const std::vector<std::string_view>& sorts) const {
  CqlCall call("SELECT sort, value, expires FROM " + table_ + where_ + " AND sort IN ?");
  AddKey(&call);
  call.Bytes(EncodeBlobs(sorts));
  return call;
}

CqlCall TableLayout::Scan(std::string_view begin, std::string_view end, bool is_reverse, int32_t row_count_max) const {
  CqlCall call("SELECT sort, value, expires FROM " + table_ + where_ + " AND sort >= ?" +
               (end.empty() ? "" : " AND sort < ?") + (is_reverse ? " ORDER BY sort DESC" : "") + " LIMIT ?");
  AddKey(&call);
  call.View(begin);
  if (!end.empty()) call.View(end);
  call.Int(row_count_max);
  return call;
}

CqlCall TableLayout::GetMarker() const {
  CqlCall call("SELECT marker, sort FROM " + table_ + where_ + " LIMIT 1");
  AddKey(&call);
  return call;
}

// A condition that always holds makes the whole batch conditional. No marker is 0.
CqlCall TableLayout::SetMarker(int64_t marker) const {
  CqlCall call(is_conditional_ ? "UPDATE " + table_ + " SET marker = ?" + where_ + " IF marker != 0"
                               : "UPDATE " + table_ + " USING TTL " + kMarkerTtl + " SET marker = ?" + where_);
  call.Bigint(marker);
  AddKey(&call);
  return call;
}

CqlCall TableLayout::Put(std::string_view sort, std::string_view value, const RowLife& life,
                         const RowCondition& condition) const {
  CqlCall call("UPDATE " + table_ + " USING TTL ? SET value = ?, expires = ?" + WhereRow(condition));
  call.Int(life.ttl_seconds).View(value).Bigint(life.expires_micros);
  AddKey(&call, sort, condition);
  return call;
}

CqlCall TableLayout::Delete(std::string_view sort, const RowCondition& condition) const {
  CqlCall call("DELETE FROM " + table_ + WhereRow(condition));
  AddKey(&call, sort, condition);
  return call;
}

CqlCall TableLayout::Check(std::string_view sort, int64_t marker, const RowCondition& condition) const {
  CqlCall call("UPDATE " + table_ + " SET marker = ?" + WhereRow(condition));
  call.Bigint(marker);
  AddKey(&call, sort, condition);
  return call;
}

}  // namespace scoreway::cassandra
