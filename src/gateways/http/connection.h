// Connection: one client's socket: reads requests, has them handled one after the other, sends the answers in order.
//
// What it does next is decided in one place, Advance, from four facts: there is output to send, a write is under way, a
// request is being worked on elsewhere (parked), there are bytes to parse. Belongs to one IoThread. Lives as long as a
// read, a write or a parked request holds it.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateways/http/exchange.h"
#include "gateways/http/io_thread.h"
#include "gateways/http/request_parser.h"

namespace scoreway::http {

class WebSocket;

class Connection final : public std::enable_shared_from_this<Connection>,
                         public Exchange,
                         private RequestParser::Listener {
 public:
  Connection(IoThread* thread, Stream::Socket socket, TlsContext* tls);
  ~Connection() override;

  void Start();
  // Ends the connection at once.
  void Close();
  // No further request but one that is on its way.
  void Drain();
  // Ends or answers what has taken too long.
  void CheckDeadline(int64_t now_micros);

  unsigned slot() const override { return thread_->slot(); }
  void RunOn(WorkerPool& pool, const Lane& lane, std::function<void(Exchange&)> work) override;
  Resumer Suspend() override;

  int64_t deadline_micros() const { return deadline_micros_; }

  Connection* next() const { return next_; }
  Connection* previous() const { return previous_; }
  void set_next(Connection* next) { next_ = next; }
  void set_previous(Connection* previous) { previous_ = previous; }

 private:
  using error_code = boost::system::error_code;

  enum class Phase : uint8_t { kIdle, kHead, kBody, kWorking, kSuspended, kLingering };
  enum class Step : uint8_t { kNeedsInput, kAnswered, kParked };

  class Turn;
  class QueuedWork;

  int64_t OnHead() override;

  void Advance();
  // Parses what is there; has at most one request handled.
  Step ParseRequest();
  void OnParseError(const error_code& ec);
  Step HandleRequest();
  // The caller's own timeout, by X-Request-Timeout-Ms: work begins before it has passed, or not at all. False: it is no
  // number or has passed, and that is the answer.
  bool TakeTimeout();
  // Hands a piece of the body to the dispatcher.
  Step TakePiece();
  Step PieceTaken();
  // Runs a handler behind the catch-all of this door.
  template <typename Work>
  void Guarded(Work&& work);
  // Turns response() into output and makes ready for the next request.
  void FinishResponse();
  void AppendHead(bool keep_alive, int64_t now_micros);
  void Refuse(int status, std::string_view code, std::string_view detail);
  // On the pool's thread: the turn has come, or there is none.
  void DoWork(const std::function<void(Exchange&)>& work);
  // Notices when the peer ends the connection while its request waits.
  void WatchForHangUp();
  void OnReadableWhileParked();
  // Whether the request waits and will not be worked on any more: it is this thread's again, and not parked.
  bool TakeBack();
  // The parked request has its answer, or its piece is taken.
  void Answered();
  void FinishWork();
  // The next bytes of a body that is fetched while it is sent.
  void FetchPiece();
  void PieceFetched();
  // The same of a body that comes when it comes.
  void AwaitLive();
  void TakeLive();
  // From now on the connection is a WebSocket, and ends as one.
  void BeginWebSocket();

  void Read();
  void OnRead(const error_code& ec, size_t size);
  void OnEndOfInput();
  // True: all is sent. False: an asynchronous write goes on, or the connection is closed.
  bool Flush();
  void WriteRest();
  bool TakeSent(size_t size);
  void Linger();
  void SetDeadline(std::chrono::milliseconds timeout);
  void SetDeadlineAt(int64_t micros);
  void StartRequest();

  IoThread* const thread_;
  Stream stream_;
  Connection* next_ = nullptr;
  Connection* previous_ = nullptr;

  // Input: bytes [begin, end) of the buffer are read and not parsed.
  std::vector<char> input_;
  size_t input_begin_ = 0, input_end_ = 0;
  std::optional<RequestParser> parser_;
  uint64_t body_mark_ = 0;  // bytes of body at which body_timeout begins anew
  bool reading_ = false;
  bool input_ended_ = false;

  // Output: head and small bodies in output_, then the large body, if any, where it lies.
  std::string output_;
  std::shared_ptr<const void> large_owner_;
  std::string large_body_;
  std::shared_ptr<BodySource> source_;  // of what is yet to be sent of the last answer's body
  WorkerPool* source_pool_ = nullptr;
  uint64_t source_left_ = 0;
  std::shared_ptr<LiveBody> live_;  // of what is yet to come of it
  std::unique_ptr<WebSocket> web_socket_;
  std::string fetched_;
  bool fetch_failed_ = false;
  std::array<boost::asio::const_buffer, 2> unsent_;
  bool writing_ = false;

  Phase phase_ = Phase::kIdle;
  bool closed_ = false;
  bool close_after_answer_ = false;
  bool answered_while_writing_ = false;
  bool taking_piece_ = false;
  bool parked_ = false;
  bool watching_ = false;
  bool hung_up_ = false;
  uint64_t ticket_ = 0;
  std::shared_ptr<Turn> turn_;  // of the request that was last given to a pool
  int64_t deadline_micros_ = 0;
  int64_t request_start_micros_ = 0;
  int64_t work_deadline_micros_ = 0;
  std::atomic<bool> abandoned_{false};  // read by the pool: nobody waits for the answer
};

}  // namespace scoreway::http
