// RepositoryIndex: what is registered and whether it is loaded, as the doors of the Open Inference Protocol list it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/service.h"

namespace scoreway {

struct IndexEntry {
  std::string name;
  std::string version;
  bool ready = false;  // loaded; if not, the first request loads it
};

inline constexpr std::string_view kNotLoadedReason = "not loaded; the first request loads it";

// Every loaded version, and of registered models without one the newest version, in the order of names. May block.
Result<std::vector<IndexEntry>> RepositoryIndex(const Service& service, bool only_ready);

}  // namespace scoreway
