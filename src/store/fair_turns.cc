#include "store/fair_turns.h"

#include <algorithm>

namespace scoreway {

int64_t FairTurns::Next(int64_t priority, const std::string& tenant, int64_t cost) {
  Turns& turns = of_priority_[priority];
  if (tenant.empty()) return turns.present;
  int64_t& next = turns.next[tenant];
  const int64_t turn = std::max(turns.present, next);
  next = turn + std::max<int64_t>(cost, 1);
  return turn;
}

void FairTurns::Reach(int64_t priority, int64_t turn) {
  Turns& turns = of_priority_[priority];
  if (turn <= turns.present) return;
  turns.present = turn;
  std::erase_if(turns.next, [turn](const auto& each) { return each.second <= turn; });
}

int64_t FairTurns::present(int64_t priority) const {
  const auto found = of_priority_.find(priority);
  return found == of_priority_.end() ? 0 : found->second.present;
}

}  // namespace scoreway
