// SCOREWAY_CHECK: for what only a programmer can break. Bad input is never a reason to use it; that is a Status.
#pragma once

namespace scoreway {

// Writes file, line and the condition to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace scoreway

#define SCOREWAY_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::scoreway::CheckFailed(__FILE__, __LINE__, #condition))
