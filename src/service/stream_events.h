// StreamEvents: the answers of streams as they are committed, for clients that follow them over HTTP: one consumer for
// each stream that is followed, whose events go to all that follow it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "kafka/kafka.h"
#include "service/event_buffer.h"
#include "service/stream_service.h"

namespace scoreway {

class StreamEvents {
 public:
  // The service must outlive this.
  explicit StreamEvents(StreamService& streams) : streams_(streams) {}
  ~StreamEvents();
  StreamEvents(const StreamEvents&) = delete;
  StreamEvents& operator=(const StreamEvents&) = delete;

  // Events from now on: "answer" for each answer, "end" with a reason where there are no more. Asks the brokers.
  // kNotFound if there is no such stream or topic; kUnavailable: brokers do not answer, or too many follow.
  Result<std::shared_ptr<EventBuffer>> Follow(const std::string& name);

  // Ends all of them; from now on nobody can follow. Thread-safe.
  void Stop();

 private:
  struct Topic {
    Stream stream;
    std::unique_ptr<KafkaConsumer> consumer;
    std::vector<std::shared_ptr<EventBuffer>> buffers;  // guarded by mutex_
    bool has_ended = false;                             // guarded by mutex_
    std::thread thread;
  };

  void Read(Topic& topic);
  // False: nobody follows it any more.
  bool Send(Topic& topic, std::string_view event);
  void End(Topic& topic, std::string_view reason);
  void JoinEnded();

  StreamService& streams_;
  std::atomic<bool> is_stopping_{false};
  std::mutex open_mutex_;  // one topic is opened at a time
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Topic>> topics_;  // by stream; guarded by mutex_
};

}  // namespace scoreway
