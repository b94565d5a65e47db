#include "challenge/challenges.h"

#include <algorithm>

#include "base/utc_time.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr std::string_view kPromotedSort = "p", kCountsSort = "n";

Partition ModelsPartition() { return {"challenge", "all"}; }
Partition PartitionOf(std::string_view model) { return {"challenge", "m/" + std::string(model)}; }
std::string ChallengeSort(std::string_view alias) { return "c/" + std::string(alias); }

// Fixed in length, so that their order is that of the numbers.
std::string EventSort(int64_t sequence) {
  const std::string digits = std::to_string(sequence);
  return "e/" + std::string(12 - std::min<size_t>(digits.size(), 12), '0') + digits;
}

std::string TextOf(const Challenge& challenge) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(challenge, &json);
  return text;
}

std::string TextOf(const std::map<std::string, uint64_t>& counts) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  for (const auto& [kind, count] : counts) json.UintField(kind, count);
  json.EndObject();
  return text;
}

Result<Challenge> Parse(std::string_view model, const std::string& text) {
  auto challenge = ParseChallenge(text);
  if (challenge.ok()) return challenge;
  return AtPlace("model '" + std::string(model) + "'", std::move(challenge).error());
}

Result<ChallengeEvent> ParseEvent(std::string_view text) {
  ChallengeEvent event;
  JsonMembers members(text);
  std::string time;
  members.Read("sequence", &event.sequence);
  members.Read("time", &time);
  members.Read("challenger", &event.alias);
  members.Read("kind", &event.kind);
  members.Read("champion_version", &event.champion_version);
  members.Read("challenger_version", &event.challenger_version);
  members.Read("reason", &event.reason);
  simdjson::dom::element evidence;
  if (members.Find("evidence", &evidence)) event.evidence = simdjson::minify(evidence);
  event.time_micros = ParseUtc(time).value_or(0);
  if (!members.status().ok()) return Error{Code::kCorrupt, "a stored event cannot be read", {}};
  return event;
}

}  // namespace

void WriteJson(const ChallengeEvent& event, JsonWriter* json) {
  json->BeginObject();
  json->IntField("sequence", event.sequence);
  json->StringField("time", FormatUtc(event.time_micros));
  json->StringField("challenger", event.alias);
  json->StringField("kind", event.kind);
  json->IntField("champion_version", event.champion_version);
  json->IntField("challenger_version", event.challenger_version);
  json->StringField("reason", event.reason);
  json->RawField("evidence", event.evidence);
  json->EndObject();
}

Result<std::optional<Challenge>> Challenges::Find(std::string_view model, std::string_view alias) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(PartitionOf(model), ChallengeSort(alias)));
  if (!text) return std::optional<Challenge>();
  SCOREWAY_ASSIGN_OR_RETURN(Challenge challenge, Parse(model, *text));
  return std::optional<Challenge>(std::move(challenge));
}

Result<std::vector<Challenge>> Challenges::List(std::string_view model) {
  std::vector<Challenge> all;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, PartitionOf(model), ScanPrefix("c/"), [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(Challenge challenge, Parse(model, row.value));
    all.push_back(std::move(challenge));
    return {};
  }));
  return all;
}

Result<std::vector<std::string>> Challenges::Models() {
  std::vector<std::string> models;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, ModelsPartition(), {}, [&](const Row& row) -> Status {
    models.push_back(row.sort);
    return {};
  }));
  return models;
}

Result<Challenge> Challenges::Write(Challenge challenge, std::string_view kind, const std::string& reason,
                                    int64_t now_micros, const Evidence* shown) {
  const Partition partition = PartitionOf(challenge.model);
  const std::string sort = ChallengeSort(challenge.alias);
  SCOREWAY_ASSIGN_OR_RETURN(const auto before, store_.Get(partition, sort));
  int64_t revision = 0;
  if (before) {
    SCOREWAY_ASSIGN_OR_RETURN(const Challenge stored, Parse(challenge.model, *before));
    revision = stored.revision;
  }
  if (revision != challenge.revision) {
    return Error{Code::kConflict, "the challenge was changed meanwhile",
                 "model '" + challenge.model + "', challenger '" + challenge.alias + "'"};
  }
  challenge.revision = revision + 1;
  WriteBatch batch{.partition = partition, .writes = {PutIfUnchanged(sort, TextOf(challenge), before)}};
  if (!kind.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ChallengeEvent> last, History(challenge.model, 1));
    ChallengeEvent event{.sequence = last.empty() ? 1 : last[0].sequence + 1,
                         .time_micros = now_micros,
                         .alias = challenge.alias,
                         .kind = std::string(kind),
                         .champion_version = challenge.champion_version,
                         .challenger_version = challenge.challenger_version,
                         .reason = reason,
                         .evidence = {}};
    JsonWriter evidence(&event.evidence);
    (shown == nullptr ? challenge.evidence : *shown).Write(&evidence);
    std::string text;
    JsonWriter json(&text);
    WriteJson(event, &json);
    batch.writes.push_back(PutIfAbsent(EventSort(event.sequence), std::move(text)));
    // Read behind the last event: whoever counts another one meanwhile has taken this one's number.
    SCOREWAY_ASSIGN_OR_RETURN(auto counts, EventCounts(challenge.model));
    ++counts[event.kind];
    batch.writes.push_back(Put(std::string(kCountsSort), TextOf(counts)));
    if (kind == "promoted" || kind == "rolled_back") {
      batch.writes.push_back(Put(std::string(kPromotedSort), FormatUtc(now_micros)));
    }
  }
  // The model is listed before it has one: who lists models looks for their challenges.
  std::vector<WriteBatch> batches;
  if (!before) batches.push_back({.partition = ModelsPartition(), .writes = {Put(challenge.model, "")}});
  batches.push_back(std::move(batch));
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(batches, nullptr));
  return challenge;
}

Result<int64_t> Challenges::LastPromotion(std::string_view model) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(PartitionOf(model), kPromotedSort));
  return text ? ParseUtc(*text).value_or(0) : 0;
}

Result<std::map<std::string, uint64_t>> Challenges::EventCounts(std::string_view model) {
  std::map<std::string, uint64_t> counts;
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(PartitionOf(model), kCountsSort));
  if (!text) return counts;
  std::map<std::string, double> numbers;
  JsonMembers members(std::string("{\"counts\":") + *text + "}");
  members.Read("counts", &numbers);
  if (!members.status().ok())
    return Error{Code::kCorrupt, "stored counts cannot be read", "model '" + std::string(model) + "'"};
  for (const auto& [kind, count] : numbers) counts[kind] = static_cast<uint64_t>(count);
  return counts;
}

Result<std::vector<ChallengeEvent>> Challenges::History(std::string_view model, size_t count_max) {
  std::vector<ChallengeEvent> events;
  ScanRange range = ScanPrefix("e/");
  range.reverse = true;
  range.row_count_max = std::max<size_t>(count_max, 1);
  SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store_.Scan(PartitionOf(model), range));
  for (const Row& row : page.rows) {
    auto event = ParseEvent(row.value);
    if (!event.ok()) return AtPlace("model '" + std::string(model) + "'", std::move(event).error());
    events.push_back(std::move(event).value());
  }
  return events;
}

}  // namespace scoreway
