// The wall between C++ and C: errors as handles, and no exception beyond it.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/result.h"
#include "bindings/c/scoreway.h"

struct sw_error {
  scoreway::Error error;
  std::string text;
};

namespace scoreway::c_api {

// The error as a handle in *out, if out is not null, and its code.
sw_code Fail(Error error, sw_error** out) noexcept;
// The error of which making a handle needs no memory.
sw_code FailOutOfMemory(sw_error** out) noexcept;

inline Status NullArgument() { return Status(Code::kInvalidArgument, "a pointer that must not be null is null"); }

// Runs work(), which gives a Status, and turns what it says or throws into a code.
template <typename Work>
sw_code Guarded(sw_error** out, const Work& work) noexcept {
  try {
    Status status = work();
    return status.ok() ? SW_OK : Fail(std::move(status).error(), out);
  } catch (const std::bad_alloc&) {
    return FailOutOfMemory(out);
  } catch (const std::exception& e) {
    return Fail(Error{Code::kInternal, e.what(), {}}, out);
  } catch (...) {
    return Fail(Error{Code::kInternal, "an exception of no known kind", {}}, out);
  }
}

}  // namespace scoreway::c_api
