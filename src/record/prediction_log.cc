#include "record/prediction_log.h"

#include <algorithm>

#include "base/name_thread.h"
#include "record/prediction_chunk.h"

namespace scoreway {
namespace {

// Of a chunk; readers hold some of them.
constexpr size_t kChunkBytesWanted = size_t{256} << 10;
// Strings that wait to be used again: 4 MB.
constexpr size_t kSparesMax = 16;
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
  uint64_t waited = 0;
  Shard& shard = shards_[slot % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    std::vector<Buffer>& buffers = shard.buffers[target.get()];
    if (buffers.empty() || buffers.back().minute != minute) buffers.push_back({.target = target, .minute = minute});
    Buffer* buffer = &buffers.back();
    const uint64_t room = options_.buffer_bytes_max - std::min<uint64_t>(options_.buffer_bytes_max, bytes_waiting_);
    for (; row < rows && bytes < room; ++row) {
      head.row = static_cast<uint32_t>(row + 1);
      if (row < keys.size()) head.key = keys[row];
      if (buffer->count == 0) Begin(buffer);
      const size_t before = buffer->chunk.size();
      AppendPrediction(head, inputs, outputs, row, &buffer->chunk);
      bytes += buffer->chunk.size() - before;
      if (buffer->chunk.size() > kChunkBytesWanted && buffer->count > 0) buffer = &CutOff(&buffers, before);
      ++buffer->count;
    }
    // Under the lock: what is taken from the shard has been counted.
    waited = bytes_waiting_.fetch_add(bytes, std::memory_order_relaxed);
  }
  if (row < rows) dropped_.fetch_add(rows - row, std::memory_order_relaxed);
  const uint64_t half = options_.buffer_bytes_max / 2;
  if (waited >= half || waited + bytes < half) return;
  const std::lock_guard lock(mutex_);
  is_half_full_ = true;
  wake_.notify_all();
}

void PredictionLog::Begin(Buffer* buffer) {
  buffer->chunk = TakeSpare();
  buffer->chunk += EncodeChunkHead(*buffer->target);
  buffer->head_bytes = buffer->chunk.size();
}

// The prediction from there on, the last one, begins another chunk; which that is.
PredictionLog::Buffer& PredictionLog::CutOff(std::vector<Buffer>* buffers, size_t begin) {
  Buffer next{.target = buffers->back().target, .minute = buffers->back().minute};
  Begin(&next);
  std::string& full = buffers->back().chunk;
  next.chunk.append(full, begin);
  full.resize(begin);
  return buffers->emplace_back(std::move(next));
}

std::string PredictionLog::TakeSpare() {
  const std::lock_guard lock(spares_mutex_);
  if (spares_.empty()) return {};
  std::string spare = std::move(spares_.back());
  spares_.pop_back();
  return spare;
}

void PredictionLog::GiveSpare(std::string chunk) {
  // One that a very large prediction has made is not kept.
  if (chunk.capacity() > 2 * kChunkBytesWanted) return;
  chunk.clear();
  const std::lock_guard lock(spares_mutex_);
  if (spares_.size() < kSparesMax) spares_.push_back(std::move(chunk));
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
  NameThread("prediction log");
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
  // Those of one target and minute become chunks together, whatever the slot.
  std::map<std::pair<const PredictionTarget*, int64_t>, std::vector<Buffer>> taken;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (auto item = shard.buffers.begin(); item != shard.buffers.end();) {
      bool is_idle = true;
      for (Buffer& buffer : item->second) {
        if (buffer.count == 0) continue;
        taken[{buffer.target.get(), buffer.minute}].push_back(std::move(buffer));
        is_idle = false;
      }
      item->second.clear();
      // What was not used for a whole interval lets go of the version.
      item = is_idle ? shard.buffers.erase(item) : std::next(item);
    }
  }
  for (auto& [key, buffers] : taken) Gather(std::move(buffers));
}

// Of one target and minute: small ones go together, large ones as they are.
void PredictionLog::Gather(std::vector<Buffer> buffers) {
  Buffer whole = std::move(buffers.front());
  for (size_t i = 1; i < buffers.size(); ++i) {
    Buffer& buffer = buffers[i];
    if (whole.chunk.size() + buffer.predictions().size() <= kChunkBytesWanted) {
      whole.chunk += buffer.predictions();
      whole.count += buffer.count;
      GiveSpare(std::move(buffer.chunk));
      continue;
    }
    if (whole.chunk.size() < buffer.chunk.size()) std::swap(whole, buffer);
    AddChunk(std::exchange(whole, std::move(buffer)));
  }
  AddChunk(std::move(whole));
}

void PredictionLog::AddChunk(Buffer buffer) {
  const PredictionTarget& target = *buffer.target;
  const std::string_view predictions = buffer.predictions();
  if (buffer.chunk.size() > kChunkBytesMax) {
    failed_.fetch_add(buffer.count, std::memory_order_relaxed);
    bytes_waiting_.fetch_sub(predictions.size(), std::memory_order_relaxed);
    Tell("a prediction of '" + target.model + "' is too large to be logged");
    return;
  }
  const int64_t time = FirstPredictionTime(predictions);
  const size_t bytes = predictions.size();
  RecordChunk chunk{NewChunkSort(time), std::move(buffer.chunk)};
  if (chunk.bytes.capacity() > 2 * chunk.bytes.size()) {
    // It may have to wait for long, and not with memory that it does not need.
    std::string spare = std::exchange(chunk.bytes, std::string(chunk.bytes.data(), chunk.bytes.size()));
    GiveSpare(std::move(spare));
  }
  constexpr RecordStream kStream = RecordStream::kPredictions;
  pending_.push_back({RecordRows::ChunkBatch(kStream, target.model, std::move(chunk), options_.ttl_micros),
                      RecordRows::MinuteBatch(kStream, target.model, time, options_.ttl_micros), bytes, buffer.count});
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
      GiveSpare(std::move(pending_[done].chunk.writes.front().value));
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
