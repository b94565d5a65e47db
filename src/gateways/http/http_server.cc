#include "gateways/http/http_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "gateways/http/io_thread.h"

namespace scoreway::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kFullAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

std::string Text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

struct HttpServer::Impl {
  Impl(const HttpOptions& http_options, const std::shared_ptr<TlsContext>& tls, Dispatcher* dispatcher)
      : options(http_options) {
    unsigned count = options.threads != 0 ? options.threads : std::thread::hardware_concurrency();
    count = std::max(count, 1U);
    for (unsigned i = 0; i < count; ++i) {
      threads.push_back(std::make_unique<IoThread>(options, tls, dispatcher, i));
    }
  }

  Status Listen() {
    error_code ec;
    const net::ip::address address = net::ip::make_address(options.address, ec);
    if (ec) return Status(Code::kInvalidArgument, "not an IP address to listen on: " + options.address);
    const tcp::endpoint wanted(address, options.port);
    acceptor.open(wanted.protocol(), ec);
    if (!ec) acceptor.set_option(net::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.bind(wanted, ec);
    if (!ec) acceptor.listen(kBacklog, ec);
    if (!ec) acceptor.non_blocking(true, ec);
    if (!ec) endpoint = acceptor.local_endpoint(ec);
    if (!ec) return {};
    if (ec == net::error::address_in_use) {
      return Status(Code::kUnavailable,
                    "port " + std::to_string(options.port) + " of " + options.address + " is in use; choose another");
    }
    return Status(ec == net::error::access_denied ? Code::kPermissionDenied : Code::kUnavailable,
                  "cannot listen on " + Text(wanted) + ": " + ec.message());
  }

  void WaitForConnections() {
    acceptor.async_wait(tcp::acceptor::wait_read, [this](const error_code& ec) {
      if (ec || draining) return;
      if (AcceptAll()) return WaitForConnections();
      timer.expires_after(kAcceptPause);
      timer.async_wait([this](const error_code& canceled) {
        if (!canceled && !draining) WaitForConnections();
      });
    });
  }

  // False: out of descriptors or memory; worth a pause.
  bool AcceptAll() {
    for (;;) {
      const int descriptor = ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
      const int one = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      Assign(descriptor);
    }
  }

  size_t connection_count() const {
    size_t total = 0;
    for (const auto& thread : threads) total += thread->connection_count();
    return total;
  }

  void Assign(int descriptor) {
    size_t total = 0;
    IoThread* least = threads.front().get();
    for (const auto& thread : threads) {
      total += thread->connection_count();
      if (thread->connection_count() < least->connection_count()) least = thread.get();
    }
    if (total < options.connections_max) return least->Adopt(descriptor, endpoint.address().is_v6());
    [[maybe_unused]] const ssize_t sent = ::send(descriptor, kFullAnswer.data(), kFullAnswer.size(), MSG_NOSIGNAL);
    ::close(descriptor);
  }

  void Drain() {
    if (draining) return CutOff();
    draining = true;
    if (on_drain) on_drain();
    // Connections that the kernel has completed already are served too.
    AcceptAll();
    error_code ignored;
    acceptor.close(ignored);
    for (const auto& thread : threads) thread->Drain();
    timer.expires_after(options.drain_timeout);
    timer.async_wait([this](const error_code& ec) {
      if (!ec) CutOff();
    });
    // Waiting for the threads must not keep this one from a second signal.
    waiter = std::thread([this] {
      for (const auto& thread : threads) thread->Join();
      net::post(io, [this] { io.stop(); });
    });
  }

  void CutOff() {
    for (const auto& thread : threads) thread->Stop();
  }

  const HttpOptions options;
  net::io_context io;
  tcp::acceptor acceptor{io};
  tcp::endpoint endpoint;
  net::steady_timer timer{io};
  std::vector<std::unique_ptr<IoThread>> threads;
  std::thread waiter;
  bool draining = false;
  std::function<void()> on_drain;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  for (const auto& thread : impl_->threads) thread->Stop();
  for (const auto& thread : impl_->threads) thread->Join();
  if (impl_->waiter.joinable()) impl_->waiter.join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options, Dispatcher* dispatcher) {
  std::shared_ptr<TlsContext> tls;
  if (!options.tls.certificate_file.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(tls, TlsContext::Load(options.tls));
  }
  auto impl = std::make_unique<Impl>(options, tls, dispatcher);
  SCOREWAY_RETURN_IF_ERROR(impl->Listen());
  for (const auto& thread : impl->threads) thread->Start();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const { return impl_->endpoint.port(); }
std::string HttpServer::address() const { return Text(impl_->endpoint); }
unsigned HttpServer::thread_count() const { return static_cast<unsigned>(impl_->threads.size()); }

size_t HttpServer::connection_count() const { return impl_->connection_count(); }

void HttpServer::Run(bool stop_on_signals, const std::function<void()>& on_ready, std::function<void()> on_drain) {
  Impl& impl = *impl_;
  impl.on_drain = std::move(on_drain);
  net::signal_set signals(impl.io);
  std::function<void()> wait_for_signal = [&] {
    signals.async_wait([&](const error_code& ec, int) {
      if (ec) return;
      impl.Drain();
      wait_for_signal();
    });
  };
  if (stop_on_signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    wait_for_signal();
  }
  impl.WaitForConnections();
  if (on_ready) on_ready();
  impl.io.run();
  if (impl.waiter.joinable()) impl.waiter.join();
}

void HttpServer::Stop() {
  net::post(impl_->io, [impl = impl_.get()] { impl->Drain(); });
}

}  // namespace scoreway::http
