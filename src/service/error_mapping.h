// The one mapping from an Error's code to what the doors say: HTTP status and exit status.
#pragma once

#include "base/result.h"

namespace scoreway {

// Of an error about the request or its input.
int HttpStatus(Code code);
// Of an error from writing to the registry: what is exhausted there is the disk, not the request's allowance.
int StorageHttpStatus(Code code);
// 0 ok, 1 fault of ours, 2 bad input, 3 unsupported, 4 not found, 5 conflict, 6 unavailable or exhausted, 7 corrupt or
// forbidden.
int ExitStatus(Code code);

}  // namespace scoreway
