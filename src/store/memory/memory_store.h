// The Store of tests and of servers that need not remember: rows in a map, gone with the process.
#pragma once

#include <memory>

#include "base/clock.h"
#include "store/store.h"

namespace scoreway {

// The clock decides when a TTL has passed and must outlive the store.
std::unique_ptr<Store> NewMemoryStore(const Clock& clock);

}  // namespace scoreway
