// StreamWorkers: the streams that a process runs, each by a StreamRunner, as the definitions say at the time; and what
// the process says of itself.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "service/run_stream.h"
#include "service/stream_service.h"

namespace scoreway {

class StreamWorkers {
 public:
  // The service, which needs serving and streams, must outlive this. `first_slot` as of a Predictor, then one a stream.
  StreamWorkers(const Service& service, unsigned first_slot);
  // Stops, and waits for the transactions at hand.
  ~StreamWorkers();
  StreamWorkers(const StreamWorkers&) = delete;
  StreamWorkers& operator=(const StreamWorkers&) = delete;

  // Every stream ends after the transaction at hand. Thread-safe.
  void Stop();

 private:
  void Follow();
  void StartAndStop(const StreamSet& wanted);
  void Report();

  const Service service_;
  StreamService& streams_;
  unsigned next_slot_;
  std::map<std::string, std::unique_ptr<StreamRunner>> runners_;  // of the thread

  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;        // last: it uses the rest
};

}  // namespace scoreway
