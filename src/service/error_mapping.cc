#include "service/error_mapping.h"

namespace scoreway {

int HttpStatus(Code code) {
  switch (code) {
    case Code::kOk: return 200;
    case Code::kInvalidArgument: return 400;
    case Code::kNotFound: return 404;
    case Code::kAlreadyExists: return 409;
    case Code::kConflict: return 409;
    case Code::kUnsupported: return 422;
    case Code::kCorrupt: return 422;
    case Code::kResourceExhausted: return 413;
    case Code::kUnavailable: return 503;
    case Code::kDeadlineExceeded: return 504;
    case Code::kPermissionDenied: return 403;
    case Code::kInternal: return 500;
  }
  return 500;
}

int StorageHttpStatus(Code code) { return code == Code::kResourceExhausted ? 507 : HttpStatus(code); }

int ExitStatus(Code code) {
  switch (code) {
    case Code::kOk: return 0;
    case Code::kInvalidArgument: return 2;
    case Code::kNotFound: return 4;
    case Code::kAlreadyExists: return 5;
    case Code::kConflict: return 5;
    case Code::kUnsupported: return 3;
    case Code::kCorrupt: return 7;
    case Code::kResourceExhausted: return 6;
    case Code::kUnavailable: return 6;
    case Code::kDeadlineExceeded: return 6;
    case Code::kPermissionDenied: return 7;
    case Code::kInternal: return 1;
  }
  return 1;
}

}  // namespace scoreway
