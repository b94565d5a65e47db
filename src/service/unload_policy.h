// Which loaded versions to let go; a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace scoreway {

struct UnloadCandidate {
  std::string name;
  int64_t version = 0;
  size_t bytes = 0;
  int64_t last_used_seconds = 0;
  bool named = false;  // the bare name or an alias means it
};

// Indexes of the candidates to unload: those not named and unused for unused_seconds_max; then, while all together take
// more than bytes_max (0: no limit), the one unused longest, those not named first. One that was used this second
// stays.
std::vector<size_t> ChooseUnload(const std::vector<UnloadCandidate>& candidates, int64_t now_seconds,
                                 int64_t unused_seconds_max, size_t bytes_max);

}  // namespace scoreway
