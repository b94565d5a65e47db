// The routes, all of them; api/openapi.json describes each.
#pragma once

#include <span>

#include "gateways/http/route_table.h"

namespace scoreway::http {

std::span<const Route> Routes();

}  // namespace scoreway::http
