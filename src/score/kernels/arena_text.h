// A text that a kernel made, kept for as long as the tile.
#pragma once

#include <cstring>
#include <string_view>

#include "score/kernel.h"
#include "score/text_arena.h"

namespace scoreway {

inline std::string_view KeepText(const Tile& tile, std::string_view text) {
  char* const copy = tile.texts->Allocate(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

}  // namespace scoreway
