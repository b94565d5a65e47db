#include "gateways/http/web_socket.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <utility>

namespace scoreway::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using error_code = boost::system::error_code;

namespace {

// Of what a client says, which is passed over.
constexpr size_t kMessageBytesMax = 4096;
constexpr std::chrono::seconds kHandshakeTimeout{10};
// Without a sign of life the client is pinged after half of it, and let go at its end.
constexpr std::chrono::seconds kIdleTimeout{20};

// Our Stream as Beast wants one. What is to be called may be moved only, and our Stream copies it.
struct Layer {
  using executor_type = Stream::Executor;

  Stream* stream;
  executor_type executor;

  executor_type get_executor() const { return executor; }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    const auto first = net::buffer_sequence_begin(buffers);
    const auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    stream->AsyncRead(net::mutable_buffer(*first),
                      [shared](const error_code& ec, size_t size) { (*shared)(ec, size); });
  }

  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    Stream::Buffers some;
    size_t count = 0;
    for (auto at = net::buffer_sequence_begin(buffers); at != net::buffer_sequence_end(buffers); ++at) {
      const net::const_buffer buffer(*at);
      if (buffer.size() == 0) continue;
      some[count++] = buffer;
      if (count == some.size()) break;
    }
    const auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    stream->AsyncWrite(some, [shared](const error_code& ec, size_t size) { (*shared)(ec, size); });
  }
};

// How Beast ends what is beneath it.
void beast_close_socket(Layer& layer) { layer.stream->Close(); }

[[maybe_unused]] void teardown(beast::role_type, Layer& layer, error_code& ec) { layer.stream->ShutdownSend(ec); }

template <typename Handler>
void async_teardown(beast::role_type, Layer& layer, Handler&& handler) {
  error_code ec;
  layer.stream->ShutdownSend(ec);
  const auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
  net::post(layer.executor, [shared, ec] { (*shared)(ec); });
}

}  // namespace

struct WebSocket::Impl : std::enable_shared_from_this<WebSocket::Impl> {
  Impl(Stream& stream, std::shared_ptr<void> kept)
      : socket(Layer{&stream, stream.executor()}), owner(std::move(kept)) {}

  void Read() {
    socket.async_read(said, [self = shared_from_this()](const error_code& ec, size_t) {
      self->said.clear();
      if (!ec) return self->Read();
      if (auto told = std::exchange(self->gone, nullptr)) told();
    });
  }

  // The next line, or `done`.
  void SendNext() {
    if (at == lines.size()) return Done(true);
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view line = std::string_view(lines).substr(at, end - at);
    at = std::min(end + 1, lines.size());
    if (line.empty()) {
      return socket.async_ping(
          {}, [self = shared_from_this()](const error_code& ec) { ec ? self->Done(false) : self->SendNext(); });
    }
    socket.async_write(
        net::buffer(line.data(), line.size()),
        [self = shared_from_this()](const error_code& ec, size_t) { ec ? self->Done(false) : self->SendNext(); });
  }

  void Done(bool is_sent) {
    if (auto told = std::exchange(done, nullptr)) told(is_sent);
  }

  websocket::stream<Layer, false> socket;
  beast::http::request<beast::http::empty_body> request;
  beast::flat_buffer said{kMessageBytesMax};
  std::string lines;
  size_t at = 0;  // in the lines
  std::function<void(bool)> done;
  std::function<void()> gone;
  const std::shared_ptr<void> owner;
};

WebSocket::WebSocket(Stream& stream, const Request& request, std::shared_ptr<void> owner)
    : impl_(std::make_shared<Impl>(stream, std::move(owner))) {
  beast::http::request<beast::http::empty_body>& asked = impl_->request;
  asked.method(beast::http::verb::get);
  asked.target("/");
  asked.version(11);
  for (const char* name : {"Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
    const std::string_view value = request.Header(name).value_or("");
    asked.set(name, beast::string_view(value.data(), value.size()));
  }
  impl_->socket.set_option(websocket::stream_base::timeout{kHandshakeTimeout, kIdleTimeout, true});
  impl_->socket.set_option(websocket::stream_base::decorator(
      [](websocket::response_type& response) { response.set(beast::http::field::cache_control, "no-store"); }));
  impl_->socket.read_message_max(kMessageBytesMax);
  impl_->socket.text(true);
}

WebSocket::~WebSocket() { Forget(); }

void WebSocket::Accept(std::function<void(bool)> done, std::function<void()> gone) {
  impl_->done = std::move(done);
  impl_->gone = std::move(gone);
  impl_->socket.async_accept(impl_->request, [impl = impl_](const error_code& ec) {
    if (!ec) impl->Read();
    impl->Done(!ec);
  });
}

void WebSocket::Send(std::string lines, std::function<void(bool)> done) {
  impl_->lines = std::move(lines);
  impl_->at = 0;
  impl_->done = std::move(done);
  impl_->SendNext();
}

void WebSocket::End(std::function<void()> done) {
  impl_->gone = nullptr;
  impl_->socket.async_close(websocket::close_code::normal,
                            [impl = impl_, done = std::move(done)](const error_code&) { done(); });
}

void WebSocket::Forget() { impl_->done = nullptr, impl_->gone = nullptr; }

}  // namespace scoreway::http
