#include "service/stream_events.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"
#include "service/avro_messages.h"

namespace scoreway {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t kBufferBytes = size_t{1} << 20;
constexpr size_t kFollowersMax = 1000;  // of one stream
constexpr size_t kTopicsMax = 64;
constexpr milliseconds kAskTimeout{5000};
constexpr milliseconds kPollWait{100};
constexpr std::chrono::seconds kPingInterval{5};
constexpr std::string_view kPing = ": nothing new\n\n";

std::string EndEvent(std::string_view reason) {
  std::string event = "event: end\ndata: {\"reason\":";
  AppendJsonString(reason, &event);
  return event + "}\n\n";
}

const KafkaBytes* HeaderOf(const KafkaMessage& message, std::string_view name) {
  const auto found = std::ranges::find(message.headers, name, &KafkaHeader::name);
  return found == message.headers.end() || found->value.is_null ? nullptr : &found->value;
}

void WriteBytes(const KafkaBytes& bytes, JsonWriter* json) { bytes.is_null ? json->Null() : json->String(bytes.text); }

// Whatever others may write to the topic, an event is two lines and its data one JSON object.
std::string EventOf(const KafkaMessage& message, const AvroMessages* avro) {
  const std::string place = std::to_string(message.partition) + "/" + std::to_string(message.offset);
  std::string event = "id: " + place + "\nevent: answer\ndata: ";
  JsonWriter json(&event);
  json.BeginObject();
  json.Key("key");
  WriteBytes(message.key, &json);
  json.Key("value");
  std::string decoded;
  const bool is_decoded =
      avro != nullptr && !message.value.is_null && avro->ReadOutput(message.value.text, &decoded).ok();
  const std::string& text = is_decoded ? decoded : message.value.text;
  const bool is_json = !message.value.is_null && text.find_first_of("\r\n") == std::string::npos && IsJson(text);
  is_json ? json.Raw(text) : WriteBytes(message.value, &json);
  for (const auto& [name, header] :
       {std::pair("model", "scoreway-model"), {"version", "scoreway-version"}, {"input", "scoreway-input"}}) {
    json.Key(name);
    const KafkaBytes* const value = HeaderOf(message, header);
    value == nullptr ? json.Null() : json.String(value->text);
  }
  json.StringField("time", FormatUtc(message.time_millis * 1000));
  json.EndObject();
  return event + "\n\n";
}

}  // namespace

StreamEvents::~StreamEvents() {
  Stop();
  std::map<std::string, std::unique_ptr<Topic>> topics;
  {
    const std::lock_guard lock(mutex_);
    topics = std::move(topics_);
  }
  for (const auto& [name, topic] : topics) topic->thread.join();
}

void StreamEvents::Stop() { is_stopping_ = true; }

Result<std::shared_ptr<EventBuffer>> StreamEvents::Follow(const std::string& name) {
  SCOREWAY_ASSIGN_OR_RETURN(Stream stream, streams_.store.Get(name));
  if (stream.takes == StreamTakes::kLabels) {
    return Error{Code::kInvalidArgument, "it takes labels, which are not answered", "stream '" + name + "'"};
  }
  const std::lock_guard opening(open_mutex_);
  JoinEnded();
  auto buffer = std::make_shared<EventBuffer>(kBufferBytes);
  const auto join = [&](Topic& topic) -> Status {
    if (topic.buffers.size() >= kFollowersMax) return Status(Code::kUnavailable, "too many follow this stream");
    topic.buffers.push_back(buffer);
    return {};
  };
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return Error{Code::kUnavailable, "the server is about to end", {}};
    const auto found = topics_.find(name);
    if (found != topics_.end() && !found->second->has_ended) {
      SCOREWAY_RETURN_IF_ERROR(join(*found->second));
      return buffer;
    }
    if (topics_.size() >= kTopicsMax) return Error{Code::kUnavailable, "too many streams are followed", {}};
  }
  auto topic = std::make_unique<Topic>();
  SCOREWAY_ASSIGN_OR_RETURN(topic->consumer, FollowKafkaTopic(streams_.AccessOf(stream), stream.output, kAskTimeout));
  topic->stream = std::move(stream);
  SCOREWAY_RETURN_IF_ERROR(join(*topic));
  Topic& opened = *topic;
  const std::lock_guard lock(mutex_);
  topics_[name] = std::move(topic);
  opened.thread = std::thread([this, &opened] { Read(opened); });
  return buffer;
}

void StreamEvents::JoinEnded() {
  std::vector<std::unique_ptr<Topic>> ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, topic] : topics_) {
      if (topic->has_ended) ended.push_back(std::move(topic));
    }
    std::erase_if(topics_, [](const auto& item) { return item.second == nullptr; });
  }
  for (const auto& topic : ended) topic->thread.join();
}

void StreamEvents::Read(Topic& topic) {
  auto pinged = SteadyClock::now();
  KafkaMessage message;
  std::optional<AvroMessages> avro;
  if (topic.stream.output_format == StreamFormat::kAvro) avro.emplace(topic.stream, streams_.options.schemas);
  while (!is_stopping_) {
    const Result<KafkaConsumer::Polled> polled = topic.consumer->Poll(kPollWait, &message);
    if (!polled.ok()) return End(topic, polled.error().ToString());
    if (*polled == KafkaConsumer::Polled::kMessage && !Send(topic, EventOf(message, avro ? &*avro : nullptr))) return;
    if (SteadyClock::now() - pinged < kPingInterval) continue;
    pinged = SteadyClock::now();
    if (!Send(topic, kPing)) return;
    const auto known = streams_.definitions.Newest();
    if (!known->contains(topic.stream.name)) return End(topic, "the stream was deleted");
  }
  End(topic, "the server is about to end");
}

bool StreamEvents::Send(Topic& topic, std::string_view event) {
  const std::lock_guard lock(mutex_);
  std::erase_if(topic.buffers, [&](const auto& buffer) { return !buffer->Push(event); });
  topic.has_ended = topic.buffers.empty();
  return !topic.has_ended;
}

void StreamEvents::End(Topic& topic, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  for (const auto& buffer : topic.buffers) buffer->End(EndEvent(reason));
  topic.buffers.clear();
  topic.has_ended = true;
}

}  // namespace scoreway
