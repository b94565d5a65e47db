// WebSocket: what a connection becomes when its request asks for one: text messages to the client, one behind the
// other. What the client says is passed over, but for the end and the answers to our pings: one that does not give them
// is let go. Beast knows the protocol; included by connection.cc only. Belongs to the connection's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateways/http/request.h"
#include "gateways/http/stream.h"

namespace scoreway::http {

class WebSocket {
 public:
  // The stream, at the end of the request's head, must outlive this and all of its calls. `owner` is kept until they
  // are over.
  WebSocket(Stream& stream, const Request& request, std::shared_ptr<void> owner);
  ~WebSocket();

  // Answers the request, and calls `done` with whether the client may be sent messages now. `gone` is called, at any
  // time after that, when the client has ended or does not answer.
  void Accept(std::function<void(bool)> done, std::function<void()> gone);
  // Sends a message for each line, and a ping for each empty one; calls `done` with whether it could.
  void Send(std::string lines, std::function<void(bool)> done);
  // Says goodbye; calls `done` when the client has answered, or does not.
  void End(std::function<void()> done);
  // Nothing is called any more; the stream is to be closed.
  void Forget();

 private:
  struct Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace scoreway::http
