// Patterns over texts as kernels use them: RE2's, with a bound on what a compiled one may take.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

using TextPattern = std::unique_ptr<const re2::RE2>;

// CORRUPT where the pattern is none.
inline Result<TextPattern> CompileTextPattern(const std::string& text) {
  constexpr int64_t kPatternBytes = 4 << 20;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternBytes);
  auto pattern = std::make_unique<const re2::RE2>(text, options);
  if (!pattern->ok()) return Error{Code::kCorrupt, "a pattern that cannot be: " + pattern->error(), {}};
  return pattern;
}

inline re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace scoreway
