#include "store/cassandra/change_announcer.h"

#include <algorithm>
#include <utility>

#include "store/cassandra/cql_value.h"
#include "store/cassandra/random_marker.h"
#include "store/random_id.h"

namespace scoreway::cassandra {
namespace {

constexpr int32_t kBusyTtlSeconds = 120;
constexpr int32_t kQuietTtlSeconds = 3600;
constexpr std::chrono::seconds kRenewAfter{20};
// So long after the last write the row says that all is quiet; a burst of writes is announced once.
constexpr std::chrono::milliseconds kLinger{100};
constexpr std::chrono::seconds kRetryAfter{1};
// Whoever ends does not wait longer for nodes that are gone.
constexpr std::chrono::seconds kQuietMax{2};
// Quiet rows go after an hour; the count moves meanwhile, so that it is not again what it was before them.
constexpr std::chrono::minutes kCountPeriod{20};

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15U + (hash << 6) + (hash >> 2);
  hash *= 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33);
}

}  // namespace

ChangeAnnouncer::ChangeAnnouncer(CqlSession& session) : session_(session), writer_(RandomId()) {}

ChangeAnnouncer::~ChangeAnnouncer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (quiet_thread_.joinable()) quiet_thread_.join();
}

Status ChangeAnnouncer::Announce(bool is_busy) {
  CqlCall call("UPDATE changes USING TTL ? SET marker = ?, busy = ? WHERE part = 'all' AND writer = ?");
  call.Int(is_busy ? kBusyTtlSeconds : kQuietTtlSeconds).Bigint(RandomMarker()).Boolean(is_busy).View(writer_);
  CqlRequest request;
  request.calls.push_back(std::move(call));
  request.is_repeatable = true;
  const auto deadline = is_busy ? session_.Deadline() : std::min(session_.Deadline(), SteadyClock::now() + kQuietMax);
  Status status = session_.Run(request, deadline).status();
  // Nothing of what is announced has been done.
  if (status.code() == Code::kDeadlineExceeded) return Status(Code::kUnavailable, status.error().message, "Cassandra");
  return status;
}

Status ChangeAnnouncer::Enter() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !is_announcing_; });
    if (is_busy_ && SteadyClock::now() - announced_ < kRenewAfter) break;
    is_announcing_ = true;
    lock.unlock();
    const SteadyClock::time_point now = SteadyClock::now();
    Status status = Announce(true);
    lock.lock();
    is_announcing_ = false;
    changed_.notify_all();
    if (!status.ok()) return status;
    is_busy_ = true;
    announced_ = now;
  }
  ++under_way_;
  if (!quiet_thread_.joinable()) quiet_thread_ = std::thread([this] { QuietLoop(); });
  return {};
}

void ChangeAnnouncer::Leave() {
  const std::lock_guard lock(mutex_);
  last_left_ = SteadyClock::now();
  if (--under_way_ == 0) changed_.notify_all();
}

// When nothing has been under way for a while, or all ends, the row says so.
void ChangeAnnouncer::QuietLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || (is_busy_ && under_way_ == 0 && !is_announcing_); });
    if (!is_busy_) return;
    changed_.wait_until(lock, last_left_ + kLinger, [this] { return is_stopping_; });
    const bool is_quiet = under_way_ == 0 && !is_announcing_ && SteadyClock::now() >= last_left_ + kLinger;
    if (!is_stopping_ && !is_quiet) continue;
    is_announcing_ = true;
    lock.unlock();
    const Status status = Announce(false);
    lock.lock();
    is_announcing_ = false;
    changed_.notify_all();
    if (status.ok()) is_busy_ = false;
    if (is_stopping_) return;  // should it have failed, the row goes by itself
    if (!status.ok()) changed_.wait_for(lock, kRetryAfter, [this] { return is_stopping_; });
  }
}

Result<uint64_t> ChangeAnnouncer::Count() {
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows,
                            session_.Run(CqlCall("SELECT marker, busy FROM changes WHERE part = 'all'")));
  const auto period = std::chrono::system_clock::now().time_since_epoch() / kCountPeriod;
  uint64_t count = static_cast<uint64_t>(period);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (DecodeBoolean(rows.Cell(row, "busy").value_or(""))) return static_cast<uint64_t>(RandomMarker());
    count = Mix(count, static_cast<uint64_t>(DecodeBigint(rows.Cell(row, "marker").value_or(""))));
  }
  return count;
}

}  // namespace scoreway::cassandra
