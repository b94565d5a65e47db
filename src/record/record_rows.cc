#include "record/record_rows.h"

#include <algorithm>
#include <utility>

#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr size_t kSortTimeBytes = 8;
constexpr size_t kChunksAtOnce = 8;
constexpr size_t kMinutesAtOnce = 1000;

std::string TimeSort(int64_t micros) {
  std::string sort(kSortTimeBytes, '\0');
  auto bits = static_cast<uint64_t>(std::max<int64_t>(micros, 0));
  for (size_t i = kSortTimeBytes; i-- > 0; bits >>= 8) sort[i] = static_cast<char>(bits & 0xff);
  return sort;
}

int64_t TimeOf(std::string_view sort) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kSortTimeBytes && i < sort.size(); ++i) bits = bits << 8 | static_cast<uint8_t>(sort[i]);
  return static_cast<int64_t>(bits);
}

std::string Prefix(RecordStream stream, std::string_view model) {
  return std::string(1, static_cast<char>(stream)).append("/").append(model);
}

Partition MinutePartition(std::string_view prefix, int64_t minute) {
  return {"record", std::string(prefix) + "/" + std::to_string(minute)};
}

}  // namespace

int64_t RecordChunk::time_micros() const { return TimeOf(sort); }

std::string NewChunkSort(int64_t time_micros) { return TimeSort(time_micros) + RandomId().substr(0, 16); }

WriteBatch RecordRows::ChunkBatch(RecordStream stream, std::string_view model, RecordChunk chunk, int64_t ttl_micros) {
  WriteBatch batch{MinutePartition(Prefix(stream, model), MinuteOf(chunk.time_micros())), {}, true};
  batch.writes.push_back(PutWithTtl(std::move(chunk.sort), std::move(chunk.bytes), ttl_micros));
  return batch;
}

WriteBatch RecordRows::MinuteBatch(RecordStream stream, std::string_view model, int64_t time_micros,
                                   int64_t ttl_micros) {
  WriteBatch batch{{"record_minute", Prefix(stream, model)}, {}, true};
  // It outlives the chunks of its minute.
  const int64_t ttl = ttl_micros == 0 ? 0 : ttl_micros + kMinuteMicros;
  batch.writes.push_back(PutWithTtl(TimeSort(MinuteOf(time_micros)), "", ttl));
  return batch;
}

RecordCursor::RecordCursor(Store& store, RecordStream stream, std::string_view model, const TimeRange& range,
                           std::string_view start)
    : store_(store), prefix_(Prefix(stream, model)), oldest_first_(range.oldest_first), start_(start) {
  minutes_.reverse = !oldest_first_;
  minutes_.row_count_max = kMinutesAtOnce;
  minutes_.begin = TimeSort(MinuteOf(std::max<int64_t>(range.from_micros, 0)));
  // The minute of the last microsecond within is the last one.
  const int64_t end = std::max<int64_t>(range.to_micros, 1) - 1;
  minutes_.end = TimeSort(MinuteOf(end) + 1);
  if (start_.empty()) return;
  const int64_t minute = MinuteOf(TimeOf(start_));
  (oldest_first_ ? minutes_.begin : minutes_.end) = TimeSort(oldest_first_ ? minute : minute + 1);
}

Result<bool> RecordCursor::NextMinute() {
  while (next_minute_ == found_minutes_.size()) {
    if (!has_minutes_) return false;
    SCOREWAY_ASSIGN_OR_RETURN(ScanPage page, store_.Scan({"record_minute", prefix_}, minutes_));
    found_minutes_ = std::move(page.rows);
    next_minute_ = 0;
    minutes_.page_token = std::move(page.next_page_token);
    has_minutes_ = !minutes_.page_token.empty();
  }
  const int64_t minute = TimeOf(found_minutes_[next_minute_++].sort);
  partition_ = MinutePartition(prefix_, minute);
  chunks_ = ScanRange{};
  chunks_.reverse = !oldest_first_;
  chunks_.row_count_max = kChunksAtOnce;
  has_chunks_ = true;
  if (!start_.empty() && MinuteOf(TimeOf(start_)) == minute) {
    (oldest_first_ ? chunks_.begin : chunks_.end) = oldest_first_ ? start_ : start_ + '\0';
  }
  return true;
}

Result<std::optional<RecordChunk>> RecordCursor::Next() {
  while (next_chunk_ == found_chunks_.size()) {
    if (!has_chunks_) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_minute, NextMinute());
      if (!has_minute) return std::optional<RecordChunk>();
    }
    SCOREWAY_ASSIGN_OR_RETURN(ScanPage page, store_.Scan(partition_, chunks_));
    found_chunks_ = std::move(page.rows);
    next_chunk_ = 0;
    chunks_.page_token = std::move(page.next_page_token);
    has_chunks_ = !chunks_.page_token.empty();
  }
  Row& row = found_chunks_[next_chunk_++];
  return std::optional<RecordChunk>(RecordChunk{std::move(row.sort), std::move(row.value)});
}

}  // namespace scoreway
