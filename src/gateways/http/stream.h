// Stream: a client's socket, plain or within TLS. The plain one is called directly; what TLS needs lies in stream.cc,
// so that only that file pays for its headers. Belongs to one thread. At most one read and one write at a time.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace scoreway::http {

class TlsContext;

class Stream {
 public:
  using Executor = boost::asio::io_context::executor_type;  // concrete, so that no call goes through a type eraser
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
  using error_code = boost::system::error_code;
  using Buffers = std::array<boost::asio::const_buffer, 2>;

  // `tls`, or null for a plain one, must outlive this.
  Stream(Socket socket, TlsContext* tls);
  ~Stream();

  bool is_tls() const { return tls_ != nullptr; }
  Executor executor() { return socket_.get_executor(); }

  // TLS only, before anything else.
  void AsyncHandshake(std::function<void(const error_code&)> done);

  // `done` is called with the error and the number of bytes.
  template <typename Done>
  void AsyncRead(boost::asio::mutable_buffer buffer, Done done) {
    if (tls_ != nullptr) return AsyncTlsRead(buffer, std::move(done));
    socket_.async_read_some(buffer, std::move(done));
  }
  template <typename Done>
  void AsyncWrite(const Buffers& buffers, Done done) {
    if (tls_ != nullptr) return AsyncTlsWrite(buffers, std::move(done));
    socket_.async_write_some(buffers, std::move(done));
  }
  // `done` is called when there is something to read: bytes, the peer's end, or a fault.
  template <typename Done>
  void AsyncWaitReadable(Done done) {
    socket_.async_wait(Socket::wait_read, std::move(done));
  }
  enum class Peer { kThere, kSendsNoMore, kGone };
  Peer LookAtPeer();
  // What can be sent without waiting: nothing, with would_block, within TLS.
  size_t WriteNow(const Buffers& buffers, error_code& ec);

  // No more is sent; the peer sees the end.
  void ShutdownSend(error_code& ec) { socket_.shutdown(Socket::shutdown_send, ec); }
  void Close();

 private:
  struct Tls;
  using Done = std::function<void(const error_code&, size_t)>;
  void AsyncTlsRead(boost::asio::mutable_buffer buffer, Done done);
  void AsyncTlsWrite(const Buffers& buffers, Done done);

  Socket socket_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace scoreway::http
