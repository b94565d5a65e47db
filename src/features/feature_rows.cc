#include "features/feature_rows.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "base/crc32c.h"
#include "base/utc_time.h"
#include "data/codec/column_names.h"
#include "features/feature_key.h"
#include "features/feature_row.h"
#include "features/feature_store.h"
#include "features/feature_writes.h"

namespace scoreway {
namespace {

constexpr int64_t kDayMicros = 86'400'000'000;

std::vector<size_t> Range(size_t begin, size_t size) {
  std::vector<size_t> columns(size);
  for (size_t i = 0; i < size; ++i) columns[i] = begin + i;
  return columns;
}

Error AtCell(size_t row, const Field& field, std::string message) {
  return {Code::kInvalidArgument, std::move(message),
          "row " + std::to_string(row + 1) + ", column " + Quoted(field.name)};
}

Result<int64_t> EventTime(const Column& column, size_t row, const Field& field, int64_t now) {
  if (!column.valid(row)) return now;
  int64_t micros = 0;
  if (column.type() == Type::kString) {
    const auto parsed = ParseUtc(column.string_at(row));
    if (!parsed) return AtCell(row, field, "not a time such as 2026-03-01T12:00:00Z");
    micros = *parsed;
  } else {
    const double seconds = column.NumberAt(row);
    if (!(std::abs(seconds) < 1e11)) return AtCell(row, field, "not a time in seconds since 1970");
    micros = std::llround(seconds * 1e6);
  }
  if (micros > now + kDayMicros) return AtCell(row, field, "the time lies more than a day ahead");
  return micros;
}

}  // namespace

Partition FeatureBucket(std::string_view view_id, uint32_t bucket) {
  return {"feature", std::string(view_id) + "/" + std::to_string(bucket)};
}

Partition FeaturePartition(std::string_view view_id, std::string_view key) {
  return FeatureBucket(view_id, Crc32c(key) % kFeatureBuckets);
}

Status RemoveFeatureRows(Store& store, std::string_view view_id) {
  for (uint32_t bucket = 0; bucket < kFeatureBuckets; ++bucket) {
    const Partition partition = FeatureBucket(view_id, bucket);
    FeatureWrites writes;
    ScanRange all;
    all.row_count_max = 1000;
    SCOREWAY_RETURN_IF_ERROR(ForEachRow(store, partition, all, [&](const Row& row) {
      writes.Add(partition, Delete(row.sort));
      return Status();
    }));
    SCOREWAY_RETURN_IF_ERROR(writes.Apply(store));
  }
  return {};
}

bool IsFresh(const FeatureView& view, int64_t event_time_micros, int64_t now_micros) {
  return view.ttl_micros == 0 || event_time_micros > now_micros - view.ttl_micros;
}

int64_t TtlOf(const FeatureView& view, int64_t event_time_micros, int64_t now_micros) {
  return view.ttl_micros == 0 ? 0 : event_time_micros + view.ttl_micros - now_micros;
}

// One Write: rows are made ready some thousands at a time.
class FeatureStore::RowWriter {
 public:
  RowWriter(FeatureStore& features, const FeatureView& view, const Batch& rows)
      : features_(features),
        view_(view),
        rows_(rows),
        now_(features.clock_.NowMicros()),
        key_columns_(Range(0, view.keys.size())),
        feature_columns_(Range(view.keys.size(), view.columns.size())),
        times_(rows.column(view.keys.size() + view.columns.size())) {}

  Result<FeatureWriteCounts> Run() {
    for (size_t row = 0; row < rows_.rows(); ++row) {
      SCOREWAY_RETURN_IF_ERROR(Take(row));
      if (bytes_ < FeatureWrites::kBytesMax && pending_.size() < FeatureWrites::kRowsMax) continue;
      SCOREWAY_RETURN_IF_ERROR(Flush());
    }
    SCOREWAY_RETURN_IF_ERROR(Flush());
    return counts_;
  }

 private:
  struct Pending {
    int64_t event_time = 0;
    bool has_event_time = false;  // given; else it is now, and what is there is older
    std::string value;
  };

  Status Take(size_t row) {
    std::string key;
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_key, MakeFeatureKey(rows_, key_columns_, view_.keys, row, &key));
    if (!has_key) {
      size_t missing = 0;
      while (rows_.column(missing).valid(row)) ++missing;
      return AtCell(row, view_.keys[missing], "the key is missing");
    }
    Pending pending;
    SCOREWAY_ASSIGN_OR_RETURN(pending.event_time, EventTime(times_, row, view_.event_time, now_));
    pending.has_event_time = times_.valid(row);
    if (!IsFresh(view_, pending.event_time, now_)) {
      ++counts_.expired;
      return {};
    }
    pending.value = EncodeFeatureRow(rows_, feature_columns_, row, pending.event_time);
    if (pending.value.size() > kFeatureRowBytesMax) {
      return Status(Code::kInvalidArgument, "the features of a row have more than 1 MiB",
                    "row " + std::to_string(row + 1));
    }
    const auto [at, is_new] = pending_.try_emplace(std::move(key));
    if (!is_new) {
      ++counts_.older;
      if (at->second.event_time > pending.event_time) return {};
      bytes_ -= at->second.value.size();
    }
    bytes_ += pending.value.size();
    at->second = std::move(pending);
    return {};
  }

  // Leaves out of `pending_` what is older than the row that is there.
  Status DropOlder() {
    std::vector<std::string> keys;
    for (const auto& [key, pending] : pending_) {
      if (pending.has_event_time) keys.push_back(key);
    }
    if (keys.empty()) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const auto stored, features_.Read(view_, keys));
    FeatureRow row;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (!stored[i]) continue;
      SCOREWAY_RETURN_IF_ERROR(row.Parse(*stored[i], view_.columns));
      if (row.event_time_micros() <= pending_[keys[i]].event_time) continue;
      pending_.erase(keys[i]);
      ++counts_.older;
    }
    return {};
  }

  Status Flush() {
    const std::lock_guard lock(features_.write_locks_[Crc32c(view_.id) % features_.write_locks_.size()]);
    SCOREWAY_RETURN_IF_ERROR(DropOlder());
    FeatureWrites writes;
    for (auto& [key, pending] : pending_) {
      const int64_t ttl = TtlOf(view_, pending.event_time, now_);
      writes.Add(FeaturePartition(view_.id, key), PutWithTtl(key, std::move(pending.value), ttl));
    }
    SCOREWAY_RETURN_IF_ERROR(writes.Apply(features_.store_));
    counts_.written += pending_.size();
    pending_.clear();
    bytes_ = 0;
    return {};
  }

  FeatureStore& features_;
  const FeatureView& view_;
  const Batch& rows_;
  const int64_t now_;
  const std::vector<size_t> key_columns_;
  const std::vector<size_t> feature_columns_;
  const Column& times_;
  std::unordered_map<std::string, Pending> pending_;  // by key
  size_t bytes_ = 0;
  FeatureWriteCounts counts_;
};

Result<FeatureWriteCounts> FeatureStore::Write(const FeatureView& view, const Batch& rows) {
  return RowWriter(*this, view, rows).Run();
}

Status FeatureStore::Remove(const FeatureView& view, const Batch& keys) {
  const std::vector<size_t> columns = Range(0, view.keys.size());
  const std::lock_guard lock(write_locks_[Crc32c(view.id) % write_locks_.size()]);
  std::set<std::string> wanted;
  for (size_t row = 0; row < keys.rows(); ++row) {
    std::string key;
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_key, MakeFeatureKey(keys, columns, view.keys, row, &key));
    if (!has_key) {
      return Status(Code::kInvalidArgument, "part of the key is missing", "row " + std::to_string(row + 1));
    }
    wanted.insert(std::move(key));
  }
  FeatureWrites writes;
  for (const std::string& key : wanted) {
    writes.Add(FeaturePartition(view.id, key), scoreway::Delete(key));
    if (writes.is_full()) SCOREWAY_RETURN_IF_ERROR(writes.Apply(store_));
  }
  return writes.Apply(store_);
}

Result<std::vector<std::optional<std::string>>> FeatureStore::Read(const FeatureView& view,
                                                                   std::span<const std::string> keys,
                                                                   std::chrono::milliseconds timeout) {
  std::vector<RowAddress> rows;
  rows.reserve(keys.size());
  for (const std::string& key : keys) rows.push_back({FeaturePartition(view.id, key), key});
  return store_.GetEach(rows, timeout);
}

}  // namespace scoreway
