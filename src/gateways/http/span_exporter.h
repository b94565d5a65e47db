// SpanExporter: sends the spans of requests to a collector, as OTLP over HTTP with JSON.
//
// Add takes a span into a bounded queue and returns; a thread of the exporter's sends what has gathered. What does not
// fit, or what the collector does not take within the timeout, is dropped and counted: a trace is worth no request's
// time. Add and counts may be called from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "gateways/http/http_post.h"
#include "service/trace_context.h"

namespace scoreway::http {

struct Span {
  TraceContext trace;
  std::string name;    // of the route: "POST /v1/models/{model}:predict"
  std::string method;  // "POST"
  std::string route;   // "/v1/models/{model}:predict"
  std::string path;    // as it was asked for
  int64_t start_micros = 0;
  int64_t nanoseconds = 0;
  int status = 0;
};

struct SpanExporterOptions {
  std::string
      endpoint;  // "http://HOST:PORT" or https of the collector, /v1/traces is put behind; empty: nothing is sent
  std::string service_name = "scoreway";
  double sample = 0;        // of the requests that come without a trace, the part that begins one that is sent
  size_t spans_max = 4096;  // that wait
  std::chrono::milliseconds interval{1000};
  std::chrono::milliseconds timeout{5000};
  // Told why spans cannot be sent, at most once a minute.
  std::function<void(const std::string& message)> tell = {};
};

struct SpanCounts {
  uint64_t sent = 0, dropped = 0;
};

// The request's body for these spans.
std::string OtlpJson(const std::vector<Span>& spans, std::string_view service_name);

class SpanExporter {
 public:
  // kInvalidArgument: the endpoint is no URL of http or https.
  static Result<std::unique_ptr<SpanExporter>> Start(SpanExporterOptions options);
  // Sends what waits, within the timeout.
  ~SpanExporter();
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;

  void Add(Span span);
  SpanCounts counts() const;
  double sample() const { return options_.sample; }

 private:
  SpanExporter(SpanExporterOptions options, HttpUrl url);

  void Run();
  Status Send(std::string body) const;
  void Tell(const std::string& message);

  const SpanExporterOptions options_;
  const HttpUrl url_;
  std::chrono::steady_clock::time_point next_tell_{};  // of the exporter's thread
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Span> waiting_;  // guarded by mutex_
  SpanCounts counts_;          // guarded by mutex_
  bool stopping_ = false;      // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway::http
