// RunStream: one process's part of a stream: messages of the partitions it is given, scored together and answered, each
// batch in one transaction of Kafka with the offsets it came from. So each message is answered once among what is
// committed, whenever this process, another one or a broker is lost.
//
// A session is a consumer and a producer. What goes wrong in a transaction ends the session; the next one begins at
// what is committed. While the model cannot be had, or what features come from does not answer, the session waits with
// its partitions paused and loses none of them.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "kafka/kafka.h"
#include "service/score_messages.h"
#include "service/stream_service.h"

namespace scoreway {

class StreamRunner {
 public:
  // Begins, on a thread of its own. The service, which needs serving and streams, must outlive this.
  StreamRunner(const Service& service, unsigned slot, std::shared_ptr<const Stream> stream);
  // Stops, and waits.
  ~StreamRunner();
  StreamRunner(const StreamRunner&) = delete;
  StreamRunner& operator=(const StreamRunner&) = delete;

  // Ends after the transaction at hand. Thread-safe.
  void Stop() { is_stopping_ = true; }
  // True: destroying it takes no time.
  bool has_ended() const { return has_ended_; }

  const Stream& stream() const { return *stream_; }

 private:
  using SteadyClock = std::chrono::steady_clock;

  void Run();
  // Until it is told to stop, the replay is done, or something goes wrong.
  Status RunSession();
  // Messages that are there, up to a batch; none after a short while without.
  Status Gather();
  void TakeMessage(KafkaMessage message);
  void NotePartitionEnd(int32_t partition, int64_t offset);
  // Answers of what was gathered; waits while there can be none.
  Status ScoreGathered();
  Status WaitPaused(std::chrono::milliseconds time);
  Status CommitGathered();
  Status SendAnswer(const KafkaMessage& message, const MessageAnswer& answer);
  Status SendFault(const KafkaMessage& message, const Error& fault);
  std::vector<KafkaHeader> HeadersOf(const KafkaMessage& message) const;
  void CountCommitted();
  void Forget();
  // Partitions and lag; and whether a replay has come to its end, which is kept.
  Status LookAround();
  Status EndReplay();
  bool Pause(std::chrono::milliseconds time) const;

  const Service service_;
  StreamService& streams_;
  const std::shared_ptr<const Stream> stream_;
  const std::shared_ptr<StreamCounters> counters_;
  const std::map<int32_t, int64_t> ends_;  // of a replay, by partition
  MessageScorer scorer_;
  std::atomic<bool> is_stopping_{false}, has_ended_{false};

  // Of the session:
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
  std::vector<KafkaMessage> gathered_;
  size_t gathered_bytes_ = 0;
  std::vector<MessageAnswer> answers_;
  std::map<int32_t, int64_t> to_commit_;  // offsets by partition
  std::set<int32_t> ended_;               // partitions of a replay
  bool is_done_ = false;                  // the replay
  SteadyClock::time_point first_read_, last_look_;

  std::thread thread_;  // last: it uses the rest
};

}  // namespace scoreway
