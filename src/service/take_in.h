// TakeIn: makes versions of the models that wait in the store's intake.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "service/service.h"
#include "store/intake.h"

namespace scoreway {

struct TakenIn {
  std::string id, name;
  int64_t version = 0;  // 0: refused
  std::string reason;
};

// Takes in each model that waits: pushed with its id as the idempotency key, so that it becomes one version however
// often this is called and broken off. One that cannot be served, or is not whole, is refused with the reason; an error
// is of the store, and leaves the rest waiting. `on_taken` is told of each.
Status TakeIn(const Service& service, Intake& intake, uint64_t artifact_bytes_max,
              const std::function<void(const TakenIn& taken)>& on_taken);

}  // namespace scoreway
