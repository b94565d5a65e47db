// PackedBody: bodies that come compressed (RFC 9110, 8.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateways/http/request.h"

namespace scoreway::http {

enum class BodyPacking : uint8_t { kNone, kGzip, kDeflate };

// By the header Content-Encoding; nothing for one that is not read.
std::optional<BodyPacking> PackingOf(const Request& request);

// kInvalidArgument for damaged bytes, kResourceExhausted for more than bytes_max. As a body, it may be read beyond its
// end (Request::kBodyPadding).
Result<std::string> Unpack(std::string_view packed, BodyPacking packing, uint64_t bytes_max);

}  // namespace scoreway::http
