// Where a page of the record ends: a chunk and an item in it, as the text that a caller gives back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

struct RecordPlace {
  std::string chunk;  // its sort key; empty: the beginning
  uint64_t item = 0;  // of the chunk, in the order they are given
};

// Hex digits of the sort key, '-', the item.
std::string EncodePageToken(const RecordPlace& place);
// kInvalidArgument if the text is none; the beginning for an empty one.
Result<RecordPlace> DecodePageToken(std::string_view token);

}  // namespace scoreway
