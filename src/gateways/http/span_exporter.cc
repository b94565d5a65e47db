#include "gateways/http/span_exporter.h"

#include <utility>

#include "base/name_thread.h"
#include "data/codec/json_writer.h"

namespace scoreway::http {
namespace {

constexpr int kServerSpan = 2;
constexpr int kErrorStatus = 2;
constexpr std::string_view kOtlpPort = "4318";
constexpr size_t kSpansAtOnce = 512;
constexpr std::chrono::minutes kTellInterval{1};

void WriteAttribute(std::string_view key, std::string_view type, std::string_view value, JsonWriter* json) {
  json->BeginObject();
  json->StringField("key", key);
  json->Key("value");
  json->BeginObject();
  json->StringField(type, value);
  json->EndObject();
  json->EndObject();
}

void WriteSpan(const Span& span, JsonWriter* json) {
  const int64_t start = span.start_micros * 1000;
  json->BeginObject();
  json->StringField("traceId", span.trace.trace_id);
  json->StringField("spanId", span.trace.span_id);
  if (!span.trace.parent_id.empty()) json->StringField("parentSpanId", span.trace.parent_id);
  json->StringField("name", span.name);
  json->IntField("kind", kServerSpan);
  json->StringField("startTimeUnixNano", std::to_string(start));
  json->StringField("endTimeUnixNano", std::to_string(start + span.nanoseconds));
  json->Key("attributes");
  json->BeginArray();
  WriteAttribute("http.request.method", "stringValue", span.method, json);
  WriteAttribute("http.route", "stringValue", span.route, json);
  WriteAttribute("url.path", "stringValue", span.path, json);
  WriteAttribute("http.response.status_code", "intValue", std::to_string(span.status), json);
  json->EndArray();
  if (span.status >= 500) {
    json->Key("status");
    json->BeginObject();
    json->IntField("code", kErrorStatus);
    json->EndObject();
  }
  json->EndObject();
}

}  // namespace

std::string OtlpJson(const std::vector<Span>& spans, std::string_view service_name) {
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("resourceSpans");
  json.BeginArray();
  json.BeginObject();
  json.Key("resource");
  json.BeginObject();
  json.Key("attributes");
  json.BeginArray();
  WriteAttribute("service.name", "stringValue", service_name, &json);
  json.EndArray();
  json.EndObject();
  json.Key("scopeSpans");
  json.BeginArray();
  json.BeginObject();
  json.Key("scope");
  json.BeginObject();
  json.StringField("name", "scoreway");
  json.StringField("version", SCOREWAY_VERSION);
  json.EndObject();
  json.Key("spans");
  json.BeginArray();
  for (const Span& span : spans) WriteSpan(span, &json);
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return body;
}

Result<std::unique_ptr<SpanExporter>> SpanExporter::Start(SpanExporterOptions options) {
  SCOREWAY_ASSIGN_OR_RETURN(HttpUrl url, ParseHttpUrl(options.endpoint, kOtlpPort));
  while (url.path.ends_with('/')) url.path.pop_back();
  url.path += "/v1/traces";
  return std::unique_ptr<SpanExporter>(new SpanExporter(std::move(options), std::move(url)));
}

SpanExporter::SpanExporter(SpanExporterOptions options, HttpUrl url)
    : options_(std::move(options)), url_(std::move(url)), thread_([this] { Run(); }) {}

SpanExporter::~SpanExporter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SpanExporter::Add(Span span) {
  bool is_enough = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.spans_max) {
      ++counts_.dropped;
      return;
    }
    waiting_.push_back(std::move(span));
    is_enough = waiting_.size() == kSpansAtOnce;
  }
  if (is_enough) changed_.notify_all();
}

SpanCounts SpanExporter::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void SpanExporter::Run() {
  NameThread("spans");
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_for(lock, options_.interval, [this] { return stopping_ || waiting_.size() >= kSpansAtOnce; });
    const bool is_last = stopping_;
    const std::vector<Span> spans = std::exchange(waiting_, {});
    if (!spans.empty()) {
      lock.unlock();
      const Status sent = Send(OtlpJson(spans, options_.service_name));
      if (!sent.ok()) Tell(std::to_string(spans.size()) + " spans cannot be sent: " + sent.ToString());
      lock.lock();
      (sent.ok() ? counts_.sent : counts_.dropped) += spans.size();
    }
    if (is_last) return;
  }
}

Status SpanExporter::Send(std::string body) const {
  SCOREWAY_ASSIGN_OR_RETURN(const int status, http::Send({.url = url_, .body = std::move(body)}, options_.timeout));
  if (status / 100 == 2) return {};
  return Status(Code::kUnavailable, "the collector answers " + std::to_string(status));
}

void SpanExporter::Tell(const std::string& message) {
  const auto now = std::chrono::steady_clock::now();
  if (!options_.tell || now < next_tell_) return;
  next_tell_ = now + kTellInterval;
  options_.tell(message);
}

}  // namespace scoreway::http
