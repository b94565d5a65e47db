// IoThread: one thread with its own io_context and the connections given to it. Nothing in it is locked; other threads
// reach it through its Mailbox. Included by the core's own .cc files only (Asio is slow to compile).
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "gateways/http/exchange.h"
#include "gateways/http/http_options.h"
#include "gateways/http/mailbox.h"
#include "gateways/http/stream.h"
#include "gateways/http/tls_context.h"

namespace scoreway::http {

class Connection;

// Microseconds of the steady clock.
int64_t SteadyMicros();

class IoThread {
 public:
  using Executor = Stream::Executor;

  // `tls`, or null for plain connections.
  IoThread(const HttpOptions& options, std::shared_ptr<TlsContext> tls, Dispatcher* dispatcher, unsigned slot);
  // Call Stop and Join before.
  ~IoThread();

  void Start();
  // ---- any thread -----------------------------------------------------------------------------------------------
  // Takes over a connected, non-blocking socket.
  void Adopt(int descriptor, bool ipv6);
  // Ends connections as they become idle, and the thread when none is left.
  void Drain();
  // Ends all connections now, and the thread.
  void Stop();
  void Join();
  size_t connection_count() const { return connection_count_.load(std::memory_order_relaxed); }

  // ---- its connections, on its thread ---------------------------------------------------------------------------
  const HttpOptions& options() const { return options_; }
  Dispatcher& dispatcher() const { return *dispatcher_; }
  unsigned slot() const { return slot_; }
  bool draining() const { return draining_; }
  // "Date: ...\r\n", a second exact.
  const std::string& date_line(int64_t now_micros);

  // Keeps a connection until Unpark; returns the ticket for it.
  uint64_t Park(std::shared_ptr<Connection> connection);
  std::shared_ptr<Connection> Unpark(uint64_t ticket);
  // The parked connection, or null.
  std::shared_ptr<Connection> Parked(uint64_t ticket) const;
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

  // A connection wants its deadline looked at then.
  void NoteDeadline(int64_t micros) { next_deadline_micros_ = std::min(next_deadline_micros_, micros); }

  void Register(Connection* connection);
  void Unregister(Connection* connection);

 private:
  void WaitForMail();
  void WaitForTick();
  void OnTick();
  void CloseAll();
  void MaybeFinish();

  const HttpOptions options_;
  const std::shared_ptr<TlsContext> tls_;
  Dispatcher* const dispatcher_;
  const unsigned slot_;
  const std::shared_ptr<Mailbox> mailbox_;

  boost::asio::io_context io_;
  boost::asio::posix::basic_stream_descriptor<Executor> mail_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      tick_;
  // Before it no connection has a deadline: thousands of idle ones need not be walked at every tick.
  int64_t next_deadline_micros_ = std::numeric_limits<int64_t>::max();
  bool ticking_ = false;
  bool draining_ = false;
  bool finished_ = false;

  Connection* first_ = nullptr;  // of all, linked through the connections
  std::unordered_map<uint64_t, std::shared_ptr<Connection>> parked_;
  uint64_t next_ticket_ = 1;
  std::string date_line_;
  int64_t date_micros_ = -1;

  std::atomic<size_t> connection_count_{0};
  std::thread thread_;
};

}  // namespace scoreway::http
