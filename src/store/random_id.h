// RandomId: a name that nobody else has, for an upload or a push.
#pragma once

#include <string>

namespace scoreway {

// 32 hex digits, 128 bits from the system. Thread-safe.
std::string RandomId();

}  // namespace scoreway
