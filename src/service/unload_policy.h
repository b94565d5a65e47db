// Which loaded versions to let go; a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace scoreway {

struct UnloadCandidate {
  std::string_view name;
  int64_t version = 0;
  size_t bytes = 0;
  int64_t last_used_ms = 0;
  bool named = false;  // the bare name or an alias means it
  bool keep = false;   // whatever it takes
};

struct UnloadLimits {
  // What neither the bare name nor an alias means any more leaves when it was unused for so long: the one of a name
  // that was used last, to which an alias may go back, and the others.
  int64_t last_unnamed_ms = 60'000;
  int64_t unnamed_ms = 1'000;
  size_t bytes_max = 0;  // of all together; 0: no limit
};

// Indexes of the candidates to unload: those that are not named and were unused for too long; then, while all together
// take more than the limit, the one unused longest, those not named first. Of small ones some more go at once, so that
// the next does not find the set full again.
std::vector<size_t> ChooseUnload(const std::vector<UnloadCandidate>& candidates, int64_t now_ms,
                                 const UnloadLimits& limits);

}  // namespace scoreway
