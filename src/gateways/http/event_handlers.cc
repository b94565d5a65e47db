// GET /v1/streams/NAME/events: the answers of a stream as they are committed, as server-sent events, or where the
// request asks for a WebSocket as its messages.
#include <algorithm>
#include <utility>

#include "data/codec/json_writer.h"

#include "gateways/http/handlers.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/web_socket_request.h"
#include "service/stream_events.h"

namespace scoreway::http {
namespace {

// An event as service/stream_events.cc writes it, as a line; a comment as an empty one.
void AppendAsLine(std::string_view event, std::string* lines) {
  if (!event.starts_with(':')) {
    JsonWriter json(lines);
    json.BeginObject();
    while (!event.empty()) {
      const size_t end = std::min(event.find('\n'), event.size());
      const std::string_view field = event.substr(0, end);
      event.remove_prefix(std::min(end + 1, event.size()));
      const size_t colon = field.find(": ");
      if (colon == std::string_view::npos) continue;
      json.Key(field.substr(0, colon));
      const std::string_view value = field.substr(colon + 2);
      field.starts_with("data") ? json.Raw(value) : json.String(value);
    }
    json.EndObject();
  }
  lines->push_back('\n');
}

std::string AsLines(std::string_view events) {
  std::string lines;
  while (!events.empty()) {
    const size_t end = std::min(events.find("\n\n"), events.size());
    AppendAsLine(events.substr(0, end), &lines);
    events.remove_prefix(std::min(end + 2, events.size()));
  }
  return lines;
}

class EventBody final : public LiveBody {
 public:
  EventBody(std::shared_ptr<EventBuffer> buffer, bool is_web_socket)
      : buffer_(std::move(buffer)), is_web_socket_(is_web_socket) {}
  ~EventBody() override { buffer_->Leave(); }

  void Wait(std::function<void()> ready) override { buffer_->Wait(std::move(ready)); }
  std::string Take() override {
    std::string events = buffer_->Take();
    return is_web_socket_ ? AsLines(events) : events;
  }

 private:
  const std::shared_ptr<EventBuffer> buffer_;
  const bool is_web_socket_;
};

}  // namespace

void HandleStreamEvents(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const bool is_web_socket = AsksForWebSocket(call.request());
    if (is_web_socket) SCOREWAY_RETURN_IF_ERROR(CheckWebSocketRequest(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<EventBuffer> buffer,
                              gateway.service().stream_events->Follow(std::string(call.parameters[0])));
    Response& response = call.response();
    response.live = std::make_shared<EventBody>(std::move(buffer), is_web_socket);
    response.is_web_socket = is_web_socket;
    if (is_web_socket) {
      response.status = 101;
      return {};
    }
    response.content_type = "text/event-stream";
    response.AddHeader("Cache-Control", "no-store");
    response.body = ": events begin\n\n";
    return {};
  });
}

}  // namespace scoreway::http
