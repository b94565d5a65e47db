// Paths within an archive.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::archive {

// Without "." and doubled '/'; CORRUPT for a path that leads out of the archive or is none.
Result<std::string> CleanPath(std::string_view path);

}  // namespace scoreway::archive
