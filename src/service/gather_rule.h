// GatherRule: which models' requests are gathered (gathering_scorer.h), as the process was told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct GatherRule {
  std::string model;
  int64_t version = 0;  // 0: all of them
  size_t rows_max = 0;
};

// "MODEL=ROWS" or "MODEL/VERSION=ROWS".
Result<GatherRule> ParseGatherRule(std::string_view text);

// The most rows of a call for the version; a rule for it alone comes before one for all. 0: its requests are not
// gathered.
size_t GatherRowsOf(const std::vector<GatherRule>& rules, std::string_view model, int64_t version);

}  // namespace scoreway
