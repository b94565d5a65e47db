// Access: what a route asks of whoever calls it, where keys are asked for.
#pragma once

#include <optional>

#include "gateways/http/route_table.h"
#include "registry/api_keys.h"

namespace scoreway::http {

// The least role that may call the route; nothing for those that are open to all: health, the page at "/", and the
// console, which brings no data with it.
//   predict: reading, and scoring
//   push:    changing
//   admin:   deleting, and all about keys
std::optional<Role> RoleOf(const Route& route);

// Health and metrics.
bool TellsOfHealth(const Route& route);

}  // namespace scoreway::http
