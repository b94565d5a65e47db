// RequestWindow: several repeatable requests under way at once, their answers taken in the order they were sent.
#pragma once

#include <deque>
#include <utility>

#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {

class RequestWindow {
 public:
  // The session must outlive this. All requests end by the deadline.
  RequestWindow(CqlSession& session, SteadyClock::time_point deadline) : session_(session), deadline_(deadline) {}

  bool is_full() const { return under_way_.size() == kCountMax; }
  bool is_empty() const { return under_way_.empty(); }

  // What the request views must stay until its answer is taken.
  void Send(CqlRequest request) {
    CqlAnswer answer = session_.Send(request, deadline_);
    under_way_.push_back({std::move(request), std::move(answer)});
  }

  // Waits for the first; if it failed for a while only, it is tried again.
  Result<CqlRows> TakeFirst() {
    UnderWay first = std::move(under_way_.front());
    under_way_.pop_front();
    auto answer = first.answer.Wait();
    if (answer.code() != Code::kDeadlineExceeded && answer.code() != Code::kUnavailable) return answer;
    return session_.Run(first.request, deadline_);
  }

 private:
  // Enough to keep the connections busy with values of 1 MiB.
  static constexpr size_t kCountMax = 8;

  struct UnderWay {
    CqlRequest request;
    CqlAnswer answer;
  };

  CqlSession& session_;
  const SteadyClock::time_point deadline_;
  std::deque<UnderWay> under_way_;
};

}  // namespace scoreway::cassandra
