// Regular expressions of PMML documents, which are Java's, as RE2 writes them.
#pragma once

#include <string>
#include <string_view>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// UNSUPPORTED where RE2 lacks what the pattern asks for (look-around, references back, possessive repetition).
Result<std::string> TranslatePattern(Emit& emit, std::string_view pattern, bool ignore_case = false);

// A text that stands for itself.
std::string QuotePattern(std::string_view text, bool ignore_case);

// What Matcher.replaceAll takes ($1, \$) as RE2's \1; "$$" is a dollar sign, as PMML has it.
Result<std::string> TranslateReplacement(Emit& emit, std::string_view replacement);

}  // namespace scoreway::pmml
