// PlainNumbers: many plain numbers (plain_number.h) at once, as a column of a table has them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace scoreway {

// One for each bit of a word.
inline constexpr size_t kPlainNumbersMax = 64;

// Reads `count` cells, at most kPlainNumbersMax, of which cell i has the bytes of `text` from begins[i] to nexts[i] -
// 1: one byte stands between a cell and what follows. Bit i of the result says that cell i was read, and values[i] is
// its number to the last bit, NaN for an empty cell. Whatever else stands in a cell, or a number that is no plain one,
// is not read. At least kPlainNumberReadable bytes behind the last cell must be readable. Safe for concurrent use.
uint64_t ReadPlainNumbers(const char* text, const uint32_t* begins, const uint32_t* nexts, size_t count,
                          double* values);

// As ReadPlainNumbers does, one after the other: what it does on processors without the vectors it knows.
uint64_t ReadPlainNumbersSingly(const char* text, const uint32_t* begins, const uint32_t* nexts, size_t count,
                                double* values);

}  // namespace scoreway
