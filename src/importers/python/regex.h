// Regular expressions of Python's `re` as RE2 writes them, as far as both mean the same.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::python {

enum class RegexUse : uint8_t { kSearch, kReplace };

// INVALID_ARGUMENT saying what it is that RE2 lacks or reads otherwise: look-around, references back, \b, and for
// kReplace patterns that match the empty text.
Result<std::string> TranslateRegex(std::string_view pattern, RegexUse use);

// The template of re.sub as RE2's. `groups` is the number of groups of the pattern.
Result<std::string> TranslateReplacement(std::string_view replacement, int groups);

// The number of groups of a translated pattern, or why RE2 does not take it.
Result<int> CountGroups(const std::string& translated);

}  // namespace scoreway::python
