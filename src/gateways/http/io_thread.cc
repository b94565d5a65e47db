#include "gateways/http/io_thread.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

#include "base/name_thread.h"
#include "gateways/http/connection.h"

namespace scoreway::http {

int64_t SteadyMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

IoThread::IoThread(const HttpOptions& options, std::shared_ptr<TlsContext> tls, Dispatcher* dispatcher, unsigned slot)
    : options_(options),
      tls_(std::move(tls)),
      dispatcher_(dispatcher),
      slot_(slot),
      mailbox_(std::make_shared<Mailbox>()),
      io_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE),
      mail_(io_.get_executor()),
      tick_(io_.get_executor()) {}

IoThread::~IoThread() = default;

void IoThread::Start() {
  // The Mailbox keeps its own descriptor: it may be posted to when this thread is gone.
  mail_.assign(::dup(mailbox_->descriptor()));
  WaitForMail();
  thread_ = std::thread([this] {
    NameThread("http " + std::to_string(slot_));
    io_.run();
  });
}

void IoThread::Adopt(int descriptor, bool ipv6) {
  connection_count_.fetch_add(1, std::memory_order_relaxed);
  const bool posted = mailbox_->Post([this, descriptor, ipv6] {
    Stream::Socket socket(io_.get_executor());
    boost::system::error_code ec;
    socket.assign(ipv6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(), descriptor, ec);
    if (ec) {
      ::close(descriptor);
      connection_count_.fetch_sub(1, std::memory_order_relaxed);
      return;
    }
    socket.non_blocking(true, ec);
    std::make_shared<Connection>(this, std::move(socket), tls_.get())->Start();
    if (!ticking_) WaitForTick();
  });
  if (posted) return;
  ::close(descriptor);
  connection_count_.fetch_sub(1, std::memory_order_relaxed);
}

void IoThread::Drain() {
  mailbox_->Post([this] {
    draining_ = true;
    for (Connection* c = first_; c != nullptr; c = c->next()) c->Drain();
    MaybeFinish();
  });
}

void IoThread::Stop() {
  mailbox_->Post([this] {
    draining_ = true;
    CloseAll();
    MaybeFinish();
  });
}

void IoThread::Join() {
  if (thread_.joinable()) thread_.join();
}

void IoThread::WaitForMail() {
  mail_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& ec) {
    if (ec) return;
    for (auto& work : mailbox_->Take()) work();
    if (!finished_) WaitForMail();
  });
}

void IoThread::WaitForTick() {
  ticking_ = true;
  tick_.expires_after(options_.tick);
  tick_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) OnTick();
  });
}

void IoThread::OnTick() {
  if (const int64_t now = SteadyMicros(); now >= next_deadline_micros_) {
    next_deadline_micros_ = std::numeric_limits<int64_t>::max();
    for (Connection* c = first_; c != nullptr;) {
      Connection* const next = c->next();
      const int64_t deadline = c->deadline_micros();
      if (now < deadline) {
        NoteDeadline(deadline);
      } else {
        c->CheckDeadline(now);
      }
      c = next;
    }
  }
  ticking_ = false;
  if (first_ != nullptr && !finished_) WaitForTick();
}

void IoThread::CloseAll() {
  for (Connection* c = first_; c != nullptr;) {
    Connection* const next = c->next();
    c->Close();
    c = next;
  }
}

void IoThread::MaybeFinish() {
  if (!draining_ || first_ != nullptr || finished_) return;
  finished_ = true;
  mailbox_->Close();
  boost::system::error_code ignored;
  mail_.close(ignored);
  tick_.cancel();
}

const std::string& IoThread::date_line(int64_t now_micros) {
  if (date_micros_ < 0 || now_micros - date_micros_ >= 1'000'000) {
    date_micros_ = now_micros;
    const std::time_t seconds = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    char text[64];
    date_line_.assign(text, std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc));
  }
  return date_line_;
}

uint64_t IoThread::Park(std::shared_ptr<Connection> connection) {
  parked_.emplace(next_ticket_, std::move(connection));
  return next_ticket_++;
}

std::shared_ptr<Connection> IoThread::Unpark(uint64_t ticket) {
  auto node = parked_.extract(ticket);
  return node.empty() ? nullptr : std::move(node.mapped());
}

std::shared_ptr<Connection> IoThread::Parked(uint64_t ticket) const {
  const auto found = parked_.find(ticket);
  return found == parked_.end() ? nullptr : found->second;
}

void IoThread::Register(Connection* connection) {
  connection->set_next(first_);
  connection->set_previous(nullptr);
  if (first_ != nullptr) first_->set_previous(connection);
  first_ = connection;
}

void IoThread::Unregister(Connection* connection) {
  if (connection->previous() != nullptr) connection->previous()->set_next(connection->next());
  if (connection->next() != nullptr) connection->next()->set_previous(connection->previous());
  if (first_ == connection) first_ = connection->next();
  connection_count_.fetch_sub(1, std::memory_order_relaxed);
  MaybeFinish();
}

}  // namespace scoreway::http
