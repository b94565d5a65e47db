// Names that people give and that stand in paths, keys and messages.
#pragma once

#include <string_view>

#include "base/result.h"

namespace scoreway {

constexpr size_t kNameBytesMax = 128;

// Letters, digits, '_', '-' and '.', 1 to 128 of them, not only dots. `what` is the kind of thing with its article,
// "a model". kInvalidArgument says what is wrong with the name.
Status CheckPlainName(std::string_view what, std::string_view name);

}  // namespace scoreway
