#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace scoreway {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk: return "OK";
    case Code::kInvalidArgument: return "INVALID_ARGUMENT";
    case Code::kNotFound: return "NOT_FOUND";
    case Code::kAlreadyExists: return "ALREADY_EXISTS";
    case Code::kConflict: return "CONFLICT";
    case Code::kUnsupported: return "UNSUPPORTED";
    case Code::kCorrupt: return "CORRUPT";
    case Code::kResourceExhausted: return "RESOURCE_EXHAUSTED";
    case Code::kUnavailable: return "UNAVAILABLE";
    case Code::kDeadlineExceeded: return "DEADLINE_EXCEEDED";
    case Code::kPermissionDenied: return "PERMISSION_DENIED";
    case Code::kInternal: return "INTERNAL";
  }
  return "INTERNAL";
}

std::string Error::ToString() const { return place.empty() ? message : place + ": " + message; }

std::string Status::ToString() const { return ok() ? "OK" : error_->ToString(); }

Error AtPlace(std::string_view place, Error error) {
  error.place = error.place.empty() ? std::string(place) : std::string(place) + ": " + error.place;
  return error;
}

}  // namespace scoreway
