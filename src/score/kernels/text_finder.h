// TextFinder: where a pattern matches in a text, one match after another. Immutable, so it is shared freely between
// threads.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "score/kernels/text_pattern.h"

namespace scoreway {

bool IsAscii(std::string_view text);

class TextFinder {
 public:
  // CORRUPT where the pattern is none of RE2.
  static Result<TextFinder> Make(const std::string& pattern);

  struct Match {
    size_t begin = 0;
    size_t end = 0;
    bool empty() const { return begin == end; }
  };
  // The first match that begins at `at` or behind it, as RE2 finds it unanchored. `ascii` is IsAscii(text): in such
  // texts what is one character of a class, or a run of them ("\s+", "[\p{L}\p{N}_]{2,}", "\b\w\w+\b"), is found
  // without RE2.
  bool Find(std::string_view text, bool ascii, size_t at, Match* match) const;

  // RE2's, for what needs more: groups.
  const re2::RE2& pattern() const { return *pattern_; }

 private:
  // A run of at least `least` characters, or, where not `repeated`, one.
  struct Runs {
    std::array<bool, 128> members{};
    size_t least = 1;
    bool repeated = false;
  };

  explicit TextFinder(TextPattern pattern);
  static std::optional<Runs> RunsOf(std::string_view pattern);
  bool FindRun(std::string_view text, size_t at, Match* match) const;

  TextPattern pattern_;
  std::optional<Runs> runs_;
};

}  // namespace scoreway
