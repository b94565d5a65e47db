// Response: what a handler answers. The core writes the head (status line, length, date, connection) and sends it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {
class WorkerPool;
}

namespace scoreway::http {

// The bytes of a body that are fetched while it is sent.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The next bytes, empty at the end; an error ends the connection, so that the peer sees that the body is not whole.
  // May block. One thread at a time.
  virtual Result<std::string> Next() = 0;
};

// A body without an end that is known, whose bytes come when they come. Thread-safe.
class LiveBody {
 public:
  virtual ~LiveBody() = default;
  // Calls `ready` once, from any thread or from within, when there is something to take or the body has ended.
  virtual void Wait(std::function<void()> ready) = 0;
  // What is there; empty: the body has ended.
  virtual std::string Take() = 0;
};

struct Response {
  int status = 200;
  // Of the body; must be a literal or outlive the answer. Empty: no Content-Type line.
  std::string_view content_type = "application/json";
  std::string body;
  // A body that lives elsewhere, sent without copying when its owner is set; `body` is then ignored.
  std::shared_ptr<const void> shared_owner;
  std::string_view shared_body;
  // What follows `body`, if there is more of it than is here: fetched on the pool, up to `source_bytes` with `body`.
  std::shared_ptr<BodySource> source;
  WorkerPool* source_pool = nullptr;
  uint64_t source_bytes = 0;
  // What follows `body` as it comes; the answer ends with the connection.
  std::shared_ptr<LiveBody> live;
  // The connection becomes a WebSocket (web_socket.h): what `live` gives are lines, each a message, an empty one a
  // ping.
  bool is_web_socket = false;
  // Further header lines, each ending with CR LF; see AddHeader.
  std::string headers;
  bool close = false;  // the connection ends with this answer

  // Control characters in the value become spaces, so that no value can begin a line of its own.
  void AddHeader(std::string_view name, std::string_view value);
  size_t body_size() const {
    if (source != nullptr) return source_bytes;
    return shared_owner ? shared_body.size() : body.size();
  }
  // 200 with nothing in it; keeps memory of ordinary size.
  void Clear();
};

// "OK", "Not Found", ...; empty for a status we do not send.
std::string_view ReasonPhrase(int status);

// An answer of problem details (RFC 9457). `code` is the stable name of the error ("INVALID_ARGUMENT"); `place` may be
// empty.
void WriteProblem(int status, std::string_view code, std::string_view detail, std::string_view place,
                  Response* response);

}  // namespace scoreway::http
