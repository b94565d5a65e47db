// api/openapi.json, built into the binary.
#pragma once

#include <string_view>

namespace scoreway::http {

std::string_view OpenapiDocument();

}  // namespace scoreway::http
