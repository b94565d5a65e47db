#include "gateways/http/request_log.h"

#include <unistd.h>

#include <string>

#include "base/clock.h"
#include "base/utc_time.h"
#include "data/codec/json_writer.h"

namespace scoreway::http {
namespace {

constexpr size_t kErrorsKept = 20;

void WriteLine(std::string line) {
  line += '\n';
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void RequestLog::Write(const http::Request& request, const http::Response& response, std::string_view trace_id,
                       int64_t nanoseconds) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.StringField("time", FormatUtc(SystemClock().NowMicros()));
  json.StringField("level", response.status == 500 ? "error" : "info");
  json.StringField("method", MethodName(request.method()));
  json.StringField("path", request.path());
  json.IntField("status", response.status);
  json.IntField("microseconds", nanoseconds / 1000);
  json.UintField("bytes_in", request.body().size());
  json.UintField("bytes_out", response.body_size());
  if (!trace_id.empty()) json.StringField("trace_id", trace_id);
  if (response.status == 500) json.StringField("problem", response.body);
  json.EndObject();
  if (response.status == 500) {
    const std::lock_guard lock(mutex_);
    errors_.push_back(line);
    if (errors_.size() > kErrorsKept) errors_.pop_front();
  }
  WriteLine(std::move(line));
}

std::vector<std::string> RequestLog::LastErrors() const {
  const std::lock_guard lock(mutex_);
  return {errors_.begin(), errors_.end()};
}

void LogMessage(std::string_view level, std::string_view message) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  json.StringField("time", FormatUtc(SystemClock().NowMicros()));
  json.StringField("level", level);
  json.StringField("message", message);
  json.EndObject();
  WriteLine(std::move(line));
}

}  // namespace scoreway::http
