#include "service/kafka_queue.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace scoreway {

using std::chrono::milliseconds;

Result<std::unique_ptr<KafkaQueue>> KafkaQueue::Open(Queue& entries, KafkaQueueOptions options) {
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<KafkaSender> sender, OpenKafkaSender(options.access));
  return std::unique_ptr<KafkaQueue>(new KafkaQueue(entries, std::move(options), std::move(sender)));
}

KafkaFeed& KafkaQueue::Feed() {
  const std::lock_guard lock(mutex_);
  // The workers of one topic are one group.
  if (feed_ == nullptr) feed_ = std::make_unique<KafkaFeed>(options_.access, options_.topic, options_.topic);
  return *feed_;
}

void KafkaQueue::Send(const QueueEntry& entry) {
  sender_->Send(options_.topic, entry.id, EncodeFeedValue(entry, SystemClock().NowMicros()));
}

Status KafkaQueue::Put(const QueueEntry& entry, std::span<const WriteBatch> first) {
  SCOREWAY_RETURN_IF_ERROR(entries_.Put(entry, first));
  Send(entry);
  return {};
}

void KafkaQueue::Hold(const std::vector<KafkaFeed::Item>& items, const std::vector<Lease>& taken) {
  std::vector<KafkaFeed::Item> useless;
  {
    const std::lock_guard lock(mutex_);
    for (const KafkaFeed::Item& item : items) {
      const auto found = std::ranges::find(taken, item.id, &Lease::id);
      const bool is_first = found != taken.end() && held_.emplace(found->token, item).second;
      if (!is_first) useless.push_back(item);
    }
  }
  for (const KafkaFeed::Item& item : useless) Feed().Done(item);
}

Result<std::vector<Lease>> KafkaQueue::TakeFromFeed(size_t count, milliseconds lease) {
  std::vector<Lease> taken;
  while (taken.size() < count) {
    const std::vector<KafkaFeed::Item> items = Feed().Take(count - taken.size());
    if (items.empty()) break;
    std::vector<std::string> ids;
    for (const KafkaFeed::Item& item : items) {
      if (std::ranges::find(ids, item.id) == ids.end()) ids.push_back(item.id);
    }
    // Those that cannot be leased for the moment are found in the store later.
    Result<std::vector<Lease>> leased = entries_.TakeThese(ids, lease);
    Hold(items, leased.ok() ? *leased : std::vector<Lease>());
    if (!leased.ok() && taken.empty()) return leased;
    if (!leased.ok()) break;
    for (Lease& one : *leased) taken.push_back(std::move(one));
  }
  return taken;
}

Result<std::vector<Lease>> KafkaQueue::TakeOverdue(size_t count, milliseconds lease) {
  {
    const std::lock_guard lock(mutex_);
    if (SteadyClock::now() - looked_ < options_.look_every) return std::vector<Lease>();
    looked_ = SteadyClock::now();
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Lease> taken, entries_.Take(count, lease, milliseconds(0)));
  std::vector<std::string> ids;
  for (const Lease& one : taken) ids.push_back(one.id);
  if (!ids.empty()) Hold(Feed().TakeThese(ids), taken);
  return taken;
}

Result<std::vector<Lease>> KafkaQueue::Take(size_t count, milliseconds lease, milliseconds wait) {
  const auto end = SteadyClock::now() + wait;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<Lease> taken, TakeOverdue(count, lease));
    if (!taken.empty()) return taken;
    SCOREWAY_ASSIGN_OR_RETURN(taken, TakeFromFeed(count, lease));
    if (!taken.empty() || SteadyClock::now() >= end) return taken;
    Feed().WaitUntil(std::min(end, SteadyClock::now() + options_.look_every));
  }
}

void KafkaQueue::Release(const Lease& lease) {
  KafkaFeed::Item item;
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(lease.token);
    if (found == held_.end()) return;
    item = std::move(found->second);
    held_.erase(found);
  }
  Feed().Done(item);
}

Status KafkaQueue::Extend(const Lease& lease, milliseconds time, std::span<const WriteBatch> first) {
  Status status = entries_.Extend(lease, time, first);
  if (status.code() == Code::kConflict) Release(lease);
  return status;
}

std::vector<Status> KafkaQueue::Settle(std::span<const Settlement> settlements) {
  std::vector<Status> statuses = entries_.Settle(settlements);
  for (size_t i = 0; i < settlements.size(); ++i) {
    const Code code = statuses[i].code();
    if (code == Code::kUnavailable || code == Code::kDeadlineExceeded) continue;  // it will be settled once more
    Release(*settlements[i].lease);
    if (code != Code::kOk) continue;
    for (const QueueEntry& entry : settlements[i].follow_up) Send(entry);
  }
  return statuses;
}

size_t KafkaQueue::arrived() { return Feed().size(); }

}  // namespace scoreway
