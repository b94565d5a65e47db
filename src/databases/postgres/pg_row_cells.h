// Rows as PostgreSQL's binary COPY sends them: bytes from outside, so every length is checked.
//
//     a row: the number of its cells in 2 bytes, then each: its size in 4 bytes, -1 for null, and its bytes
//
// all big-endian. Rows follow a head, and an end whose number of cells is -1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway::postgres {

// Takes the head away. kCorrupt if there is none.
Status TakeCopyHead(std::string_view* bytes);
// Whether these bytes are the end.
bool IsCopyEnd(std::string_view bytes);

// Takes a row away, as its cells; nothing for a null. kCorrupt if it has not so many.
Status TakeCopyRow(std::string_view* bytes, size_t cell_count, std::vector<std::optional<std::string_view>>* cells);

// How a number or a flag comes.
enum class PgWire : uint8_t { kFloat8, kInt8, kBool, kText };

// kCorrupt if the bytes are no such cell. The column is of numbers for all but kText, of int64 for kInt8.
Status AppendPgCell(PgWire wire, std::string_view bytes, Column* column);

}  // namespace scoreway::postgres
