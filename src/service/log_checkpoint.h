// LogCheckpoint: an iteration of a training, with the model's bytes or without. Bytes that no importer reads are kept
// like any others; what they look like is noted.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/service.h"

namespace scoreway {

// What is needed of the bytes to tell their format.
constexpr size_t kFormatHeadBytes = size_t{1} << 20;

// `bytes` may be empty: metrics only, or a reference. Errors are those of Runs::Log.
Result<LogAnswer> LogCheckpoint(const Service& service, LogRequest request, std::string_view bytes);

// The same for bytes that came in pieces; `head` is how they begin, kFormatHeadBytes of them or all.
Result<LogAnswer> LogCheckpoint(const Service& service, LogRequest request, BlobWriter& artifact,
                                std::string_view head);

}  // namespace scoreway
