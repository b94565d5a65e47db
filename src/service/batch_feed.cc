#include "service/batch_feed.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "batches/bad_row.h"
#include "service/random_pause.h"
#include "service/store_rows.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;

constexpr size_t kGatherMessages = 5000;
constexpr size_t kGatherBytes = size_t{1} << 20;
// At once; with the last row and the last message set aside it stays below BatchStore::kAppendBytesMax.
constexpr size_t kWriteBytes = size_t{2} << 20;
constexpr milliseconds kIdleWait{100};
// Each write is a transaction of the store, and a chunk of rows in it.
constexpr milliseconds kGatherTime{100};
constexpr milliseconds kLookInterval{1000};
constexpr milliseconds kPauseStep{50};
constexpr milliseconds kFollowInterval{200};
constexpr RetryPolicy kRetry = {.first_pause = milliseconds(200), .pause_max = milliseconds(10'000)};

// Messages, from the first on, that one write holds.
class Portion {
 public:
  Portion(const std::map<int32_t, int64_t>& stored, const std::string& topic) : stored_(stored), topic_(topic) {}

  bool is_full() const { return rows_.lines.size() + rows_.bad_lines.size() >= kWriteBytes; }
  const MessagesAsRows& rows() const { return rows_; }

  void Add(const KafkaMessage& message, const MessageRow& row) {
    if (row.fault.ok()) {
      rows_.lines += row.line;
      ++rows_.rows;
    } else {
      const std::string place = topic_ + "/" + std::to_string(message.partition) + "/" + std::to_string(message.offset);
      AppendBadRow({.row = 0, .message = place, .reason = row.fault.ToString(), .text = message.value.text},
                   &rows_.bad_lines);
      ++rows_.bad;
    }
    const auto known = std::ranges::find(rows_.ranges, message.partition, &MessageRange::partition);
    if (known != rows_.ranges.end()) {
      known->end = message.offset + 1;
      return;
    }
    const auto stored = stored_.find(message.partition);
    const int64_t begin = stored == stored_.end() ? 0 : stored->second;
    rows_.ranges.push_back({.partition = message.partition, .begin = begin, .end = message.offset + 1});
  }

 private:
  const std::map<int32_t, int64_t>& stored_;
  const std::string& topic_;
  MessagesAsRows rows_;
};

}  // namespace

BatchFeed::BatchFeed(const Service& service, const BatchFeedOptions& options, std::shared_ptr<const StoredBatch> batch,
                     Tell tell)
    : service_(service),
      settings_(options.kafka),
      member_(options.member),
      batch_(std::move(batch)),
      tell_(std::move(tell)),
      counters_(service.batches->CountersOf(batch_->name)),
      thread_([this] { Run(); }) {}

BatchFeed::~BatchFeed() {
  Stop();
  thread_.join();
}

void BatchFeed::Run() {
  for (int64_t failures = 0; !is_stopping_;) {
    const uint64_t before = counters_->messages;
    Status status;
    try {
      status = RunSession();
    } catch (const std::exception& error) {  // out of memory, most likely
      status = Status(Code::kInternal, error.what());
    }
    counters_->is_up = false;
    counters_->partitions = 0;
    consumer_ = nullptr;
    if (status.ok() || is_stopping_) continue;
    TellOnce(status);
    counters_->restarts.fetch_add(1, std::memory_order_relaxed);
    failures = counters_->messages == before ? failures + 1 : 1;
    const auto end = SteadyClock::now() + RandomPause(kRetry, failures);
    while (!is_stopping_ && SteadyClock::now() < end) std::this_thread::sleep_for(kPauseStep);
  }
  has_ended_ = true;
}

void BatchFeed::TellOnce(const Status& status) {
  std::string text = status.ok() ? "" : "batch '" + batch_->name + "' reads no messages: " + status.ToString();
  if (text == told_) return;
  told_ = std::move(text);
  if (!told_.empty()) tell_(told_);
}

Status BatchFeed::RunSession() {
  SCOREWAY_ASSIGN_OR_RETURN(const KafkaTopicUrl url, ParseKafkaTopicUrl(batch_->input));
  Forget();
  SCOREWAY_ASSIGN_OR_RETURN(consumer_,
                            SubscribeToKafka({url.brokers, settings_}, {.topic = url.topic,
                                                                        .group = "scoreway.batch." + batch_->name,
                                                                        .member = member_,
                                                                        .revoked = [this] { Forget(); }}));
  while (!is_stopping_) {
    SCOREWAY_RETURN_IF_ERROR(Gather());
    if (!gathered_.empty()) SCOREWAY_RETURN_IF_ERROR(StoreGathered());
    if (SteadyClock::now() - last_look_ > kLookInterval) LookAround();
  }
  return {};
}

void BatchFeed::Forget() {
  gathered_.clear();
  gathered_bytes_ = 0;
  knows_stored_ = false;
}

Status BatchFeed::Gather() {
  const auto start = SteadyClock::now();
  KafkaMessage message;
  while (gathered_.size() < kGatherMessages && gathered_bytes_ < kGatherBytes &&
         SteadyClock::now() - start < kGatherTime) {
    SCOREWAY_ASSIGN_OR_RETURN(const KafkaConsumer::Polled polled, consumer_->Poll(kIdleWait, &message));
    if (polled == KafkaConsumer::Polled::kMessage) SCOREWAY_RETURN_IF_ERROR(TakeMessage(std::move(message)));
  }
  return {};
}

// What the store has already is passed over: the group's offsets are told to Kafka later, if at all.
Status BatchFeed::TakeMessage(KafkaMessage message) {
  if (!knows_stored_) {
    SCOREWAY_ASSIGN_OR_RETURN(const BatchState state, service_.batches->store.State(batch_->name));
    stored_.clear();
    for (size_t i = 0; i < state.input_offsets.size(); ++i) stored_[static_cast<int32_t>(i)] = state.input_offsets[i];
    knows_stored_ = true;
  }
  const auto stored = stored_.find(message.partition);
  if (stored != stored_.end() && message.offset < stored->second) return {};
  gathered_bytes_ += message.value.text.size();
  gathered_.push_back(std::move(message));
  return {};
}

Status BatchFeed::StoreGathered() {
  for (int64_t attempt = 1; !gathered_.empty(); ++attempt) {
    Status status = StoreOnce();
    TellOnce(status);
    if (status.ok()) {
      if (attempt > 1) consumer_->Resume();
      return {};
    }
    // Others have stored them, so this session is behind.
    if (is_stopping_ || status.code() == Code::kConflict) return status;
    counters_->is_up = false;
    if (attempt == 1) consumer_->Pause();
    SCOREWAY_RETURN_IF_ERROR(WaitPaused(RandomPause(kRetry, attempt)));
    // The partitions have gone to others meanwhile.
    if (gathered_.empty()) consumer_->Resume();
  }
  return {};
}

Status BatchFeed::StoreOnce() {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<MessageRow> rows, ReadMessages(service_, *batch_, gathered_));
  SCOREWAY_ASSIGN_OR_RETURN(const KafkaTopicUrl url, ParseKafkaTopicUrl(batch_->input));
  size_t done = 0;
  Status status;
  while (done < rows.size()) {
    Portion portion(stored_, url.topic);
    size_t end = done;
    for (; end < rows.size() && !portion.is_full(); ++end) portion.Add(gathered_[end], rows[end]);
    const MessagesAsRows& messages = portion.rows();
    status = service_.batches->store.AppendMessages(batch_->name, batch_->input, messages).status();
    if (!status.ok()) break;
    std::vector<KafkaOffset> moved;
    for (const MessageRange& range : messages.ranges) {
      stored_[range.partition] = range.end;
      moved.push_back({range.partition, range.end});
    }
    consumer_->Commit(moved);
    counters_->messages.fetch_add(end - done, std::memory_order_relaxed);
    counters_->bad.fetch_add(static_cast<uint64_t>(messages.bad), std::memory_order_relaxed);
    done = end;
  }
  gathered_.erase(gathered_.begin(), gathered_.begin() + static_cast<ptrdiff_t>(done));
  if (gathered_.empty()) gathered_bytes_ = 0;
  return status;
}

// Polling goes on, so that the group does not take this process for lost.
Status BatchFeed::WaitPaused(milliseconds time) {
  const auto end = SteadyClock::now() + time;
  while (!is_stopping_ && SteadyClock::now() < end) {
    KafkaMessage message;
    SCOREWAY_ASSIGN_OR_RETURN(const KafkaConsumer::Polled polled, consumer_->Poll(kIdleWait, &message));
    if (polled == KafkaConsumer::Polled::kMessage) SCOREWAY_RETURN_IF_ERROR(TakeMessage(std::move(message)));
    if (SteadyClock::now() - last_look_ > kLookInterval) LookAround();
  }
  return {};
}

void BatchFeed::LookAround() {
  last_look_ = SteadyClock::now();
  const std::vector<KafkaPosition> positions = consumer_->Positions();
  int64_t lag = 0;
  Status status;
  for (const KafkaPosition& position : positions) {
    if (position.next >= 0) lag += std::max<int64_t>(position.end - position.next, 0);
    const auto stored = stored_.find(position.partition);
    if (knows_stored_ && stored != stored_.end() && position.end >= 0 && position.end < stored->second) {
      status = Status(Code::kConflict,
                      "the topic has fewer messages than were read of it, as if it had been made anew: make a batch of "
                      "another name for it",
                      batch_->input);
    }
  }
  if (const std::string fault = consumer_->fault(); !fault.empty()) {
    status = Status(Code::kUnavailable, "Kafka: " + fault, batch_->input);
  }
  counters_->partitions = static_cast<int64_t>(positions.size());
  counters_->lag = lag + static_cast<int64_t>(gathered_.size());
  if (gathered_.empty()) {
    counters_->is_up = status.ok();
    TellOnce(status);
  }
}

BatchFeeds::BatchFeeds(const Service& service, BatchFeedOptions options, Tell tell)
    : service_(service), options_(std::move(options)), tell_(std::move(tell)), thread_([this] { Follow(); }) {}

BatchFeeds::~BatchFeeds() {
  Stop();
  thread_.join();
}

void BatchFeeds::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_changed_.notify_all();
}

void BatchFeeds::Follow() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    StartAndStop(*service_.batches->definitions.Newest());
    lock.lock();
    stop_changed_.wait_for(lock, kFollowInterval, [this] { return is_stopping_; });
  }
  lock.unlock();
  for (const auto& [name, feed] : feeds_) feed->Stop();
  feeds_.clear();
}

// One that was made anew begins when the old one has ended: the two have one name in the cluster.
void BatchFeeds::StartAndStop(const StoredBatchSet& wanted) {
  for (const auto& [name, feed] : feeds_) {
    const auto found = wanted.find(name);
    if (found == wanted.end() || *found->second != feed->batch()) feed->Stop();
  }
  std::erase_if(feeds_, [](const auto& item) { return item.second->has_ended(); });
  for (const auto& [name, counters] : service_.batches->AllCounters()) {
    if (!wanted.contains(name) && !feeds_.contains(name)) service_.batches->ForgetCounters(name);
  }
  for (const auto& [name, batch] : wanted) {
    if (batch->input.empty() || feeds_.contains(name)) continue;
    feeds_.emplace(name, std::make_unique<BatchFeed>(service_, options_, batch, tell_));
  }
}

}  // namespace scoreway
