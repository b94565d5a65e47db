#include "data/codec/csv_plain_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/plain_number.h"
#include "base/plain_numbers.h"
#include "base/utf8.h"

namespace scoreway {
namespace {

// Bytes looked at together; fewer than are readable behind a row.
constexpr size_t kBlock = 32;
static_assert(kBlock < kPlainNumberReadable);

// Read together at most, so that all of them stay in the nearer caches.
constexpr size_t kCellsMax = size_t{1} << 16;

// Masks of a block's bytes, the first in the lowest bit.
struct BlockMasks {
  uint32_t line_ends, delimiters;
  uint32_t others;  // quotes, CR, and bytes that are not ASCII
};

#if defined(__SSE2__)
uint32_t BitsOf(__m128i low, __m128i high) {
  return static_cast<uint32_t>(_mm_movemask_epi8(low)) | static_cast<uint32_t>(_mm_movemask_epi8(high)) << 16;
}

BlockMasks Look(const char* block, char delimiter) {
  const auto* const halves = reinterpret_cast<const __m128i*>(block);
  const __m128i low = _mm_loadu_si128(halves), high = _mm_loadu_si128(halves + 1);
  const auto bits_of = [&](char byte) {
    const __m128i wanted = _mm_set1_epi8(byte);
    return BitsOf(_mm_cmpeq_epi8(low, wanted), _mm_cmpeq_epi8(high, wanted));
  };
  // A byte that is not ASCII has its highest bit, which is all that is taken of a byte.
  const auto others = [](__m128i bytes) {
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    return _mm_or_si128(bytes, _mm_or_si128(quotes, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))));
  };
  return {.line_ends = bits_of('\n'), .delimiters = bits_of(delimiter), .others = BitsOf(others(low), others(high))};
}
#else
// A one in each byte of the chunk that is this one.
uint64_t OnesAt(uint64_t chunk, char byte) {
  constexpr uint64_t kOnes = 0x0101010101010101, kLow = 0x7F7F7F7F7F7F7F7F;
  chunk ^= kOnes * static_cast<uint8_t>(byte);
  return ~(((chunk & kLow) + kLow) | chunk | kLow) >> 7;
}

BlockMasks Look(const char* block, char delimiter) {
  BlockMasks masks{};
  for (size_t i = 0; i < kBlock / 8; ++i) {
    uint64_t chunk;
    std::memcpy(&chunk, block + 8 * i, sizeof chunk);
    const auto bits = [&](uint64_t ones) { return static_cast<uint32_t>(ones * 0x0102040810204080 >> 56) << (8 * i); };
    masks.line_ends |= bits(OnesAt(chunk, '\n'));
    masks.delimiters |= bits(OnesAt(chunk, delimiter));
    masks.others |= bits(OnesAt(chunk, '"') | OnesAt(chunk, '\r') | (chunk >> 7 & 0x0101010101010101));
  }
  return masks;
}
#endif

}  // namespace

CsvPlainRows::CsvPlainRows(const Schema& schema, std::span<const std::optional<size_t>> cell_of_column, size_t cells,
                           char delimiter, size_t row_bytes_max)
    : delimiter_(delimiter),
      row_bytes_max_(row_bytes_max),
      rows_(std::clamp(kCellsMax / std::max<size_t>(cells, 1), size_t{1}, kPlainNumbersMax)),
      cells_(cells),
      row_ends_(rows_) {
  bool has_integers = false;
  for (size_t i = 0; i < cell_of_column.size(); ++i) {
    const Type type = schema.field(i).type;
    is_possible_ = is_possible_ && type != Type::kBool && type != Type::kList;
    has_integers = has_integers || type == Type::kInt64;
    if (cell_of_column[i]) {
      cells_[*cell_of_column[i]] = {.type = type, .column = i, .is_wanted = true};
    } else {
      absent_columns_.push_back(i);
    }
  }
  // An empty line is a row of one cell that is missing, or no row.
  is_possible_ = is_possible_ && cells > 1;
  if (!is_possible_) return;
  begins_ = std::make_unique_for_overwrite<uint32_t[]>((cells + 1) * rows_);
  numbers_ = std::make_unique_for_overwrite<double[]>(cells * rows_);
  if (has_integers) integers_ = std::make_unique_for_overwrite<int64_t[]>(cells * rows_);
}

size_t CsvPlainRows::Append(std::string_view text, size_t rows_max, Batch* batch) {
  if (!is_possible_) return 0;
  text = text.substr(0, std::numeric_limits<uint32_t>::max());
  is_ascii_ = true;
  size_t rows = 0;
  for (size_t at = 0; rows < std::min(rows_max, rows_tried_); ++rows) {
    at = FindCells(text, at, rows);
    if (at == 0) break;
    row_ends_[rows] = at;
  }
  const size_t found = rows;
  for (size_t i = 0; i < cells_.size() && rows > 0; ++i) {
    if (!cells_[i].is_wanted) continue;
    rows = std::min(rows, static_cast<size_t>(std::countr_one(Read(text, i, rows))));
  }
  rows_tried_ = rows == 0 ? 1 : std::min(rows_, rows < found ? rows : 2 * rows);
  if (rows == 0) return 0;
  for (const size_t i : absent_columns_) {
    for (size_t row = 0; row < rows; ++row) batch->column(i).AppendNull();
  }
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].is_wanted) Append(text, i, rows, &batch->column(cells_[i].column));
  }
  bytes_ = row_ends_[rows - 1];
  return rows;
}

size_t CsvPlainRows::FindCells(std::string_view text, size_t begin, size_t row) {
  const size_t cells = cells_.size(), end = std::min(text.size(), begin + row_bytes_max_);
  size_t found = 0;
  begins(0)[row] = static_cast<uint32_t>(begin);
  for (size_t block = begin; block < end; block += kBlock) {
    const auto [line_ends, delimiters, others] = Look(text.data() + block, delimiter_);
    const uint32_t within = line_ends ^ (line_ends - 1);  // up to the first; all if there is none
    for (uint32_t left = others & within; left != 0; left &= left - 1) {
      const size_t at = block + static_cast<size_t>(std::countr_zero(left));
      if (at >= end) return 0;
      if (text[at] == '"') return FindCellsAmongQuotes(text, begin, row);
      // A CR is an end of line itself, unless a LF follows it.
      if (text[at] == '\r' && (at + 1 == end || text[at + 1] != '\n')) return 0;
      is_ascii_ = is_ascii_ && text[at] == '\r';
    }
    for (uint32_t left = delimiters & within; left != 0; left &= left - 1) {
      if (++found == cells) return 0;
      begins(found)[row] = static_cast<uint32_t>(block) + static_cast<uint32_t>(std::countr_zero(left)) + 1;
    }
    if (line_ends == 0) continue;
    const size_t line_end = block + static_cast<size_t>(std::countr_zero(line_ends));
    if (line_end >= end || found + 1 != cells) return 0;
    const bool has_return = line_end > begin && text[line_end - 1] == '\r';
    begins(cells)[row] = static_cast<uint32_t>(line_end) + (has_return ? 0 : 1);
    return line_end + 1;
  }
  return 0;
}

size_t CsvPlainRows::FindCellsAmongQuotes(std::string_view text, size_t begin, size_t row) {
  const size_t line_end = text.substr(0, begin + row_bytes_max_).find('\n', begin);
  if (line_end == std::string_view::npos) return 0;
  text = text.substr(0, line_end);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.find('\r', begin) != std::string_view::npos) return 0;
  is_ascii_ = false;  // or so, which is not looked at here
  size_t at = begin;
  for (size_t i = 0; i < cells_.size(); ++i, ++at) {
    begins(i)[row] = static_cast<uint32_t>(at);
    if (at < text.size() && text[at] == '"') {
      at = text.find('"', at + 1);
      if (at == std::string_view::npos) return 0;  // a line that ends within quotes is no row
      ++at;
    } else {
      at = std::min(text.find(delimiter_, at), text.size());
    }
    const bool is_last = i + 1 == cells_.size();
    if ((at == text.size()) != is_last) return 0;
    if (!is_last && text[at] != delimiter_) return 0;  // a doubled quote
  }
  begins(cells_.size())[row] = static_cast<uint32_t>(at);
  return line_end + 1;
}

std::string_view CsvPlainRows::TextAt(std::string_view text, size_t cell, size_t row) const {
  const size_t begin = begins(cell)[row];
  const std::string_view found = text.substr(begin, begins(cell + 1)[row] - 1 - begin);
  return found.starts_with('"') ? found.substr(1, found.size() - 2) : found;
}

uint64_t CsvPlainRows::Read(std::string_view text, size_t cell, size_t rows) {
  const Type type = cells_[cell].type;
  if (type == Type::kInt64) return ReadIntegers(text, cell, rows);
  if (!IsText(type))
    return ReadPlainNumbers(text.data(), begins(cell), begins(cell + 1), rows, &numbers_[cell * rows_]);
  uint64_t plain = ~uint64_t{0};
  if (is_ascii_) return plain;
  for (size_t row = 0; row < rows; ++row) {
    if (!IsUtf8(TextAt(text, cell, row))) plain &= ~(uint64_t{1} << row);
  }
  return plain;
}

uint64_t CsvPlainRows::ReadIntegers(std::string_view text, size_t cell, size_t rows) {
  uint64_t plain = 0;
  for (size_t row = 0; row < rows; ++row) {
    const size_t begin = begins(cell)[row], size = begins(cell + 1)[row] - 1 - begin;
    const char* const digits = text.data() + begin;
    PlainNumber number;
    if (size > 0) {
      if (!ReadShortNumber(digits, size, &number) &&
          (!ReadPlainNumber(digits, &number) || number.end != digits + size)) {
        continue;
      }
      if (!number.is_exact() || number.decimal_count > 0) continue;
      const auto integer = static_cast<int64_t>(number.digits);
      integers_[cell * rows_ + row] = number.negative != 0 ? -integer : integer;
    }
    plain |= uint64_t{1} << row;
  }
  return plain;
}

void CsvPlainRows::Append(std::string_view text, size_t cell, size_t rows, Column* column) const {
  const Type type = cells_[cell].type;
  if (type == Type::kFloat64 || type == Type::kFloat32) {
    return column->AppendNumbers({&numbers_[cell * rows_], rows});
  }
  for (size_t row = 0; row < rows; ++row) {
    if (begins(cell)[row] + 1 == begins(cell + 1)[row]) {
      column->AppendNull();
    } else if (type == Type::kInt64) {
      column->AppendInt64(integers_[cell * rows_ + row]);
    } else {
      column->AppendString(TextAt(text, cell, row));
    }
  }
}

}  // namespace scoreway
