// GET /v1/streams/NAME/events: the answers of a stream as they are committed, as server-sent events.
#include <utility>

#include "gateways/http/handlers.h"
#include "gateways/http/registry_call.h"
#include "service/stream_events.h"

namespace scoreway::http {
namespace {

class EventBody final : public LiveBody {
 public:
  explicit EventBody(std::shared_ptr<EventBuffer> buffer) : buffer_(std::move(buffer)) {}
  ~EventBody() override { buffer_->Leave(); }

  void Wait(std::function<void()> ready) override { buffer_->Wait(std::move(ready)); }
  std::string Take() override { return buffer_->Take(); }

 private:
  const std::shared_ptr<EventBuffer> buffer_;
};

}  // namespace

void HandleStreamEvents(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<EventBuffer> buffer,
                              gateway.service().stream_events->Follow(std::string(call.parameters[0])));
    Response& response = call.response();
    response.content_type = "text/event-stream";
    response.AddHeader("Cache-Control", "no-store");
    response.body = ": events begin\n\n";
    response.live = std::make_shared<EventBody>(std::move(buffer));
    return {};
  });
}

}  // namespace scoreway::http
