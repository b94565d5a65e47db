#include "gateways/http/connection.h"

#include <sys/uio.h>

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <exception>

#include "gateways/http/web_socket.h"
#include "service/worker_pool.h"

namespace scoreway::http {
namespace {

namespace net = boost::asio;
using boost::beast::http::error;

constexpr size_t kInputBytes = 4 * 1024;
constexpr size_t kBodyInputBytes = 64 * 1024;
constexpr size_t kBodyProgressBytes = 64 * 1024;
constexpr size_t kCopiedBodyBytesMax = 64 * 1024;  // larger bodies are sent from where they lie
constexpr size_t kOutputBytesMax = 256 * 1024;     // of pipelined answers before they are sent
constexpr std::chrono::milliseconds kLingerTimeout{2000};
constexpr std::chrono::milliseconds kHangUpGrace{50};
constexpr std::string_view kWaitedTooLong = "the request waited too long for its turn";
constexpr std::string_view kTimeoutHeader = "X-Request-Timeout-Ms";

void AppendNumber(uint64_t value, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

Connection::Connection(IoThread* thread, Stream::Socket socket, TlsContext* tls)
    : thread_(thread), stream_(std::move(socket), tls), input_(kInputBytes) {
  thread_->Register(this);
  StartRequest();
}

Connection::~Connection() {
  if (state != nullptr) thread_->dispatcher().Discard(std::move(state));
  if (handled) thread_->dispatcher().Abandoned(*this);
  thread_->Unregister(this);
}

void Connection::Start() {
  SetDeadline(thread_->options().idle_timeout);
  if (thread_->draining()) Drain();
  if (!stream_.is_tls()) return Read();
  SetDeadline(thread_->options().head_timeout);
  stream_.AsyncHandshake([self = shared_from_this()](const error_code& ec) {
    if (self->closed_) return;
    if (ec) return self->Close();
    self->SetDeadline(self->thread_->options().idle_timeout);
    self->Read();
  });
}

void Connection::StartRequest() {
  request_.Clear();
  response_.Clear();
  if (state != nullptr) thread_->dispatcher().Discard(std::move(state));
  route = -1;
  is_packed = false;
  piece_bytes = 0;
  caller.clear();
  caller_is_admin = false;
  alias.clear();
  trace = {};
  handled = false;
  hung_up_ = false;
  parser_.emplace(&request_, thread_->options().header_bytes_max, static_cast<RequestParser::Listener*>(this));
  phase_ = Phase::kIdle;
}

void Connection::SetDeadline(std::chrono::milliseconds timeout) {
  SetDeadlineAt(SteadyMicros() + timeout.count() * 1000);
}

void Connection::SetDeadlineAt(int64_t micros) {
  deadline_micros_ = micros;
  thread_->NoteDeadline(micros);
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  abandoned_.store(true, std::memory_order_relaxed);
  stream_.Close();
  // What a pool works on stays until it is done; what merely waits is let go.
  const auto keep = weak_from_this().lock();
  TakeBack();
  live_.reset();
  web_socket_.reset();
}

void Connection::Drain() {
  if (phase_ == Phase::kIdle && source_ == nullptr) {
    SetDeadlineAt(std::min(deadline_micros_, SteadyMicros() + thread_->options().drain_idle.count() * 1000));
  }
}

// ---- deciding
// --------------------------------------------------------------------------------------------------------

void Connection::Advance() {
  while (!closed_ && !writing_ && phase_ != Phase::kLingering && web_socket_ == nullptr) {
    const bool parse = !parked_ && !close_after_answer_ && source_ == nullptr && live_ == nullptr &&
                       large_body_.empty() && large_owner_ == nullptr;
    const Step step = parse ? ParseRequest() : Step::kNeedsInput;
    if (web_socket_ != nullptr) return;
    const bool has_output = !output_.empty() || !large_body_.empty() || large_owner_ != nullptr;
    // Pipelined requests are answered together, as far as their bytes are here.
    const bool more =
        step == Step::kAnswered && input_begin_ < input_end_ && !close_after_answer_ && source_ == nullptr;
    if (more && output_.size() < kOutputBytesMax && large_owner_ == nullptr && large_body_.empty()) continue;
    if (has_output && !Flush()) return;
    if (parked_) return;
    if (source_ != nullptr) return FetchPiece();
    if (live_ != nullptr) return AwaitLive();
    if (close_after_answer_) return Linger();
    if (step == Step::kNeedsInput && parse) return Read();
  }
}

Connection::Step Connection::ParseRequest() {
  while (input_begin_ < input_end_) {
    if (phase_ == Phase::kIdle) {
      phase_ = Phase::kHead;
      request_start_micros_ = SteadyMicros();
      SetDeadlineAt(request_start_micros_ + thread_->options().head_timeout.count() * 1000);
    }
    error_code ec;
    const size_t used = parser_->put(net::const_buffer(input_.data() + input_begin_, input_end_ - input_begin_), ec);
    input_begin_ += used;
    if (ec && ec != error::need_more) {
      OnParseError(ec);
      return Step::kAnswered;
    }
    if (parser_->is_done()) return HandleRequest();
    if (piece_bytes > 0 && request_.body().size() >= piece_bytes) {
      const Step step = TakePiece();
      if (step != Step::kNeedsInput) return step;
    }
    if (ec == error::need_more || used == 0) break;
  }
  if (input_ended_) OnEndOfInput();
  return Step::kNeedsInput;
}

int64_t Connection::OnHead() {
  int64_t body_bytes_max = -1;
  Guarded([&] { body_bytes_max = thread_->dispatcher().Head(*this); });
  phase_ = Phase::kBody;
  body_mark_ = kBodyProgressBytes;
  SetDeadline(thread_->options().body_timeout);
  const bool fits = body_bytes_max >= 0 &&
                    (!parser_->declared_size() || *parser_->declared_size() <= static_cast<uint64_t>(body_bytes_max));
  if (fits && parser_->expects_continue() && !parser_->http10()) output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  return body_bytes_max;
}

void Connection::OnParseError(const error_code& ec) {
  close_after_answer_ = true;  // where the next request would begin is not known any more
  if (parser_->refused()) {
    response_.close = true;
    return FinishResponse();
  }
  if (parser_->too_large()) return Refuse(413, "RESOURCE_EXHAUSTED", "the body is larger than this route takes");
  if (ec == error::header_limit) return Refuse(431, "RESOURCE_EXHAUSTED", "the request's head is too large");
  if (ec == error::bad_version) return Refuse(505, "UNSUPPORTED", "the version of HTTP is not 1.0 or 1.1");
  Refuse(400, "INVALID_ARGUMENT", "the request is not valid HTTP: " + ec.message());
}

Connection::Step Connection::HandleRequest() {
  phase_ = Phase::kWorking;
  work_deadline_micros_ = request_start_micros_ + thread_->options().request_timeout.count() * 1000;
  if (!TakeTimeout()) {
    FinishResponse();
    return Step::kAnswered;
  }
  handled = true;
  request_.mutable_body()->reserve(request_.body().size() + Request::kBodyPadding);
  Guarded([&] { thread_->dispatcher().Handle(*this); });
  if (parked_) return Step::kParked;
  FinishResponse();
  return Step::kAnswered;
}

bool Connection::TakeTimeout() {
  const auto digits = request_.Header(kTimeoutHeader);
  if (!digits) return true;
  uint32_t timeout_ms = 0;
  const auto [end, fault] = std::from_chars(digits->data(), digits->data() + digits->size(), timeout_ms);
  if (fault != std::errc() || end != digits->data() + digits->size() || timeout_ms == 0) {
    WriteProblem(400, "INVALID_ARGUMENT", "'" + std::string(*digits) + "' is no number of milliseconds",
                 "header '" + std::string(kTimeoutHeader) + "'", &response_);
    return false;
  }
  work_deadline_micros_ = std::min(work_deadline_micros_, request_start_micros_ + int64_t{timeout_ms} * 1000);
  if (SteadyMicros() <= work_deadline_micros_) return true;
  WriteProblem(504, "DEADLINE_EXCEEDED", "the request came too late for its own timeout", {}, &response_);
  return false;
}

Connection::Step Connection::TakePiece() {
  phase_ = Phase::kWorking;
  taking_piece_ = true;
  work_deadline_micros_ = SteadyMicros() + thread_->options().request_timeout.count() * 1000;
  Guarded([&] { thread_->dispatcher().Piece(*this); });
  return parked_ ? Step::kParked : PieceTaken();
}

Connection::Step Connection::PieceTaken() {
  taking_piece_ = false;
  if (response_.status >= 400) {
    close_after_answer_ = true;
    FinishResponse();
    return Step::kAnswered;
  }
  phase_ = Phase::kBody;
  SetDeadline(thread_->options().body_timeout);
  return Step::kNeedsInput;
}

template <typename Work>
void Connection::Guarded(Work&& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    WriteProblem(503, "RESOURCE_EXHAUSTED", "out of memory", {}, &response_);
  } catch (const std::exception& e) {
    WriteProblem(500, "INTERNAL", e.what(), {}, &response_);
  }
}

void Connection::Refuse(int status, std::string_view code, std::string_view detail) {
  close_after_answer_ = true;
  response_.Clear();
  WriteProblem(status, code, detail, {}, &response_);
  FinishResponse();
}

void Connection::FinishResponse() {
  if (response_.live != nullptr && response_.is_web_socket) return BeginWebSocket();
  const bool keep_alive = !close_after_answer_ && !response_.close && response_.live == nullptr && !input_ended_ &&
                          !thread_->draining() && parser_->is_done() && parser_->keep_alive();
  close_after_answer_ = !keep_alive;
  const int64_t now = SteadyMicros();
  AppendHead(keep_alive, now);
  const bool has_body = request_.method() != Method::kHead && response_.status != 204 && response_.status != 304;
  if (has_body && response_.source != nullptr && response_.source_bytes > response_.body.size()) {
    source_ = std::move(response_.source);
    source_pool_ = response_.source_pool;
    source_left_ = response_.source_bytes - response_.body.size();
  }
  if (has_body) live_ = std::move(response_.live);
  if (has_body) {
    if (response_.shared_owner != nullptr) {
      large_owner_ = std::move(response_.shared_owner);
      unsent_[1] = net::const_buffer(response_.shared_body.data(), response_.shared_body.size());
    } else if (response_.body.size() > kCopiedBodyBytesMax) {
      large_body_ = std::move(response_.body);
      unsent_[1] = net::const_buffer(large_body_.data(), large_body_.size());
    } else {
      output_ += response_.body;
    }
  }
  thread_->dispatcher().Finished(*this, (now - request_start_micros_) * 1000);
  StartRequest();
  SetDeadlineAt(now + thread_->options().idle_timeout.count() * 1000);
}

void Connection::AppendHead(bool keep_alive, int64_t now_micros) {
  output_ += "HTTP/1.1 ";
  AppendNumber(static_cast<uint64_t>(response_.status), &output_);
  output_ += ' ';
  output_ += ReasonPhrase(response_.status);
  output_ += "\r\n";
  output_ += thread_->date_line(now_micros);
  if (response_.status != 204) {
    if (!response_.content_type.empty()) {
      output_ += "Content-Type: ";
      output_ += response_.content_type;
      output_ += "\r\n";
    }
    if (response_.live == nullptr) {
      output_ += "Content-Length: ";
      AppendNumber(response_.body_size(), &output_);
      output_ += "\r\n";
    }
  }
  output_ += response_.headers;
  if (!keep_alive) {
    output_ += "Connection: close\r\n";
  } else if (parser_->http10()) {
    output_ += "Connection: keep-alive\r\n";
  }
  output_ += "\r\n";
}

// ---- work elsewhere
// --------------------------------------------------------------------------------------------------

// A request's place in a pool's queue. Whoever takes it first has the connection: a thread of the pool, to work on the
// request or to refuse it, or the connection's own thread, when it is not to be worked on any more.
class Connection::Turn {
 public:
  bool Take() { return !taken_.exchange(true, std::memory_order_acq_rel); }
  bool is_taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> taken_{false};
};

// The raw pointers hold once the turn is taken: the thread keeps the parked connection, and does not end before it has
// it back.
class Connection::QueuedWork final : public Task {
 public:
  QueuedWork(Connection* connection, std::function<void(Exchange&)> work)
      : connection_(connection),
        thread_(connection->thread_),
        ticket_(connection->ticket_),
        turn_(connection->turn_),
        work_(std::move(work)) {}

  bool IsWanted() const override { return !turn_->is_taken(); }
  void Run() override {
    if (!turn_->Take()) return;
    connection_->DoWork(work_);
    GiveBack();
  }
  void Refuse(const Refusal& refusal) override {
    if (!turn_->Take()) return;
    thread_->dispatcher().Refused(*connection_, refusal);
    GiveBack();
  }

 private:
  void GiveBack() {
    thread_->mailbox()->Post([thread = thread_, ticket = ticket_] {
      if (const auto self = thread->Unpark(ticket)) self->Answered();
    });
  }

  Connection* const connection_;
  IoThread* const thread_;
  const uint64_t ticket_;
  const std::shared_ptr<Turn> turn_;
  const std::function<void(Exchange&)> work_;
};

void Connection::RunOn(WorkerPool& pool, const Lane& lane, std::function<void(Exchange&)> work) {
  ticket_ = thread_->Park(shared_from_this());
  parked_ = true;
  turn_ = std::make_shared<Turn>();
  SetDeadlineAt(work_deadline_micros_);
  const auto refusal = pool.Submit(lane, std::make_unique<QueuedWork>(this, std::move(work)));
  if (refusal) {
    thread_->Unpark(ticket_);
    parked_ = false;
    return thread_->dispatcher().Refused(*this, *refusal);
  }
  if (!lane.model.empty()) WatchForHangUp();
}

void Connection::DoWork(const std::function<void(Exchange&)>& work) {
  if (SteadyMicros() <= work_deadline_micros_) return Guarded([&] { work(*this); });
  WriteProblem(504, "DEADLINE_EXCEEDED", kWaitedTooLong, {}, &response_);
}

void Connection::WatchForHangUp() {
  // With the next request here already there is nothing to be seen behind it.
  if (watching_ || input_ended_ || input_begin_ < input_end_) return;
  watching_ = true;
  stream_.AsyncWaitReadable([self = shared_from_this()](const error_code& ec) {
    self->watching_ = false;
    if (!ec && !self->closed_ && self->parked_) self->OnReadableWhileParked();
  });
}

// A peer that sends no more may still wait for the answer, but most have gone. It is given the time in which a pool
// that is not busy begins.
void Connection::OnReadableWhileParked() {
  switch (stream_.LookAtPeer()) {
    case Stream::Peer::kThere: return;
    case Stream::Peer::kGone: return Close();
    case Stream::Peer::kSendsNoMore:
      hung_up_ = true;
      SetDeadlineAt(std::min(deadline_micros_, SteadyMicros() + kHangUpGrace.count() * 1000));
  }
}

bool Connection::TakeBack() {
  if (!parked_) return false;
  const bool waits = phase_ == Phase::kSuspended || (phase_ == Phase::kWorking && turn_ != nullptr && turn_->Take());
  if (!waits) return false;
  parked_ = false;
  thread_->Unpark(ticket_);
  return true;
}

Resumer Connection::Suspend() {
  ticket_ = thread_->Park(shared_from_this());
  parked_ = true;
  phase_ = Phase::kSuspended;
  SetDeadlineAt(work_deadline_micros_);
  // Resume may come when server and thread are gone: then the mailbox is closed and `thread` is not looked at.
  return Resumer([thread = thread_, mailbox = thread_->mailbox(), ticket = ticket_](Resumer::Work work) {
    mailbox->Post([thread, ticket, work = std::move(work)] {
      const auto self = thread->Unpark(ticket);
      if (self == nullptr || self->closed_) return;
      self->parked_ = false;
      self->phase_ = Phase::kWorking;
      self->Guarded([&] { work(*self); });
      if (!self->parked_) self->Answered();
    });
  });
}

void Connection::Answered() {
  parked_ = false;
  if (closed_) return;
  if (writing_) {
    answered_while_writing_ = true;
    return;
  }
  FinishWork();
  Advance();
}

void Connection::FinishWork() {
  if (taking_piece_) {
    PieceTaken();
  } else {
    FinishResponse();
  }
}

void Connection::FetchPiece() {
  ticket_ = thread_->Park(shared_from_this());
  parked_ = true;
  SetDeadline(thread_->options().write_timeout);
  IoThread* const thread = thread_;
  // As in RunOn, the raw pointers hold.
  const bool taken = source_pool_->Submit([this, thread, ticket = ticket_] {
    if (!abandoned_.load(std::memory_order_relaxed)) {
      Result<std::string> piece = source_->Next();
      fetch_failed_ = !piece.ok() || piece->empty();
      if (!fetch_failed_) fetched_ = std::move(*piece);
    }
    thread->mailbox()->Post([thread, ticket] {
      if (const auto self = thread->Unpark(ticket)) self->PieceFetched();
    });
  });
  if (taken) return;
  thread_->Unpark(ticket_);
  parked_ = false;
  Close();
}

void Connection::PieceFetched() {
  parked_ = false;
  if (closed_) return;
  // The head with its length is sent: a body that cannot be whole ends with the connection.
  if (fetch_failed_ || fetched_.size() > source_left_) return Close();
  source_left_ -= fetched_.size();
  large_body_ = std::move(fetched_);
  fetched_.clear();
  unsent_[1] = net::const_buffer(large_body_.data(), large_body_.size());
  if (source_left_ == 0) {
    source_.reset();
    if (thread_->draining()) Drain();
  }
  Advance();
}

void Connection::AwaitLive() {
  ticket_ = thread_->Park(shared_from_this());
  parked_ = true;
  phase_ = Phase::kSuspended;
  SetDeadline(thread_->options().write_timeout);
  // As in Suspend.
  live_->Wait([thread = thread_, mailbox = thread_->mailbox(), ticket = ticket_] {
    mailbox->Post([thread, ticket] {
      if (const auto self = thread->Unpark(ticket)) self->TakeLive();
    });
  });
}

void Connection::TakeLive() {
  parked_ = false;
  phase_ = Phase::kIdle;
  if (closed_) return;
  if (web_socket_ != nullptr) {
    std::string lines = live_->Take();
    SetDeadline(thread_->options().write_timeout);
    if (lines.empty()) return web_socket_->End([this] { Close(); });
    return web_socket_->Send(std::move(lines), [this](bool is_sent) { is_sent ? AwaitLive() : Close(); });
  }
  large_body_ = live_->Take();
  unsent_[1] = net::const_buffer(large_body_.data(), large_body_.size());
  if (large_body_.empty()) live_.reset();
  Advance();
}

// What it is given back is the connection itself, until it closes.
void Connection::BeginWebSocket() {
  // What was sent in advance is no part of it.
  if (!output_.empty() || input_begin_ < input_end_) {
    response_.Clear();
    return Refuse(400, "INVALID_ARGUMENT",
                  "a WebSocket begins when all before it is answered, and nothing is sent ahead");
  }
  close_after_answer_ = true;
  live_ = std::move(response_.live);
  web_socket_ = std::make_unique<WebSocket>(stream_, request_, shared_from_this());
  thread_->dispatcher().Finished(*this, (SteadyMicros() - request_start_micros_) * 1000);
  StartRequest();
  SetDeadline(thread_->options().write_timeout);
  web_socket_->Accept([this](bool is_open) { is_open ? AwaitLive() : Close(); }, [this] { Close(); });
}

// ---- the socket
// ------------------------------------------------------------------------------------------------------

void Connection::Read() {
  if (reading_) return;
  if (input_begin_ > 0) {
    std::copy(input_.begin() + static_cast<ptrdiff_t>(input_begin_),
              input_.begin() + static_cast<ptrdiff_t>(input_end_), input_.begin());
    input_end_ -= input_begin_;
    input_begin_ = 0;
  }
  if (phase_ == Phase::kBody && input_.size() < kBodyInputBytes &&
      parser_->declared_size().value_or(kBodyInputBytes) > kInputBytes) {
    input_.resize(kBodyInputBytes);
  } else if (input_end_ == input_.size()) {
    // A head, a chunk's line or trailers that do not end.
    if (input_.size() > thread_->options().header_bytes_max + kInputBytes && input_.size() >= kBodyInputBytes) {
      Refuse(431, "RESOURCE_EXHAUSTED", "the request's head is too large");
      return Advance();
    }
    input_.resize(input_.size() * 2);
  }
  reading_ = true;
  stream_.AsyncRead(net::buffer(input_.data() + input_end_, input_.size() - input_end_),
                    [self = shared_from_this()](const error_code& ec, size_t size) { self->OnRead(ec, size); });
}

void Connection::OnRead(const error_code& ec, size_t size) {
  reading_ = false;
  if (closed_) return;
  if (phase_ == Phase::kLingering) {
    if (ec) return Close();
    input_begin_ = input_end_ = 0;
    return Read();
  }
  if (ec && ec != net::error::eof) return Close();
  input_ended_ = ec == net::error::eof;
  input_end_ += size;
  Advance();
  if (phase_ == Phase::kBody && parser_->body_bytes() >= body_mark_) {
    body_mark_ = parser_->body_bytes() + kBodyProgressBytes;
    SetDeadline(thread_->options().body_timeout);
  }
}

void Connection::OnEndOfInput() {
  if (phase_ == Phase::kIdle) {
    close_after_answer_ = true;
    return;
  }
  const std::string got = std::to_string(parser_->body_bytes());
  if (!parser_->head_done()) return Refuse(400, "INVALID_ARGUMENT", "the request ends within its head");
  if (!parser_->declared_size()) {
    return Refuse(400, "INVALID_ARGUMENT", "the chunked body ends after " + got + " bytes without its last chunk");
  }
  Refuse(400, "INVALID_ARGUMENT",
         "the body ends after " + got + " of " + std::to_string(*parser_->declared_size()) + " bytes");
}

bool Connection::Flush() {
  unsent_[0] = net::const_buffer(output_.data(), output_.size());
  if (large_owner_ == nullptr && large_body_.empty()) unsent_[1] = {};
  error_code ec;
  const size_t sent = stream_.WriteNow(unsent_, ec);
  if (ec && ec != net::error::would_block && ec != net::error::try_again) {
    Close();
    return false;
  }
  if (TakeSent(ec ? 0 : sent)) return true;
  writing_ = true;
  if (!parked_) SetDeadline(thread_->options().write_timeout);
  WriteRest();
  return false;
}

bool Connection::TakeSent(size_t size) {
  for (net::const_buffer& buffer : unsent_) {
    const size_t taken = std::min(size, buffer.size());
    buffer += taken;
    size -= taken;
  }
  if (unsent_[0].size() + unsent_[1].size() > 0) return false;
  output_.clear();
  if (output_.capacity() > 4 * kOutputBytesMax) output_.shrink_to_fit();
  large_owner_.reset();
  large_body_ = {};
  return true;
}

void Connection::WriteRest() {
  stream_.AsyncWrite(unsent_, [self = shared_from_this()](const error_code& ec, size_t sent) {
    if (self->closed_) return;
    if (ec) return self->Close();
    if (!self->parked_) self->SetDeadline(self->thread_->options().write_timeout);
    if (!self->TakeSent(sent)) return self->WriteRest();
    self->writing_ = false;
    if (!self->parked_) self->SetDeadline(self->thread_->options().idle_timeout);
    if (std::exchange(self->answered_while_writing_, false)) self->FinishWork();
    self->Advance();
  });
}

void Connection::Linger() {
  // Closing with unread input would reset the connection and could take the answer away from the peer.
  phase_ = Phase::kLingering;
  SetDeadline(thread_->draining() ? thread_->options().drain_idle : kLingerTimeout);
  error_code ec;
  stream_.ShutdownSend(ec);
  if (ec || input_ended_) return Close();
  input_begin_ = input_end_ = 0;
  Read();
}

void Connection::CheckDeadline(int64_t now_micros) {
  if (closed_ || now_micros < deadline_micros_) return;
  if (writing_ || live_ != nullptr || phase_ == Phase::kLingering || phase_ == Phase::kIdle) return Close();
  const auto keep = shared_from_this();
  if (TakeBack()) {
    if (hung_up_) return Close();
    response_.Clear();
    WriteProblem(504, "DEADLINE_EXCEEDED", kWaitedTooLong, {}, &response_);
    FinishWork();
    return Advance();
  }
  if (phase_ == Phase::kWorking) return;  // what has begun ends
  const std::string_view what = phase_ == Phase::kHead ? "the request's head did not arrive in time"
                                                       : "the request's body did not arrive in time";
  Refuse(408, "DEADLINE_EXCEEDED", what);
  Advance();
}

}  // namespace scoreway::http
