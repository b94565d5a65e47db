#include "gateways/client/timed_connection.h"

#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace scoreway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

struct TimedConnection::Impl {
  explicit Impl(std::chrono::milliseconds timeout) : end(std::chrono::steady_clock::now() + timeout) {}

  // Starts a step and waits for it. `start` is given what the step calls at its end.
  template <typename Start>
  Status Await(const char* what, const Start& start) {
    error_code fault;
    start([this, &fault](error_code told, size_t bytes) {
      fault = told;
      count = bytes;
    });
    io.restart();
    io.run_until(end);
    if (!io.stopped()) fault = asio::error::timed_out;
    if (!fault) return {};
    return Status(Code::kUnavailable, std::string(what) + " (" + fault.message() + ")");
  }

  std::chrono::steady_clock::time_point end;
  asio::io_context io;
  tcp::socket socket{io};
  asio::ssl::context tls{asio::ssl::context::tls_client};
  std::optional<asio::ssl::stream<tcp::socket&>> stream;
  size_t count = 0;  // bytes of the step that ended last
};

TimedConnection::TimedConnection(std::chrono::milliseconds timeout) : impl_(std::make_unique<Impl>(timeout)) {}
TimedConnection::~TimedConnection() = default;

void TimedConnection::Renew(std::chrono::milliseconds timeout) {
  impl_->end = std::chrono::steady_clock::now() + timeout;
}

Status TimedConnection::Connect(const std::string& host, const std::string& port) {
  tcp::resolver resolver(impl_->io);
  tcp::resolver::results_type addresses;
  SCOREWAY_RETURN_IF_ERROR(impl_->Await("its name is not found", [&](auto done) {
    resolver.async_resolve(host, port, [&addresses, done](error_code fault, auto found) {
      addresses = std::move(found);
      done(fault, 0);
    });
  }));
  return impl_->Await("no connection", [&](auto done) {
    asio::async_connect(impl_->socket, addresses, [done](error_code fault, const tcp::endpoint&) { done(fault, 0); });
  });
}

Status TimedConnection::StartTls(const std::string& host) {
  impl_->tls.set_default_verify_paths();
  impl_->tls.set_verify_mode(asio::ssl::verify_peer);
  auto& stream = impl_->stream.emplace(impl_->socket, impl_->tls);
  stream.set_verify_callback(asio::ssl::host_name_verification(host));
  SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  return impl_->Await("no TLS", [&](auto done) {
    stream.async_handshake(asio::ssl::stream_base::client, [done](error_code fault) { done(fault, 0); });
  });
}

Status TimedConnection::Write(std::string_view bytes) {
  return impl_->Await("it does not read", [&](auto done) {
    impl_->stream ? asio::async_write(*impl_->stream, asio::buffer(bytes), done)
                  : asio::async_write(impl_->socket, asio::buffer(bytes), done);
  });
}

Status TimedConnection::Read(size_t bytes_max, std::string* bytes) {
  const size_t size = bytes->size();
  bytes->resize(size + bytes_max);
  const auto place = asio::buffer(bytes->data() + size, bytes_max);
  Status status = impl_->Await("no answer", [&](auto done) {
    impl_->stream ? impl_->stream->async_read_some(place, done) : impl_->socket.async_read_some(place, done);
  });
  bytes->resize(size + (status.ok() ? impl_->count : 0));
  return status;
}

}  // namespace scoreway
