// ModelHistory: what happened to a model since it was registered: moves of its aliases, and its challenges.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "challenge/challenges.h"
#include "service/service.h"

namespace scoreway {

// One of both.
struct HistoryEntry {
  std::optional<AliasEvent> move;
  std::optional<ChallengeEvent> challenge;

  int64_t time_micros() const { return move ? move->time_micros : challenge->time_micros; }
};

// The last one first, at most `count_max`.
Result<std::vector<HistoryEntry>> ModelHistory(const Service& service, const std::string& model, size_t count_max);

// {"move":{...}} or {"challenge":{...}}
void WriteJson(const HistoryEntry& entry, JsonWriter* json);

}  // namespace scoreway
