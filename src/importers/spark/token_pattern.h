// Java's patterns of tokens, as RE2 reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scoreway::spark {

// The pattern with the classes that Java has and RE2 has not, or has differently, spelled out. Nothing for a pattern
// that is not understood: groups, anchors, classes by name, and what may match nothing at all.
std::optional<std::string> TokenPattern(std::string_view java);

}  // namespace scoreway::spark
