// RandomMarker: a number that nobody has used before.
#pragma once

#include <cstdint>

namespace scoreway::cassandra {

// 64 random bits, never 0. Thread-safe.
int64_t RandomMarker();

}  // namespace scoreway::cassandra
