// Patterns that cut texts into words, such as scikit-learn's r"(?u)\b\w\w+\b".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::python {

// What re.findall gives: everything that `token` (RE2) matches, or its only group; where `whole` is not empty, only
// what that matches from end to end.
struct TokenPattern {
  std::string token;
  std::string whole;
};

// RE2's \b knows ASCII only. Where a pattern asks for words by \b on both sides and takes nothing but characters of
// words in between, words are runs of such characters. Other uses of \b are INVALID_ARGUMENT, as what TranslateRegex
// refuses, patterns of several groups, and patterns that match the empty text.
Result<TokenPattern> TranslateTokenPattern(std::string_view pattern);

// The parts between what the pattern matches, without punctuation at their ends, as re.split and str.strip give them;
// empty ones are none. Only patterns of one or more characters of a class, such as r"\s+" and "[ ,]+", are known.
Result<TokenPattern> TranslateSeparators(std::string_view pattern);

}  // namespace scoreway::python
