#include "challenge/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr double kBucketStep = 1.25;

void WriteState(std::string_view key, const BettingTest::State& state, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  json->UintField("count", state.count);
  json->DoubleField("weight", state.weight);
  json->DoubleField("sum", state.sum);
  json->DoubleField("sum_of_squares", state.sum_of_squares);
  json->DoubleField("log_capital", state.log_capital);
  json->EndObject();
}

// The member as an object; false if there is none.
bool FindObject(JsonMembers& members, std::string_view key, simdjson::dom::object* object) {
  simdjson::dom::element element;
  if (!members.Find(key, &element)) return false;
  if (!element.get(*object)) return true;
  members.Fail(key, "an object");
  return false;
}

BettingTest::State ReadState(JsonMembers& members, std::string_view key) {
  BettingTest::State state;
  simdjson::dom::object object;
  if (!FindObject(members, key, &object)) return state;
  JsonMembers inner(object);
  inner.Read("count", &state.count);
  inner.Read("weight", &state.weight);
  inner.Read("sum", &state.sum);
  inner.Read("sum_of_squares", &state.sum_of_squares);
  inner.Read("log_capital", &state.log_capital);
  if (!inner.status().ok()) members.Fail(key, "a test's state");
  return state;
}

void WriteLatency(std::string_view key, const LatencyBuckets& latency, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const uint64_t count : latency.counts) json->Uint(count);
  json->EndArray();
}

void ReadLatency(JsonMembers& members, std::string_view key, LatencyBuckets* latency) {
  simdjson::dom::element element;
  simdjson::dom::array items;
  if (!members.Find(key, &element)) return;
  size_t index = 0;
  if (element.get(items) || items.size() != LatencyBuckets::kCount) return members.Fail(key, "a list of counts");
  for (const simdjson::dom::element item : items) {
    if (item.get(latency->counts[index++])) return members.Fail(key, "a list of counts");
  }
}

}  // namespace

void LatencyBuckets::Add(double micros) {
  const double bucket = std::ceil(std::log(std::max(micros, 1.0)) / std::log(kBucketStep));
  ++counts[std::min(static_cast<size_t>(bucket), kCount - 1)];
}

uint64_t LatencyBuckets::count() const {
  uint64_t sum = 0;
  for (const uint64_t count : counts) sum += count;
  return sum;
}

double LatencyBuckets::Quantile(double share) const {
  const double wanted = share * static_cast<double>(count());
  uint64_t sum = 0;
  for (size_t i = 0; i < kCount; ++i) {
    sum += counts[i];
    if (sum > 0 && static_cast<double>(sum) >= wanted) return std::pow(kBucketStep, static_cast<double>(i));
  }
  return 0;
}

void Evidence::Add(const Pair& pair) {
  const double lead = pair.champion_loss - pair.challenger_loss;
  champion_sum_ += pair.champion_loss;
  challenger_sum_ += pair.challenger_loss;
  better_.Add(lead);
  worse_.Add(-lead);
  interval_.Add(lead);
  if (trace_.Wants(labels())) {
    trace_.Add({.labels = labels(),
                .lead = champion_loss() - challenger_loss(),
                .low = interval_.low(),
                .high = interval_.high(),
                .better = better_.log_capital(),
                .worse = worse_.log_capital()});
  }
  champion_latency_.Add(pair.champion_micros);
  challenger_latency_.Add(pair.challenger_micros);
  for (const auto& [input, value] : pair.segments) {
    const std::string name = input + "=" + value;
    auto at = segments_.find(name);
    if (at == segments_.end()) {
      if (segments_.size() >= kSegmentValuesMax) continue;
      at = segments_.emplace(name, Segment()).first;
    }
    Segment& segment = at->second;
    ++segment.count;
    segment.sum += lead;
    BettingTest worse(0, kWorseMemory, segment.worse);
    worse.Add(-lead);
    segment.worse = worse.state();
  }
}

double Evidence::champion_loss() const {
  return labels() == 0 ? std::numeric_limits<double>::quiet_NaN() : champion_sum_ / static_cast<double>(labels());
}

double Evidence::challenger_loss() const {
  return labels() == 0 ? std::numeric_limits<double>::quiet_NaN() : challenger_sum_ / static_cast<double>(labels());
}

void Evidence::Write(JsonWriter* json) const {
  json->BeginObject();
  json->UintField("labels", labels());
  json->UintField("unlabelled", unlabelled_);
  json->DoubleField("champion_loss", champion_loss());
  json->DoubleField("challenger_loss", challenger_loss());
  json->DoubleField("lead_low", interval_.low());
  json->DoubleField("lead_high", interval_.high());
  json->DoubleField("champion_p99_ms", champion_p99_micros() / 1000);
  json->DoubleField("challenger_p99_ms", challenger_p99_micros() / 1000);
  json->DoubleField("champion_sum", champion_sum_);
  json->DoubleField("challenger_sum", challenger_sum_);
  WriteState("better", better_.state(), json);
  WriteState("worse", worse_.state(), json);
  json->Key("lead");
  json->BeginObject();
  const MeanInterval::State& lead = interval_.state();
  json->UintField("count", lead.count);
  json->DoubleField("sum", lead.sum);
  json->DoubleField("squares", lead.squares);
  json->DoubleField("weights", lead.weights);
  json->DoubleField("weighted_sum", lead.weighted_sum);
  json->DoubleField("variance_sum", lead.variance_sum);
  json->EndObject();
  json->Key("trace");
  trace_.Write(json);
  WriteLatency("champion_latency", champion_latency_, json);
  WriteLatency("challenger_latency", challenger_latency_, json);
  json->Key("segments");
  json->BeginObject();
  for (const auto& [name, segment] : segments_) {
    json->Key(name);
    json->BeginObject();
    json->UintField("count", segment.count);
    json->DoubleField("sum", segment.sum);
    WriteState("worse", segment.worse, json);
    json->EndObject();
  }
  json->EndObject();
  json->EndObject();
}

Result<Evidence> Evidence::Parse(std::string_view json, const ChallengePolicy& policy) {
  Evidence evidence(policy);
  JsonMembers members(json);
  members.Read("unlabelled", &evidence.unlabelled_);
  members.Read("champion_sum", &evidence.champion_sum_);
  members.Read("challenger_sum", &evidence.challenger_sum_);
  evidence.better_ = BettingTest(policy.margin, BettingTest::kAllNumbers, ReadState(members, "better"));
  evidence.worse_ = BettingTest(0, kWorseMemory, ReadState(members, "worse"));
  simdjson::dom::object inner;
  if (FindObject(members, "lead", &inner)) {
    JsonMembers lead(inner);
    MeanInterval::State state;
    lead.Read("count", &state.count);
    lead.Read("sum", &state.sum);
    lead.Read("squares", &state.squares);
    lead.Read("weights", &state.weights);
    lead.Read("weighted_sum", &state.weighted_sum);
    lead.Read("variance_sum", &state.variance_sum);
    SCOREWAY_RETURN_IF_ERROR(lead.status());
    evidence.interval_ = MeanInterval(policy.alpha, state);
  }
  simdjson::dom::element trace;
  if (members.Find("trace", &trace)) {  // evidence of an older release has none
    SCOREWAY_ASSIGN_OR_RETURN(evidence.trace_, EvidenceTrace::Parse(simdjson::minify(trace)));
  }
  ReadLatency(members, "champion_latency", &evidence.champion_latency_);
  ReadLatency(members, "challenger_latency", &evidence.challenger_latency_);
  if (FindObject(members, "segments", &inner)) {
    for (const auto& [name, value] : inner) {
      simdjson::dom::object of_segment;
      if (value.get(of_segment)) continue;
      JsonMembers segment_members(of_segment);
      Segment segment;
      segment_members.Read("count", &segment.count);
      segment_members.Read("sum", &segment.sum);
      segment.worse = ReadState(segment_members, "worse");
      SCOREWAY_RETURN_IF_ERROR(segment_members.status());
      evidence.segments_.emplace(std::string(name), segment);
    }
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return evidence;
}

}  // namespace scoreway
