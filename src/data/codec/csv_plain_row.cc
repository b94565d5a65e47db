#include "data/codec/csv_plain_row.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/plain_number.h"
#include "base/utf8.h"

namespace scoreway {
namespace {

// Bytes looked at together; fewer than are readable behind a row.
constexpr size_t kBlock = 32;
static_assert(kBlock <= kPlainNumberReadable);

// Which bytes of a block are that one, the first in the lowest bit.
#if defined(__SSE2__)
uint32_t BytesOf(const char* block, char byte) {
  const __m128i wanted = _mm_set1_epi8(byte);
  const auto* const halves = reinterpret_cast<const __m128i*>(block);
  const int low = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(halves), wanted));
  const int high = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(halves + 1), wanted));
  return static_cast<uint32_t>(low) | static_cast<uint32_t>(high) << 16;
}
#else
uint32_t BytesOf(const char* block, char byte) {
  constexpr uint64_t kOnes = 0x0101010101010101, kLow = 0x7F7F7F7F7F7F7F7F;
  uint32_t found = 0;
  for (size_t i = 0; i < kBlock / 8; ++i) {
    uint64_t chunk;
    std::memcpy(&chunk, block + 8 * i, sizeof chunk);
    chunk ^= kOnes * static_cast<uint8_t>(byte);
    const uint64_t zeros = ~(((chunk & kLow) + kLow) | chunk | kLow) >> 7;  // a one in each byte that is zero
    found |= static_cast<uint32_t>(zeros * 0x0102040810204080 >> 56) << (8 * i);
  }
  return found;
}
#endif

}  // namespace

CsvPlainRow::CsvPlainRow(const Schema& schema, std::span<const std::optional<size_t>> cell_of_column, size_t cells,
                         char delimiter)
    : delimiter_(delimiter), cells_(cells), values_(cells), ends_(cells) {
  for (size_t i = 0; i < cell_of_column.size(); ++i) {
    const Type type = schema.field(i).type;
    is_possible_ = is_possible_ && type != Type::kBool && type != Type::kList;
    if (cell_of_column[i]) {
      cells_[*cell_of_column[i]] = {.type = type, .column = i, .is_wanted = true};
    } else {
      absent_columns_.push_back(i);
    }
  }
  // An empty line is a row of one cell that is missing, or no row.
  is_possible_ = is_possible_ && cells > 1;
}

bool CsvPlainRow::Read(std::string_view row) {
  if (!is_possible_) return false;
  row.remove_suffix(row.ends_with("\r\n") ? 2 : 1);
  if (!FindEnds(row)) return false;
  size_t begin = 0;
  for (size_t i = 0; i < cells_.size(); begin = ends_[i] + 1, ++i) {
    const Cell& cell = cells_[i];
    Value& value = values_[i];
    value.is_missing = begin == ends_[i];
    if (value.is_missing) continue;
    if (!cell.is_wanted || IsText(cell.type)) {
      value.text = row.substr(begin, ends_[i] - begin);
      if (value.text.starts_with('"')) value.text = value.text.substr(1, value.text.size() - 2);
      if (cell.is_wanted && !IsUtf8(value.text)) return false;
      continue;
    }
    PlainNumber number;
    if (!ReadShortNumber(row.data() + begin, ends_[i] - begin, &number)) {
      if (!ReadPlainNumber(row.data() + begin, &number) || number.end != row.data() + ends_[i]) return false;
      if (!number.is_exact()) return false;
    }
    if (cell.type == Type::kInt64) {
      if (number.decimal_count > 0) return false;
      value.integer = static_cast<int64_t>(number.digits);
      if (number.negative) value.integer = -value.integer;
    } else {
      value.number = number.value();
    }
  }
  return true;
}

// Before any cell is read, so that ReadShortNumber can take all of a number at once.
bool CsvPlainRow::FindEnds(std::string_view row) {
  size_t found = 0;
  for (size_t block = 0; block < row.size(); block += kBlock) {
    const size_t left = row.size() - block;
    const uint32_t within = left < kBlock ? (uint32_t{1} << left) - 1 : ~uint32_t{0};
    const char* const bytes = row.data() + block;
    if ((BytesOf(bytes, '\r') & within) != 0) return false;
    if ((BytesOf(bytes, '"') & within) != 0) return FindEndsAmongQuotes(row);
    for (uint32_t delimiters = BytesOf(bytes, delimiter_) & within; delimiters != 0; delimiters &= delimiters - 1) {
      if (found + 1 == ends_.size()) return false;
      ends_[found++] = static_cast<uint32_t>(block) + static_cast<uint32_t>(std::countr_zero(delimiters));
    }
  }
  ends_[found] = static_cast<uint32_t>(row.size());
  return found + 1 == ends_.size();
}

bool CsvPlainRow::FindEndsAmongQuotes(std::string_view row) {
  if (row.find('\r') != std::string_view::npos) return false;
  size_t at = 0;
  for (size_t i = 0; i < ends_.size(); ++i, ++at) {
    if (at < row.size() && row[at] == '"') {
      at = row.find('"', at + 1);
      if (at == std::string_view::npos) return false;  // a line that ends within quotes is no row
      ++at;
    } else {
      at = std::min(row.find(delimiter_, at), row.size());
    }
    const bool is_last = i + 1 == ends_.size();
    if ((at == row.size()) != is_last) return false;
    if (!is_last && row[at] != delimiter_) return false;  // a doubled quote
    ends_[i] = static_cast<uint32_t>(at);
  }
  return true;
}

void CsvPlainRow::AppendTo(Batch* batch) const {
  for (const size_t i : absent_columns_) batch->column(i).AppendNull();
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (!cells_[i].is_wanted) continue;
    Column& column = batch->column(cells_[i].column);
    const Value& value = values_[i];
    if (value.is_missing) {
      column.AppendNull();
      continue;
    }
    switch (cells_[i].type) {
      case Type::kFloat64: column.AppendFloat64(value.number); break;
      case Type::kFloat32: column.AppendFloat32(static_cast<float>(value.number)); break;
      case Type::kInt64: column.AppendInt64(value.integer); break;
      default: column.AppendString(value.text); break;
    }
  }
}

}  // namespace scoreway
