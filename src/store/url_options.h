// What the URLs of databases have in common: options behind '?', and passwords in files.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

// Calls on_option for each KEY=VALUE of "a=1&b=2", the value with its "%xx" decoded, until one is refused. The place of
// an error is "PLACE: KEY".
Status ReadUrlOptions(std::string_view place, std::string_view query,
                      const std::function<Status(std::string_view key, std::string value)>& on_option);

// The first line of the file, without its end; kInvalidArgument if there is none.
Result<std::string> ReadPasswordFile(const std::string& path);

}  // namespace scoreway
