#include "service/model_history.h"

#include <algorithm>

#include "service/promote.h"

namespace scoreway {

Result<std::vector<HistoryEntry>> ModelHistory(const Service& service, const std::string& model, size_t count_max) {
  const size_t count = std::clamp<size_t>(count_max, 1, ListOptions::kCountMax);
  SCOREWAY_ASSIGN_OR_RETURN(
      auto moves, service.registry->AliasHistory(model, "", ListOptions{.count_max = count, .page_token = {}}));
  SCOREWAY_ASSIGN_OR_RETURN(auto events, service.challenges->History(model, count));
  std::vector<HistoryEntry> entries;
  for (AliasEvent& move : moves.items) entries.push_back({.move = std::move(move), .challenge = {}});
  for (ChallengeEvent& event : events) entries.push_back({.move = {}, .challenge = std::move(event)});
  std::ranges::stable_sort(entries, std::greater(), &HistoryEntry::time_micros);
  if (entries.size() > count) entries.resize(count);
  return entries;
}

void WriteJson(const HistoryEntry& entry, JsonWriter* json) {
  json->BeginObject();
  json->Key(entry.move ? "move" : "challenge");
  entry.move ? WriteJson(*entry.move, json) : WriteJson(*entry.challenge, json);
  json->EndObject();
}

}  // namespace scoreway
