// PredictionLog: takes what was asked and answered, and writes it down later, on a thread of its own.
//
// Add copies the prediction into a chunk (prediction_chunk.h) of its thread's slot and returns: no allocation once
// there are chunks to be used again, no waiting for the Store. A few times a second the thread of the log takes the
// chunks and writes them (record_rows.h), the large ones as they are, so that a prediction is copied once on its way to
// the Store. The predictions that wait, or that a Store that does not answer keeps waiting, take a bounded memory: what
// does not fit is dropped, counted and told.
//
// What a crash loses: at most the predictions that wait, those of the last flush_interval and of the write under way.
//
// Add, Flush and counts may be called from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "record/prediction.h"
#include "record/record_rows.h"

namespace scoreway {

struct PredictionLogOptions {
  std::chrono::milliseconds flush_interval{500};
  size_t buffer_bytes_max = size_t{32} << 20;  // of predictions that wait
  int64_t ttl_micros = 0;                      // of a prediction that is written; 0: it stays
  // Told of trouble and its end, by the log's thread: not more than once in 10 seconds.
  std::function<void(const std::string& message)> tell = {};
};

struct PredictionLogCounts {
  uint64_t written = 0;  // that are durable
  uint64_t dropped = 0;  // for which there was no room
  uint64_t failed = 0;   // that the Store refused, or that were too large for a row
  uint64_t bytes_waiting = 0;
};

class PredictionLog {
 public:
  // `rows` must outlive this.
  PredictionLog(const RecordRows& rows, PredictionLogOptions options);
  // Writes what waits, as far as the Store takes it at once.
  ~PredictionLog();
  PredictionLog(const PredictionLog&) = delete;
  PredictionLog& operator=(const PredictionLog&) = delete;

  // The rows of a request: `inputs` as they were scored, `outputs` as they were answered, of the target's schemas. Row
  // i has keys[i], if there are keys, and else the head's. `slot` keeps threads apart; any number.
  void Add(unsigned slot, const std::shared_ptr<const PredictionTarget>& target, PredictionHead head,
           const Batch& inputs, const Batch& outputs, const std::vector<std::string>& keys);

  // Waits until what was added before is written or has failed, at most so long.
  void Flush(std::chrono::milliseconds wait_max = std::chrono::hours(1));

  PredictionLogCounts counts() const;

 private:
  // A chunk in the making: predictions of one target and minute.
  struct Buffer {
    std::shared_ptr<const PredictionTarget> target;
    int64_t minute = 0;
    std::string chunk = {};  // empty before the first prediction
    size_t head_bytes = 0;   // of the chunk, before its predictions
    uint64_t count = 0;

    std::string_view predictions() const { return std::string_view(chunk).substr(head_bytes); }
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    // The last one of a target takes what comes. Guarded by mutex.
    std::unordered_map<const PredictionTarget*, std::vector<Buffer>> buffers;
  };
  struct PendingChunk {
    WriteBatch chunk, minute;
    size_t bytes = 0;
    uint64_t count = 0;
  };

  // Of strings whose memory is used again; the lock of a shard may be held.
  std::string TakeSpare();
  void GiveSpare(std::string chunk);

  void Begin(Buffer* buffer);
  Buffer& CutOff(std::vector<Buffer>* buffers, size_t begin);
  void Run();
  void TakeBuffers();
  void Gather(std::vector<Buffer> buffers);
  void AddChunk(Buffer buffer);
  // Whether all that waits is written.
  bool WritePending();
  void Tell(const std::string& message);

  static constexpr unsigned kShards = 8;

  const RecordRows rows_;
  const PredictionLogOptions options_;
  std::array<Shard, kShards> shards_;
  std::mutex spares_mutex_;
  std::vector<std::string> spares_;  // guarded by spares_mutex_
  std::atomic<uint64_t> bytes_waiting_{0}, written_{0}, dropped_{0}, failed_{0};
  std::vector<PendingChunk> pending_;  // of the log's thread
  uint64_t told_dropped_ = 0;          // of the log's thread
  std::chrono::steady_clock::time_point next_tell_{};

  std::mutex mutex_;
  std::condition_variable wake_, flushed_;
  uint64_t flushes_wanted_ = 0, flushes_done_ = 0;  // guarded by mutex_
  bool is_half_full_ = false;                       // guarded by mutex_
  bool stopping_ = false;                           // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway
