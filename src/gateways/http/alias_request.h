// The body of a request that moves an alias.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/alias_table.h"

namespace scoreway::http {

// {"version": 3, "expected": 2, "who": "ann", "why": "better on May"}; only version is needed. expected: null means
// that the alias must not be set.
struct AliasRequest {
  std::optional<int64_t> version;
  std::optional<int64_t> expected;
  Change change{"http", ""};
};

// INVALID_ARGUMENT names a member that is unknown or of the wrong type. An empty text is an object without members.
Result<AliasRequest> ReadAliasRequest(std::string_view json);

}  // namespace scoreway::http
