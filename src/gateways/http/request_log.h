// RequestLog: a line of JSON on standard error for requests: all of them if wanted, else those that failed by a fault
// of ours. Written with one call each, by our own JsonWriter: a logging library would bring two shared libraries to a
// binary that is meant to be copied. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateways/http/request.h"
#include "gateways/http/response.h"

namespace scoreway::http {

class RequestLog {
 public:
  explicit RequestLog(bool all) : all_(all) {}

  // The lines of the last requests that failed by our fault, the newest last.
  std::vector<std::string> LastErrors() const;

  // `trace_id` may be empty.
  void Request(const http::Request& request, const http::Response& response, std::string_view trace_id,
               int64_t nanoseconds) {
    if (all_ || response.status == 500) Write(request, response, trace_id, nanoseconds);
  }

 private:
  void Write(const http::Request& request, const http::Response& response, std::string_view trace_id,
             int64_t nanoseconds);

  const bool all_;
  mutable std::mutex mutex_;
  std::deque<std::string> errors_;  // guarded by mutex_
};

// A line about the server itself: {"time","level","message"}.
void LogMessage(std::string_view level, std::string_view message);

}  // namespace scoreway::http
