// Codes by their names, where they come back as text.
#pragma once

#include <string_view>

#include "base/result.h"

namespace scoreway {

// kInternal if there is no such code.
Code CodeFromName(std::string_view name);

}  // namespace scoreway
