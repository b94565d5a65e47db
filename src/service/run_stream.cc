#include "service/run_stream.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/name_thread.h"
#include "service/random_pause.h"
#include "service/take_labels.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;

constexpr size_t kGatherMessages = 5000;
constexpr size_t kGatherBytes = size_t{4} << 20;
constexpr milliseconds kIdleWait{100};
constexpr milliseconds kGatherTime{50};
constexpr milliseconds kLookInterval{1000};
constexpr milliseconds kAskTimeout{5000};
constexpr milliseconds kPauseStep{50};
constexpr RetryPolicy kRetry = {.first_pause = milliseconds(200), .pause_max = milliseconds(10'000)};
constexpr std::string_view kOurHeaders = "scoreway-";
constexpr size_t kReasonBytesMax = 2000;

std::map<int32_t, int64_t> EndsOf(const Stream& stream) {
  std::map<int32_t, int64_t> ends;
  for (const Stream::End& end : stream.ends) ends[end.partition] = end.offset;
  return ends;
}

}  // namespace

StreamRunner::StreamRunner(const Service& service, unsigned slot, std::shared_ptr<const Stream> stream)
    : service_(service),
      streams_(*service.streams),
      stream_(std::move(stream)),
      counters_(streams_.CountersOf(stream_->name)),
      ends_(EndsOf(*stream_)),
      scorer_(service, slot, stream_),
      thread_([this] { Run(); }) {}

StreamRunner::~StreamRunner() {
  Stop();
  thread_.join();
}

void StreamRunner::Run() {
  NameThread("stream");
  for (int64_t failures = 0; !is_stopping_ && !is_done_;) {
    const uint64_t before = counters_->transactions;
    Status status;
    try {
      status = RunSession();
    } catch (const std::exception& error) {  // out of memory, most likely
      status = Status(Code::kInternal, error.what());
    }
    counters_->is_running = false;
    counters_->partitions = 0;
    producer_ = nullptr;  // first, so that no open transaction holds up whoever gets the partitions
    consumer_ = nullptr;
    if (status.ok() || is_stopping_) continue;
    counters_->SetError(status.ToString());
    counters_->restarts.fetch_add(1, std::memory_order_relaxed);
    failures = counters_->transactions == before ? failures + 1 : 1;
    (void)Pause(RandomPause(kRetry, failures));
  }
  has_ended_ = true;
}

// False: it is to stop.
bool StreamRunner::Pause(milliseconds time) const {
  const auto end = SteadyClock::now() + time;
  while (!is_stopping_ && SteadyClock::now() < end) std::this_thread::sleep_for(std::min(time, kPauseStep));
  return !is_stopping_;
}

// The producer first: opening it ends what an earlier process of this name has left open, so that the offsets that the
// consumer begins at are settled.
Status StreamRunner::RunSession() {
  const KafkaAccess access = streams_.AccessOf(*stream_);
  Forget();
  SCOREWAY_ASSIGN_OR_RETURN(
      producer_, OpenKafkaProducer(access, {.transactional_id = stream_->group() + "." + streams_.options.instance},
                                   is_stopping_));
  SCOREWAY_ASSIGN_OR_RETURN(consumer_, SubscribeToKafka(access, {.topic = stream_->input,
                                                                 .group = stream_->group(),
                                                                 .member = streams_.options.member,
                                                                 .from_end = stream_->from_end,
                                                                 .tells_ends = stream_->is_replay(),
                                                                 .revoked = [this] { Forget(); }}));
  counters_->is_running = true;
  while (!is_stopping_ && !is_done_) {
    SCOREWAY_RETURN_IF_ERROR(Gather());
    if (!to_commit_.empty()) {
      SCOREWAY_RETURN_IF_ERROR(ScoreGathered());
      SCOREWAY_RETURN_IF_ERROR(CommitGathered());
    }
    if (SteadyClock::now() - last_look_ > kLookInterval) SCOREWAY_RETURN_IF_ERROR(LookAround());
  }
  return {};
}

void StreamRunner::Forget() {
  gathered_.clear();
  gathered_bytes_ = 0;
  to_commit_.clear();
  ended_.clear();
}

Status StreamRunner::Gather() {
  const auto start = SteadyClock::now();
  KafkaMessage message;
  while (gathered_.size() < kGatherMessages && gathered_bytes_ < kGatherBytes &&
         SteadyClock::now() - start < kGatherTime) {
    SCOREWAY_ASSIGN_OR_RETURN(const KafkaConsumer::Polled polled,
                              consumer_->Poll(gathered_.empty() ? kIdleWait : milliseconds(0), &message));
    if (polled == KafkaConsumer::Polled::kNothing) return {};
    if (polled == KafkaConsumer::Polled::kEnd) {
      NotePartitionEnd(message.partition, message.offset);
      continue;
    }
    if (gathered_.empty()) first_read_ = SteadyClock::now();
    TakeMessage(std::move(message));
  }
  return {};
}

void StreamRunner::TakeMessage(KafkaMessage message) {
  const auto end = ends_.find(message.partition);
  if (stream_->is_replay() && (end == ends_.end() || message.offset >= end->second)) {
    return NotePartitionEnd(message.partition, message.offset);
  }
  to_commit_[message.partition] = message.offset + 1;
  gathered_bytes_ += message.value.text.size() + message.key.text.size();
  gathered_.push_back(std::move(message));
}

void StreamRunner::NotePartitionEnd(int32_t partition, int64_t offset) {
  const auto end = ends_.find(partition);
  if (!stream_->is_replay() || (end != ends_.end() && offset < end->second)) return;
  consumer_->PausePartition(partition);
  // A partition that came after the replay was made has nothing of it.
  if (ended_.insert(partition).second && end != ends_.end()) to_commit_[partition] = end->second;
}

Status StreamRunner::ScoreGathered() {
  for (int64_t attempt = 1; !gathered_.empty(); ++attempt) {
    const bool takes_rows = stream_->takes == StreamTakes::kRows;
    Status status =
        takes_rows ? scorer_.Score(gathered_, &answers_) : TakeLabels(service_, *stream_, gathered_, &answers_);
    if (status.ok()) {
      if (attempt > 1) consumer_->Resume();
      if (!takes_rows) return {};
      const int64_t version = scorer_.model()->version;
      const int64_t before = counters_->version.exchange(version);
      if (before != 0 && before != version) counters_->model_swaps.fetch_add(1, std::memory_order_relaxed);
      return {};
    }
    if (is_stopping_) return status;
    counters_->SetError(status.ToString());
    if (attempt == 1) consumer_->Pause();
    SCOREWAY_RETURN_IF_ERROR(WaitPaused(RandomPause(kRetry, attempt)));
    // The partitions have gone to others meanwhile.
    if (gathered_.empty()) consumer_->Resume();
  }
  return {};
}

// Polling goes on, so that the group does not take this process for lost.
Status StreamRunner::WaitPaused(milliseconds time) {
  const auto end = SteadyClock::now() + time;
  while (!is_stopping_ && SteadyClock::now() < end) {
    KafkaMessage message;
    SCOREWAY_ASSIGN_OR_RETURN(const KafkaConsumer::Polled polled, consumer_->Poll(kIdleWait, &message));
    if (polled == KafkaConsumer::Polled::kMessage) TakeMessage(std::move(message));
    if (polled == KafkaConsumer::Polled::kEnd) NotePartitionEnd(message.partition, message.offset);
    if (SteadyClock::now() - last_look_ > kLookInterval) SCOREWAY_RETURN_IF_ERROR(LookAround());
  }
  return {};
}

Status StreamRunner::CommitGathered() {
  if (to_commit_.empty()) return {};
  SCOREWAY_RETURN_IF_ERROR(producer_->Begin());
  for (size_t i = 0; i < gathered_.size(); ++i) {
    const MessageAnswer& answer = answers_[i];
    if (answer.ok() && stream_->takes == StreamTakes::kLabels) continue;
    SCOREWAY_RETURN_IF_ERROR(answer.ok() ? SendAnswer(gathered_[i], answer) : SendFault(gathered_[i], answer.fault));
  }
  std::vector<KafkaOffset> offsets;
  for (const auto& [partition, offset] : to_commit_) offsets.push_back({partition, offset});
  SCOREWAY_RETURN_IF_ERROR(producer_->Commit(*consumer_, offsets));
  CountCommitted();
  gathered_.clear();
  gathered_bytes_ = 0;
  to_commit_.clear();
  return {};
}

void StreamRunner::CountCommitted() {
  counters_->SetError({});
  counters_->transactions.fetch_add(1, std::memory_order_relaxed);
  if (gathered_.empty()) return;
  const auto bad =
      static_cast<uint64_t>(std::ranges::count_if(answers_, [](const MessageAnswer& answer) { return !answer.ok(); }));
  counters_->messages.fetch_add(gathered_.size(), std::memory_order_relaxed);
  counters_->bad.fetch_add(bad, std::memory_order_relaxed);
  const auto spent = SteadyClock::now() - first_read_;
  counters_->transaction.Add(std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count());
}

// Those of the message stay; those of another stream before it give way to ours.
std::vector<KafkaHeader> StreamRunner::HeadersOf(const KafkaMessage& message) const {
  std::vector<KafkaHeader> headers;
  for (const KafkaHeader& header : message.headers) {
    if (!header.name.starts_with(kOurHeaders)) headers.push_back(header);
  }
  const auto add = [&](const char* name, std::string_view value) { headers.push_back({name, KafkaBytes(value)}); };
  add("scoreway-stream", stream_->name);
  if (scorer_.model() != nullptr) {
    add("scoreway-model", scorer_.model()->name);
    add("scoreway-version", scorer_.model()->version_text);
  }
  add("scoreway-input",
      stream_->input + "/" + std::to_string(message.partition) + "/" + std::to_string(message.offset));
  return headers;
}

Status StreamRunner::SendAnswer(const KafkaMessage& message, const MessageAnswer& answer) {
  std::vector<KafkaHeader> headers = HeadersOf(message);
  if (!answer.prediction_id.empty()) {
    headers.push_back({"scoreway-prediction-id", KafkaBytes(answer.prediction_id)});
    headers.push_back({"scoreway-row", KafkaBytes(std::to_string(answer.row))});
  }
  Status sent = producer_->Send(stream_->output, message.key, KafkaBytes(answer.value), headers);
  return sent.code() == Code::kInvalidArgument ? SendFault(message, sent.error()) : std::move(sent);
}

Status StreamRunner::SendFault(const KafkaMessage& message, const Error& fault) {
  std::vector<KafkaHeader> headers = HeadersOf(message);
  headers.push_back({"scoreway-error", KafkaBytes(fault.ToString().substr(0, kReasonBytesMax))});
  headers.push_back({"scoreway-error-code", KafkaBytes(CodeName(fault.code))});
  Status sent = producer_->Send(stream_->errors, message.key, message.value, headers);
  if (sent.code() != Code::kInvalidArgument) return sent;
  // As large as messages may be, it has no room for the headers.
  headers.push_back({"scoreway-value-left-out", KafkaBytes(std::to_string(message.value.text.size()))});
  return producer_->Send(stream_->errors, message.key, {}, headers);
}

Status StreamRunner::LookAround() {
  last_look_ = SteadyClock::now();
  const std::vector<KafkaPosition> positions = consumer_->Positions();
  int64_t lag = 0;
  bool has_ended = !positions.empty();
  for (const KafkaPosition& position : positions) {
    const auto end = ends_.find(position.partition);
    const int64_t last = end == ends_.end() ? position.end : std::min(position.end, end->second);
    if (position.next >= 0 && !ended_.contains(position.partition)) lag += std::max<int64_t>(last - position.next, 0);
    has_ended = has_ended && ended_.contains(position.partition);
  }
  counters_->partitions = static_cast<int64_t>(positions.size());
  counters_->lag = lag + static_cast<int64_t>(gathered_.size());
  if (const std::string fault = consumer_->fault(); !fault.empty()) counters_->SetError("Kafka: " + fault);
  return stream_->is_replay() && has_ended && gathered_.empty() ? EndReplay() : Status();
}

// Of the other partitions their members' commits tell.
Status StreamRunner::EndReplay() {
  std::vector<int32_t> partitions;
  for (const auto& [partition, end] : ends_) partitions.push_back(partition);
  SCOREWAY_ASSIGN_OR_RETURN(
      const std::vector<KafkaOffset> committed,
      KafkaCommitted(streams_.AccessOf(*stream_), stream_->group(), stream_->input, partitions, kAskTimeout));
  for (const KafkaOffset& offset : committed) {
    if (offset.offset < ends_.at(offset.partition)) return {};
  }
  SCOREWAY_RETURN_IF_ERROR(streams_.store.SetState(stream_->name, StreamState::kDone).status());
  is_done_ = true;
  return {};
}

}  // namespace scoreway
