// The kinds of Arrow columns that are read, from the format texts of Arrow's C data interface.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "bindings/c/scoreway.h"

namespace scoreway::c_api {

enum class ArrowKind : uint8_t { kNull, kBool, kInteger, kHalf, kFloat32, kFloat64, kText, kLargeText, kTextView };

struct ArrowFormat {
  ArrowKind kind = ArrowKind::kNull;
  int bits = 0;  // of kInteger
  bool is_signed = false;

  bool is_text() const {
    return kind == ArrowKind::kText || kind == ArrowKind::kLargeText || kind == ArrowKind::kTextView;
  }
};

// UNSUPPORTED for other formats; the place is left to the caller. `format` may be null.
Result<ArrowFormat> ReadArrowFormat(const char* format);

}  // namespace scoreway::c_api
