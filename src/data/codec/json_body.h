// JsonBody: a JSON text as a door hands it over.
#pragma once

#include <cstddef>
#include <string_view>

namespace scoreway {

// The parser reads up to this many bytes behind a text, whatever they are. A text that may be read so far is parsed
// where it lies; any other is copied first.
inline constexpr size_t kJsonPadding = 64;

struct JsonBody {
  std::string_view text;
  size_t readable_behind = 0;  // bytes behind the text that belong to the same allocation
};

}  // namespace scoreway
