#include "gateways/http/span_exporter.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "data/codec/json_writer.h"

namespace scoreway::http {
namespace {

namespace beast = boost::beast;
namespace net = boost::asio;
using boost::system::error_code;

constexpr int kServerSpan = 2;
constexpr int kErrorStatus = 2;
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

// One request after the other of a connection that is made for it, all within the timeout.
class Sender {
 public:
  Sender(const std::string& host, const std::string& target, const std::string& body) : resolver_(io_), stream_(io_) {
    request_.method(beast::http::verb::post);
    request_.target(target);
    request_.version(11);
    request_.set(beast::http::field::host, host);
    request_.set(beast::http::field::content_type, "application/json");
    request_.set(beast::http::field::connection, "close");
    request_.body() = body;
    request_.prepare_payload();
  }

  Status Send(const std::string& host, const std::string& port, std::chrono::milliseconds timeout) {
    stream_.expires_after(timeout);
    resolver_.async_resolve(
        host, port, [this](const error_code& ec, const net::ip::tcp::resolver::results_type& found) {
          if (Failed(ec)) return;
          stream_.async_connect(found, [this](const error_code& connected, const net::ip::tcp::endpoint&) {
            if (Failed(connected)) return;
            Write();
          });
        });
    io_.run();
    if (error_) return Status(Code::kUnavailable, error_.message());
    const int status = static_cast<int>(response_.result_int());
    if (status / 100 == 2) return {};
    return Status(Code::kUnavailable, "the collector answers " + std::to_string(status));
  }

 private:
  bool Failed(const error_code& ec) {
    error_ = ec;
    return static_cast<bool>(ec);
  }
  void Write() {
    beast::http::async_write(stream_, request_, [this](const error_code& ec, size_t) {
      if (Failed(ec)) return;
      beast::http::async_read(stream_, buffer_, response_, [this](const error_code& read, size_t) { Failed(read); });
    });
  }

  net::io_context io_;
  net::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  beast::http::request<beast::http::string_body> request_;
  beast::flat_buffer buffer_{size_t{64} << 10};
  beast::http::response<beast::http::string_body> response_;
  error_code error_;
};

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
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = options.endpoint;
  if (rest.starts_with("https://")) {
    return Error{Code::kUnsupported, "spans are sent over http only: name a collector nearby", options.endpoint};
  }
  if (!rest.starts_with(kScheme)) return Error{Code::kInvalidArgument, "not http://HOST[:PORT]", options.endpoint};
  rest.remove_prefix(kScheme.size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view base = rest.substr(slash);
  while (base.ends_with('/')) base.remove_suffix(1);
  const std::string_view place = rest.substr(0, slash);
  const size_t colon = place.rfind(':');
  const bool has_port = colon != std::string_view::npos && !place.ends_with(']');
  Address address{std::string(place.substr(0, has_port ? colon : place.size())),
                  has_port ? std::string(place.substr(colon + 1)) : "4318", std::string(base) + "/v1/traces"};
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host.empty() || address.port.empty()) {
    return Error{Code::kInvalidArgument, "not http://HOST[:PORT]", options.endpoint};
  }
  return std::unique_ptr<SpanExporter>(new SpanExporter(std::move(options), std::move(address)));
}

SpanExporter::SpanExporter(SpanExporterOptions options, Address address)
    : options_(std::move(options)), address_(std::move(address)), thread_([this] { Run(); }) {}

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

Status SpanExporter::Send(const std::string& body) const {
  try {
    return Sender(address_.host, address_.path, body).Send(address_.host, address_.port, options_.timeout);
  } catch (const std::exception& e) {
    return Status(Code::kUnavailable, e.what());
  }
}

void SpanExporter::Tell(const std::string& message) {
  const auto now = std::chrono::steady_clock::now();
  if (!options_.tell || now < next_tell_) return;
  next_tell_ = now + kTellInterval;
  options_.tell(message);
}

}  // namespace scoreway::http
