#include "bindings/c/guard.h"

namespace scoreway::c_api {
namespace {

static_assert(static_cast<int>(Code::kInvalidArgument) == SW_INVALID_ARGUMENT);
static_assert(static_cast<int>(Code::kNotFound) == SW_NOT_FOUND);
static_assert(static_cast<int>(Code::kUnsupported) == SW_UNSUPPORTED);
static_assert(static_cast<int>(Code::kCorrupt) == SW_CORRUPT);
static_assert(static_cast<int>(Code::kResourceExhausted) == SW_RESOURCE_EXHAUSTED);
static_assert(static_cast<int>(Code::kPermissionDenied) == SW_PERMISSION_DENIED);
static_assert(static_cast<int>(Code::kInternal) == SW_INTERNAL);

// One for all; never freed. Short enough to need no memory of its own.
sw_error& OutOfMemory() {
  static sw_error error{{Code::kResourceExhausted, "out of memory", {}}, "out of memory"};
  return error;
}

}  // namespace

sw_code FailOutOfMemory(sw_error** out) noexcept {
  if (out != nullptr) *out = &OutOfMemory();
  return SW_RESOURCE_EXHAUSTED;
}

sw_code Fail(Error error, sw_error** out) noexcept {
  const auto code = static_cast<sw_code>(error.code);
  if (out == nullptr) return code;
  try {
    std::string text = error.ToString();
    *out = new sw_error{std::move(error), std::move(text)};
  } catch (...) {
    return FailOutOfMemory(out);
  }
  return code;
}

}  // namespace scoreway::c_api

using scoreway::c_api::OutOfMemory;

uint32_t sw_abi_version(void) { return SW_ABI_VERSION; }
const char* sw_version(void) { return SCOREWAY_VERSION; }

sw_code sw_error_code(const sw_error* error) {
  return error == nullptr ? SW_OK : static_cast<sw_code>(error->error.code);
}
const char* sw_error_message(const sw_error* error) { return error == nullptr ? "" : error->error.message.c_str(); }
const char* sw_error_place(const sw_error* error) { return error == nullptr ? "" : error->error.place.c_str(); }
const char* sw_error_text(const sw_error* error) { return error == nullptr ? "" : error->text.c_str(); }
void sw_error_free(sw_error* error) {
  if (error != &OutOfMemory()) delete error;
}

const char* sw_code_name(sw_code code) {
  if (code < 0 || code > SW_INTERNAL) return "UNKNOWN";
  return scoreway::CodeName(static_cast<scoreway::Code>(code)).data();  // a literal
}
