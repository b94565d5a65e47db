#include "gateways/http/stream.h"

#include <sys/socket.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "gateways/http/tls_context.h"

namespace scoreway::http {

namespace net = boost::asio;

struct TlsContext::Impl {
  net::ssl::context context{net::ssl::context::tls_server};
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::Load(const TlsOptions& options) {
  auto impl = std::make_unique<Impl>();
  net::ssl::context& context = impl->context;
  boost::system::error_code ec;
  const auto fault = [&](const std::string& file, const std::string& what) {
    return Error{Code::kInvalidArgument, what + ": " + ec.message(), file};
  };
  context.set_options(net::ssl::context::default_workarounds | net::ssl::context::no_sslv2 |
                          net::ssl::context::no_sslv3 | net::ssl::context::no_tlsv1 | net::ssl::context::no_tlsv1_1,
                      ec);
  context.use_certificate_chain_file(options.certificate_file, ec);
  if (ec) return fault(options.certificate_file, "not a certificate (PEM)");
  context.use_private_key_file(options.key_file, net::ssl::context::pem, ec);
  if (ec) return fault(options.key_file, "not the certificate's private key (PEM)");
  if (!options.client_authority_file.empty()) {
    context.load_verify_file(options.client_authority_file, ec);
    if (ec) return fault(options.client_authority_file, "not certificates of authorities (PEM)");
    context.set_verify_mode(net::ssl::verify_peer | net::ssl::verify_fail_if_no_peer_cert, ec);
    // Else clients that come back by a session are refused.
    static constexpr unsigned char kSessions[] = "scoreway";
    SSL_CTX_set_session_id_context(context.native_handle(), kSessions, sizeof kSessions - 1);
  }
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(impl)));
}

struct Stream::Tls {
  Tls(Socket& socket, net::ssl::context& context) : stream(socket, context) {}
  net::ssl::stream<Socket&> stream;
};

Stream::Stream(Socket socket, TlsContext* tls) : socket_(std::move(socket)) {
  if (tls != nullptr) tls_ = std::make_unique<Tls>(socket_, tls->impl().context);
}

Stream::~Stream() = default;

Stream::Peer Stream::LookAtPeer() {
  char byte;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got == 0) return Peer::kSendsNoMore;
  return got > 0 || errno == EAGAIN || errno == EINTR ? Peer::kThere : Peer::kGone;
}

void Stream::AsyncHandshake(std::function<void(const error_code&)> done) {
  tls_->stream.async_handshake(net::ssl::stream_base::server, std::move(done));
}

// A peer that ends without saying so within TLS has ended; whether a request was whole, its own length tells.
void Stream::AsyncTlsRead(net::mutable_buffer buffer, Done done) {
  tls_->stream.async_read_some(buffer, [done = std::move(done)](const error_code& ec, size_t size) {
    done(ec == net::ssl::error::stream_truncated ? error_code(net::error::eof) : ec, size);
  });
}

void Stream::AsyncTlsWrite(const Buffers& buffers, Done done) {
  tls_->stream.async_write_some(buffers, std::move(done));
}

size_t Stream::WriteNow(const Buffers& buffers, error_code& ec) {
  if (tls_ != nullptr) {
    ec = net::error::would_block;
    return 0;
  }
  return buffers[1].size() == 0 ? socket_.write_some(buffers[0], ec) : socket_.write_some(buffers, ec);
}

void Stream::Close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace scoreway::http
