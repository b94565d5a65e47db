#include "registry/alias_table.h"

#include <algorithm>
#include <set>

#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"
#include "registry/model_names.h"

namespace scoreway {
namespace {

constexpr size_t kBeforeMax = 32;

std::string AliasPlace(std::string_view alias) { return "alias '" + std::string(alias) + "'"; }

std::string PointsAt(int64_t version) {
  return version == 0 ? "is not set" : "points at version " + std::to_string(version);
}

// Empty if it is anything but integers.
std::vector<int64_t> ReadVersions(simdjson::dom::element member) {
  std::vector<int64_t> versions;
  simdjson::dom::array array;
  if (member.get(array)) return versions;
  for (const auto& value : array) {
    int64_t version = 0;
    if (value.get(version)) return {};
    versions.push_back(version);
  }
  return versions;
}

}  // namespace

int64_t AliasTable::Find(std::string_view alias) const {
  const auto entry = entries_.find(alias);
  return entry == entries_.end() ? 0 : entry->second.version;
}

std::map<std::string, int64_t> AliasTable::All() const {
  std::map<std::string, int64_t> all;
  for (const auto& [alias, entry] : entries_) {
    if (entry.version != 0) all[alias] = entry.version;
  }
  return all;
}

std::vector<std::string> AliasTable::Of(int64_t version) const {
  std::vector<std::string> aliases;
  for (const auto& [alias, entry] : entries_) {
    if (entry.version == version) aliases.push_back(alias);
  }
  return aliases;
}

std::vector<int64_t> AliasTable::Before(std::string_view alias) const {
  const auto entry = entries_.find(alias);
  if (entry == entries_.end()) return {};
  return {entry->second.before.rbegin(), entry->second.before.rend()};
}

Status AliasTable::CheckMoves(std::span<const AliasMove> moves) const {
  if (moves.size() > kAliasMovesMax) {
    return Status(Code::kResourceExhausted, "at most " + std::to_string(kAliasMovesMax) + " aliases move in one step");
  }
  std::set<std::string_view> seen;
  for (const AliasMove& move : moves) {
    SCOREWAY_RETURN_IF_ERROR(CheckAliasName(move.alias));
    if (!seen.insert(move.alias).second) {
      return Status(Code::kInvalidArgument, "an alias comes twice in one step", AliasPlace(move.alias));
    }
    const int64_t now_at = Find(move.alias);
    if (move.expected && *move.expected != now_at) {
      return Status(Code::kConflict,
                    "the alias " + PointsAt(now_at) + ", expected was that it " + PointsAt(*move.expected),
                    AliasPlace(move.alias));
    }
  }
  return {};
}

void AliasTable::Record(const std::string& alias, int64_t to, const Change& change, int64_t now_micros,
                        std::vector<AliasEvent>* events) {
  Entry& entry = entries_[alias];
  // Clocks of several machines differ; the order of events does not.
  last_event_micros_ = std::max(last_event_micros_, now_micros);
  events->push_back({++event_count_, last_event_micros_, alias, entry.version, to, change.who, change.why});
  entry.version = to;
}

// What was removed is remembered for a rollback only as long as there is room.
void AliasTable::ForgetRemoved() {
  while (entries_.size() > kAliasesMax) {
    const auto removed = std::ranges::find_if(entries_, [](const auto& entry) { return entry.second.version == 0; });
    if (removed == entries_.end()) return;
    entries_.erase(removed);
  }
}

Result<std::vector<AliasEvent>> AliasTable::Apply(std::span<const AliasMove> moves, const Change& change,
                                                  int64_t now_micros) {
  SCOREWAY_RETURN_IF_ERROR(CheckMoves(moves));
  AliasTable next = *this;
  std::vector<AliasEvent> events;
  const auto make = [&](const std::string& alias, int64_t to) {
    const int64_t from = next.Find(alias);
    if (from == to) return;
    next.Record(alias, to, change, now_micros, &events);
    std::vector<int64_t>& before = next.entries_[alias].before;
    if (from == 0 || (!before.empty() && before.back() == from)) return;
    before.push_back(from);
    if (before.size() > kBeforeMax) before.erase(before.begin());
  };
  for (const AliasMove& move : moves) make(move.alias, move.to);
  const bool names_previous = std::ranges::any_of(moves, [](const AliasMove& move) { return move.alias == kPrevious; });
  const int64_t champion_before = Find(kChampion);
  if (!names_previous && champion_before != 0 && next.Find(kChampion) != champion_before) {
    make(kPrevious, champion_before);
  }
  next.ForgetRemoved();
  if (next.entries_.size() > kAliasesMax) {
    return Status(Code::kResourceExhausted, "a model has at most " + std::to_string(kAliasesMax) + " aliases");
  }
  *this = std::move(next);
  return events;
}

Result<std::vector<AliasEvent>> AliasTable::StepBack(std::string_view alias, int64_t to, const Change& change,
                                                     int64_t now_micros) {
  const auto entry = entries_.find(alias);
  const std::vector<int64_t> before = Before(alias);
  const auto target = std::ranges::find(before, to);
  if (entry == entries_.end() || target == before.end()) {
    return Status(Code::kNotFound, "the alias did not point at version " + std::to_string(to) + " before",
                  AliasPlace(alias));
  }
  const AliasMove move{std::string(alias), to, std::nullopt};
  SCOREWAY_ASSIGN_OR_RETURN(auto events, Apply({&move, 1}, change, now_micros));
  entries_.find(alias)->second.before.assign(before.rbegin(), std::vector<int64_t>::const_reverse_iterator(target + 1));
  return events;
}

std::string AliasTable::Encode() const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("events", event_count_);
  json.IntField("last", last_event_micros_);
  json.Key("aliases");
  json.BeginObject();
  for (const auto& [alias, entry] : entries_) {
    json.Key(alias);
    json.BeginArray();
    json.Int(entry.version);
    for (const int64_t version : entry.before) json.Int(version);
    json.EndArray();
  }
  json.EndObject();
  json.EndObject();
  return text;
}

Result<AliasTable> AliasTable::Decode(std::string_view text) {
  AliasTable table;
  JsonMembers members(text);
  members.Read("events", &table.event_count_);
  members.Read("last", &table.last_event_micros_);
  simdjson::dom::element aliases;
  if (members.Find("aliases", &aliases)) {
    simdjson::dom::object by_name;
    if (aliases.get(by_name)) {
      members.Fail("aliases", "an object");
    } else {
      for (const auto& [alias, member] : by_name) {
        const std::vector<int64_t> versions = ReadVersions(member);
        if (versions.empty()) {
          members.Fail(alias, "an array of versions");
          break;
        }
        table.entries_[std::string(alias)] = {versions[0], {versions.begin() + 1, versions.end()}};
      }
    }
  }
  SCOREWAY_RETURN_IF_ERROR(members.status());
  return table;
}

}  // namespace scoreway
