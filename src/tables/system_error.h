// SystemError: what went wrong with a file, from errno.
#pragma once

#include <string>

#include "base/result.h"

namespace scoreway {

Error SystemError(const std::string& path, int number);

}  // namespace scoreway
