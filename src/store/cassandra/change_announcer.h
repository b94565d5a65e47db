// ChangeAnnouncer: lets every process see, by one cheap read, whether anything was written to the keyspace.
//
// Each process that writes has a row in the table `changes`. Before its first write it says there that it is busy, and
// a little after its last that it is not, each time with a new random number. While anybody is busy the count of the
// whole store moves with every look; else it is made of all the numbers. So a reader that saw the count and then read
// the rows has seen all that was written before, or the count moves again. A process that dies stays busy until its row
// has outlived its TTL, which is longer than a write can be under way.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {

class ChangeAnnouncer {
 public:
  // The session must outlive this.
  explicit ChangeAnnouncer(CqlSession& session);
  ~ChangeAnnouncer();  // no write is under way
  ChangeAnnouncer(const ChangeAnnouncer&) = delete;
  ChangeAnnouncer& operator=(const ChangeAnnouncer&) = delete;

  // Between Enter and Leave lies one request that writes. An error of Enter means that it must not be made.
  Status Enter();
  void Leave();

  // See Store::ChangeCount().
  Result<uint64_t> Count();

 private:
  Status Announce(bool is_busy);
  void QuietLoop();

  CqlSession& session_;
  const std::string writer_;  // this process
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  int under_way_ = 0;
  bool is_announcing_ = false;  // somebody writes the row; one at a time, so that the rows come in order
  bool is_busy_ = false;        // what the row says
  bool is_stopping_ = false;
  SteadyClock::time_point announced_;
  SteadyClock::time_point last_left_;
  std::thread quiet_thread_;  // started with the first write
};

}  // namespace scoreway::cassandra
