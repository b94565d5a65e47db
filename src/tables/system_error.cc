#include "tables/system_error.h"

#include <cerrno>
#include <cstring>

namespace scoreway {

Error SystemError(const std::string& path, int number) {
  Code code = Code::kInvalidArgument;
  switch (number) {
    case ENOENT: code = Code::kNotFound; break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: code = Code::kResourceExhausted; break;
    case EPIPE:
    case EAGAIN: code = Code::kUnavailable; break;
    case EACCES:
    case EPERM: code = Code::kPermissionDenied; break;
    case EIO: code = Code::kCorrupt; break;
    default: break;
  }
  return Error{code, std::strerror(number), path};
}

}  // namespace scoreway
