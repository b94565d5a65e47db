// RequestLog: a line of JSON on standard error for requests: all of them if wanted, else those that failed by a fault
// of ours. Written with one call each, by our own JsonWriter: a logging library would bring two shared libraries to a
// binary that is meant to be copied. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateways/http/request.h"
#include "gateways/http/response.h"

namespace scoreway::http {

class RequestLog {
 public:
  explicit RequestLog(bool all) : all_(all) {}

  void Request(const http::Request& request, const http::Response& response, int64_t nanoseconds) const {
    if (all_ || response.status == 500) Write(request, response, nanoseconds);
  }

 private:
  void Write(const http::Request& request, const http::Response& response, int64_t nanoseconds) const;

  const bool all_;
};

// A line about the server itself: {"time","level","message"}.
void LogMessage(std::string_view level, std::string_view message);

}  // namespace scoreway::http
