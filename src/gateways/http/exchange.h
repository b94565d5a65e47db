// Exchange and Dispatcher: the seam between the HTTP core and what it serves.
//
// A Dispatcher sees each request twice: after its head, to say how large a body it takes or to refuse it before the
// body is read, and when it is whole; of a large body that it wants in pieces, each piece too. Handle runs on the
// thread that read the request and must not block; what is slow goes on with RunOn or Suspend, and the connection reads
// nothing until that answer is sent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateways/http/request.h"
#include "gateways/http/response.h"
#include "service/task.h"
#include "service/trace_context.h"

namespace scoreway::http {

class Exchange;

// What a Dispatcher keeps of a request until its answer.
class ExchangeState {
 public:
  virtual ~ExchangeState() = default;
};

// Ends a Suspend. Copyable; may outlive the server, and is then without effect.
class Resumer {
 public:
  using Work = std::function<void(Exchange&)>;
  Resumer() = default;
  explicit Resumer(std::function<void(Work)> post) : post_(std::move(post)) {}
  // Runs `work`, a handler like any other, on the connection's thread; only the first call counts, and none after the
  // deadline. Thread-safe.
  void Resume(Work work) const { post_(std::move(work)); }

 private:
  std::function<void(Work)> post_;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  Request& request() { return request_; }
  const Request& request() const { return request_; }
  const Response& response() const { return response_; }
  Response& response() { return response_; }

  // The number of the I/O thread, from 0; for state that is kept per thread. Work on a pool must not use it.
  virtual unsigned slot() const = 0;

  // Goes on with `work` on the pool when the lane has its turn; the answer is what is in response() when it returns.
  // Where there is no place for it, the Dispatcher's Refused answers. What has waited until its deadline is answered
  // 504, and what the caller has hung up on is not done, if it is a model's.
  virtual void RunOn(WorkerPool& pool, const Lane& lane, std::function<void(Exchange&)> work) = 0;
  // Goes on when the Resumer is called. When the request's deadline passes first, 504 is answered.
  virtual Resumer Suspend() = 0;

  // What the Dispatcher keeps of Head for Handle.
  int route = -1;
  std::unique_ptr<ExchangeState> state;
  // The body comes compressed.
  bool is_packed = false;
  // Not 0: the body is wanted in pieces of about so many bytes.
  size_t piece_bytes = 0;
  // Who calls, by the name of the key; empty where no key is asked for.
  std::string caller;
  bool caller_is_admin = false;
  // By which alias the model of the request was found; empty: by its name alone, or by a version.
  std::string alias;
  // The trace that it is part of; without an id there is none.
  TraceContext trace;
  // Set by the core: Handle was called.
  bool handled = false;

 protected:
  Request request_;
  Response response_;
};

class Dispatcher {
 public:
  virtual ~Dispatcher() = default;

  // The head is read. Returns the bytes of body it may have; a negative number: the answer is in response() already and
  // the body is not wanted. Thread-safe, as all of these.
  virtual int64_t Head(Exchange& exchange) = 0;
  // A piece of the body is in request().body(): takes it away, so that the body is empty. May go on with RunOn. A
  // status of 400 or more in response() refuses the rest; the connection ends with it.
  virtual void Piece(Exchange& /*exchange*/) {}
  // The request is whole; of a body in pieces the last one, perhaps an empty one, is in request().body(). Answers in
  // response(), or moves on.
  virtual void Handle(Exchange& exchange) = 0;
  // A pool has no place for the request, or none any more: the answer in response(). Any thread.
  virtual void Refused(Exchange& exchange, const Refusal& /*refusal*/) { exchange.response().status = 503; }
  // The answer is on its way. `nanoseconds` since the request's first byte was read; `slot` as Exchange::slot.
  virtual void Finished(const Exchange& /*exchange*/, int64_t /*nanoseconds*/) {}
  // Handle was called, and the connection ended before the answer.
  virtual void Abandoned(const Exchange& /*exchange*/) {}
  // The request has ended, and with it what was kept: to be destroyed, where that may take long on another thread.
  virtual void Discard(std::unique_ptr<ExchangeState> /*state*/) {}
};

}  // namespace scoreway::http
