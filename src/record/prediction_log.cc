#include "record/prediction_log.h"

#include <algorithm>

#include "record/prediction_chunk.h"

namespace scoreway {
namespace {

// Of a chunk; readers hold some of them.
constexpr size_t kChunkBytesWanted = size_t{256} << 10;
constexpr size_t kApplyBytesMax = size_t{4} << 20;
constexpr std::chrono::milliseconds kRetryPauseMax{5'000};
constexpr std::chrono::seconds kTellInterval{10};

// Worth trying again: the Store may take it later.
bool IsPassing(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kResourceExhausted;
}

}  // namespace

PredictionLog::PredictionLog(const RecordRows& rows, PredictionLogOptions options)
    : rows_(rows), options_(std::move(options)), thread_([this] { Run(); }) {}

PredictionLog::~PredictionLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void PredictionLog::Add(unsigned slot, const std::shared_ptr<const PredictionTarget>& target, PredictionHead head,
                        const Batch& inputs, const Batch& outputs, const std::vector<std::string>& keys) {
  const int64_t minute = MinuteOf(head.time_micros);
  const size_t rows = outputs.rows();
  size_t row = 0;
  size_t bytes = 0;
  Shard& shard = shards_[slot % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    std::vector<Buffer>& buffers = shard.buffers[target.get()];
    if (buffers.empty() || buffers.back().minute != minute) buffers.push_back({target, minute, {}, 0});
    Buffer& buffer = buffers.back();
    const size_t before = buffer.bytes.size();
    const uint64_t room = options_.buffer_bytes_max - std::min<uint64_t>(options_.buffer_bytes_max, bytes_waiting_);
    for (; row < rows && bytes < room; ++row) {
      head.row = static_cast<uint32_t>(row + 1);
      if (row < keys.size()) head.key = keys[row];
      AppendPrediction(head, inputs, outputs, row, &buffer.bytes);
      bytes = buffer.bytes.size() - before;
    }
    buffer.count += row;
  }
  const uint64_t waited = bytes_waiting_.fetch_add(bytes, std::memory_order_relaxed);
  if (row < rows) dropped_.fetch_add(rows - row, std::memory_order_relaxed);
  const uint64_t half = options_.buffer_bytes_max / 2;
  if (waited >= half || waited + bytes < half) return;
  const std::lock_guard lock(mutex_);
  is_half_full_ = true;
  wake_.notify_all();
}

void PredictionLog::Flush(std::chrono::milliseconds wait_max) {
  std::unique_lock lock(mutex_);
  const uint64_t wanted = ++flushes_wanted_;
  wake_.notify_all();
  flushed_.wait_for(lock, wait_max, [&] { return flushes_done_ >= wanted || stopping_; });
}

PredictionLogCounts PredictionLog::counts() const {
  return {written_.load(std::memory_order_relaxed), dropped_.load(std::memory_order_relaxed),
          failed_.load(std::memory_order_relaxed), bytes_waiting_.load(std::memory_order_relaxed)};
}

void PredictionLog::Run() {
  std::chrono::milliseconds pause = options_.flush_interval;
  bool is_last = false;
  uint64_t flushes = 0;
  while (!is_last) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, pause, [&] { return stopping_ || is_half_full_ || flushes_wanted_ > flushes; });
      is_last = stopping_;
      is_half_full_ = false;
      flushes = flushes_wanted_;
    }
    TakeBuffers();
    const bool is_written = WritePending();
    pause =
        is_written ? options_.flush_interval : std::clamp(pause * 2, std::chrono::milliseconds(100), kRetryPauseMax);
    const uint64_t dropped = dropped_.load(std::memory_order_relaxed);
    if (dropped > told_dropped_ && std::chrono::steady_clock::now() >= next_tell_) {
      Tell(std::to_string(dropped - told_dropped_) + " predictions were not logged: the buffer of " +
           std::to_string(options_.buffer_bytes_max >> 20) + " MiB is full");
      told_dropped_ = dropped;
    }
    const std::lock_guard lock(mutex_);
    if (is_written) flushes_done_ = flushes;
    flushed_.notify_all();
  }
  for (const PendingChunk& chunk : pending_) failed_.fetch_add(chunk.count, std::memory_order_relaxed);
}

void PredictionLog::TakeBuffers() {
  // Buffers of one target and minute make chunks together, whatever the slot.
  std::map<std::pair<const PredictionTarget*, int64_t>, Buffer> taken;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (auto item = shard.buffers.begin(); item != shard.buffers.end();) {
      std::vector<Buffer>& buffers = item->second;
      const bool is_idle = buffers.empty() || buffers.back().count == 0;
      for (Buffer& buffer : buffers) {
        if (buffer.count == 0) continue;
        Buffer& whole = taken.try_emplace({buffer.target.get(), buffer.minute}).first->second;
        if (whole.target == nullptr) {
          whole.target = buffer.target;
          whole.minute = buffer.minute;
        }
        whole.bytes += buffer.bytes;
        whole.count += buffer.count;
        buffer.bytes.clear();  // its memory stays for what comes
        buffer.count = 0;
      }
      if (buffers.size() > 1) buffers.erase(buffers.begin(), buffers.end() - 1);
      // What was not used for a whole interval lets go of its memory and of the version.
      item = is_idle ? shard.buffers.erase(item) : std::next(item);
    }
  }
  for (const auto& [key, buffer] : taken) CutChunks(buffer);
}

void PredictionLog::CutChunks(const Buffer& buffer) {
  const std::string head = EncodeChunkHead(*buffer.target);
  std::string_view rest = buffer.bytes;
  while (!rest.empty()) {
    size_t size = 0;
    uint64_t count = 0;
    while (size < rest.size()) {
      const size_t next = FirstPredictionBytes(rest.substr(size));
      if (count > 0 && head.size() + size + next > kChunkBytesWanted) break;
      size += next;
      ++count;
    }
    AddChunk(*buffer.target, head, rest.substr(0, size), count);
    rest.remove_prefix(size);
  }
}

void PredictionLog::AddChunk(const PredictionTarget& target, std::string_view head, std::string_view predictions,
                             uint64_t count) {
  if (head.size() + predictions.size() > kChunkBytesMax) {
    failed_.fetch_add(count, std::memory_order_relaxed);
    bytes_waiting_.fetch_sub(predictions.size(), std::memory_order_relaxed);
    Tell("a prediction of '" + target.model + "' is too large to be logged");
    return;
  }
  const int64_t time = FirstPredictionTime(predictions);
  RecordChunk chunk{NewChunkSort(time), std::string(head)};
  chunk.bytes += predictions;
  constexpr RecordStream kStream = RecordStream::kPredictions;
  pending_.push_back({RecordRows::ChunkBatch(kStream, target.model, std::move(chunk), options_.ttl_micros),
                      RecordRows::MinuteBatch(kStream, target.model, time, options_.ttl_micros), predictions.size(),
                      count});
}

bool PredictionLog::WritePending() {
  size_t done = 0;
  bool is_passing = false;
  while (done < pending_.size() && !is_passing) {
    std::vector<WriteBatch> batches;
    size_t end = done;
    for (size_t bytes = 0; end < pending_.size() && bytes < kApplyBytesMax; ++end) {
      bytes += pending_[end].bytes;
      batches.push_back(std::move(pending_[end].chunk));
    }
    for (size_t i = done; i < end; ++i) {
      const WriteBatch& minute = pending_[i].minute;
      const bool is_same = minute.partition == batches.back().partition &&
                           minute.writes.front().sort == batches.back().writes.front().sort;
      if (!is_same) batches.push_back(minute);
    }
    const Status status = rows_.store().Apply(batches, nullptr);
    for (size_t i = done; i < end; ++i) pending_[i].chunk = std::move(batches[i - done]);
    is_passing = !status.ok() && IsPassing(status.code());
    if (!status.ok()) Tell("predictions cannot be logged: " + status.ToString());
    if (is_passing) break;
    for (; done < end; ++done) {
      (status.ok() ? written_ : failed_).fetch_add(pending_[done].count, std::memory_order_relaxed);
      bytes_waiting_.fetch_sub(pending_[done].bytes, std::memory_order_relaxed);
    }
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(done));
  return pending_.empty();
}

void PredictionLog::Tell(const std::string& message) {
  const auto now = std::chrono::steady_clock::now();
  if (!options_.tell || now < next_tell_) return;
  next_tell_ = now + kTellInterval;
  options_.tell(message);
}

}  // namespace scoreway
