#include "service/kafka_feed.h"

#include <algorithm>
#include <utility>

#include "base/name_thread.h"
#include "base/utf8.h"
#include "base/wire_reader.h"
#include "base/wire_writer.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

enum FieldNumber : uint32_t { kTenant = 1, kPriority = 2, kCost = 3, kSent = 4 };

constexpr size_t kItemsMax = 1000;
constexpr size_t kIdBytesMax = 256;
constexpr milliseconds kPollTime{100};
constexpr milliseconds kCommitEvery{1000};
// After an error, as where the topic is not there yet.
constexpr milliseconds kPause{250};

}  // namespace

std::string EncodeFeedValue(const QueueEntry& entry, int64_t sent_micros) {
  WireWriter writer;
  writer.Bytes(kTenant, entry.tenant);
  writer.Int(kPriority, entry.priority);
  writer.Int(kCost, entry.cost);
  writer.Int(kSent, sent_micros);
  return std::move(writer).TakeBytes();
}

KafkaFeed::KafkaFeed(KafkaAccess access, std::string topic, std::string group)
    : access_(std::move(access)), topic_(std::move(topic)), group_(std::move(group)), thread_([this] { Run(); }) {}

KafkaFeed::~KafkaFeed() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::vector<KafkaFeed::Item> KafkaFeed::Take(size_t count) {
  const std::lock_guard lock(mutex_);
  std::vector<Item> taken;
  while (taken.size() < count && !items_.empty()) {
    const auto first = items_.begin();
    turns_.Reach(-std::get<0>(first->first), std::get<1>(first->first));
    taken.push_back(std::move(first->second));
    items_.erase(first);
  }
  return taken;
}

std::vector<KafkaFeed::Item> KafkaFeed::TakeThese(std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  std::vector<Item> taken;
  for (auto next = items_.begin(); next != items_.end();) {
    const auto item = next++;
    if (std::ranges::find(ids, item->second.id) == ids.end()) continue;
    taken.push_back(std::move(item->second));
    items_.erase(item);
  }
  return taken;
}

void KafkaFeed::WaitUntil(SteadyClock::time_point end) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, end, [this] { return !items_.empty() || is_stopping_; });
}

void KafkaFeed::Done(const Item& item) {
  const std::lock_guard lock(mutex_);
  if (item.assignment == assignment_) offsets_.Done(item.partition, item.offset);
}

size_t KafkaFeed::size() {
  const std::lock_guard lock(mutex_);
  return items_.size();
}

void KafkaFeed::Run() {
  NameThread("kafka feed");
  while (true) {
    const auto consumer =
        SubscribeToKafka(access_, {.topic = topic_, .group = group_, .revoked = [this] { Forget(); }});
    if (consumer.ok()) (void)Follow(**consumer);
    Forget();
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kPause, [this] { return is_stopping_; })) return;
  }
}

Status KafkaFeed::Follow(KafkaConsumer& consumer) {
  bool is_paused = false;
  auto committed = SteadyClock::now();
  while (true) {
    KafkaMessage message;
    SCOREWAY_ASSIGN_OR_RETURN(const KafkaConsumer::Polled polled, consumer.Poll(kPollTime, &message));
    if (polled == KafkaConsumer::Polled::kMessage) Add(message);
    std::vector<KafkaOffset> moved;
    size_t count = 0;
    bool is_stopping = false;
    {
      const std::lock_guard lock(mutex_);
      count = items_.size();
      is_stopping = is_stopping_;
      if (is_stopping || SteadyClock::now() - committed > kCommitEvery) {
        moved = offsets_.TakeMoved();
        committed = SteadyClock::now();
      }
    }
    if (!moved.empty()) consumer.Commit(moved);
    if (is_stopping) return {};
    if (!is_paused && count >= kItemsMax) {
      consumer.Pause();
      is_paused = true;
    } else if (is_paused && count < kItemsMax / 2) {
      consumer.Resume();
      is_paused = false;
    }
  }
}

// What is no message of ours is passed over.
void KafkaFeed::Add(const KafkaMessage& message) {
  QueueEntry entry{.id = message.key.text};
  int64_t sent_micros = 0;
  WireReader reader(message.value.text);
  WireField field;
  bool is_ours = !entry.id.empty() && entry.id.size() <= kIdBytesMax && IsUtf8(entry.id);
  while (is_ours) {
    const Result<bool> has_field = reader.Next(&field);
    is_ours = has_field.ok();
    if (!is_ours || !*has_field) break;
    if (field.number == kTenant) entry.tenant = field.bytes;
    if (field.number == kPriority) entry.priority = field.signed_value();
    if (field.number == kCost) entry.cost = std::clamp<int64_t>(field.signed_value(), 1, int64_t{1} << 32);
    if (field.number == kSent) sent_micros = field.signed_value();
  }
  {
    const std::lock_guard lock(mutex_);
    offsets_.Read(message.partition, message.offset);
    if (!is_ours) return offsets_.Done(message.partition, message.offset);
    const int64_t priority = std::clamp<int64_t>(entry.priority, 0, 999);
    const int64_t turn = turns_.Next(priority, entry.tenant, entry.cost);
    items_.emplace(Order{-priority, turn, sent_micros, number_++},
                   Item{std::move(entry.id), message.partition, message.offset, assignment_});
  }
  changed_.notify_all();
}

// Others have the partitions now, and read again what is not committed.
void KafkaFeed::Forget() {
  const std::lock_guard lock(mutex_);
  items_.clear();
  offsets_.Forget();
  ++assignment_;
}

}  // namespace scoreway
