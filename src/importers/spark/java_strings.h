// The texts in a stream that Java wrote (ObjectOutputStream): of the objects nothing else is looked at, and none is
// made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::spark {

// Every text in the stream, in order: fields of objects, and the names of fields' types. CORRUPT if it is cut off or no
// such stream; UNSUPPORTED for what a saved booster has not: arrays, enumerations, classes and proxies.
Result<std::vector<std::string>> ReadJavaStrings(std::string_view stream);

}  // namespace scoreway::spark
