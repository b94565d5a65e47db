// RequestWindow: several repeatable requests under way at once, their answers taken in the order they were sent.
#pragma once

#include <deque>
#include <utility>

#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {

class RequestWindow {
 public:
  // The session must outlive this. So many requests are under way at most: 8 are enough to keep the connections busy
  // with values of 1 MiB.
  explicit RequestWindow(CqlSession& session, size_t count_max = 8) : session_(session), count_max_(count_max) {}

  bool is_full() const { return under_way_.size() == count_max_; }
  bool is_empty() const { return under_way_.empty(); }

  // What the request views must stay until its answer is taken.
  void Send(CqlRequest request, SteadyClock::time_point deadline) {
    CqlAnswer answer = session_.Send(request, deadline);
    under_way_.push_back({std::move(request), std::move(answer), deadline});
  }

  // Waits for the first; if it failed for a while only, it is tried again.
  Result<CqlRows> TakeFirst() {
    UnderWay first = std::move(under_way_.front());
    under_way_.pop_front();
    auto answer = first.answer.Wait();
    if (answer.code() != Code::kDeadlineExceeded && answer.code() != Code::kUnavailable) return answer;
    return session_.Run(first.request, first.deadline);
  }

 private:
  struct UnderWay {
    CqlRequest request;
    CqlAnswer answer;
    SteadyClock::time_point deadline;
  };

  CqlSession& session_;
  const size_t count_max_;
  std::deque<UnderWay> under_way_;
};

}  // namespace scoreway::cassandra
