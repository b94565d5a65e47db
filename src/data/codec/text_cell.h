// A cell written as text, as in CSV, read as the type of its column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/batch.h"

namespace scoreway {

enum class TextCellFault : uint8_t { kNone = 0, kNotANumber, kNotWhole, kNotBool, kOutOfRange, kNotUtf8 };

// Appends the cell to the column, or nothing if the text does not suit the type.
//   missing (null): the empty text; for numbers and bools also blanks alone and, in any case of letters, na, n/a, nan,
//     null, none, <na>. In a string column "" in quotes is an empty text, not missing.
//   float32, float64: what ParseDouble reads, blanks around it allowed, and true/false as 1/0.
//   int64: whole numbers, also written as "3.0"; true/false as 1/0.
//   bool: true/false in any case of letters, or a number that is 0 or 1.
//   string: the text as written; must be UTF-8.
TextCellFault AppendTextCell(std::string_view text, bool quoted, Column* column);

// "'abc' is not a number"; the message for a fault (not kNone) of the text in a column of that type.
std::string TextCellFaultMessage(TextCellFault fault, std::string_view text, Type type);

}  // namespace scoreway
