// BadRow: a row that could not be scored, kept with the reason, so that it can be put right and stored again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

struct BadRow {
  static constexpr size_t kReasonBytesMax = 2000;
  static constexpr size_t kLineBytesMax = size_t{1} << 20;
  // Of a text whose line would be longer.
  static constexpr size_t kCutTextBytes = size_t{64} << 10;

  int64_t row = 0;      // its number in the firing, from 1; 0: it never became one
  std::string message;  // "topic/partition/offset"; empty: it came otherwise
  std::string reason;
  std::string text;  // the row as JSON, or the message's value
};

// Appends a JSON object and a line's end, at most kLineBytesMax bytes; what is longer is cut off. Bytes that are no
// UTF-8 become U+FFFD.
void AppendBadRow(const BadRow& row, std::string* lines);

// Such lines as columns row, message, reason and text. kCorrupt if they are none that were written.
Result<Batch> ReadBadRows(std::string_view lines);

}  // namespace scoreway
