#include "drift/sort_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace scoreway {
namespace {

constexpr int kDigitBits = 11, kDigits = 3;
constexpr size_t kBuckets = size_t{1} << kDigitBits;
// Of fewer numbers the passes cost more than they spare.
constexpr size_t kRadixMin = 1024;

// Rises with the number: negative ones have all bits turned over, the others the sign's.
uint64_t KeyOf(double number) {
  const auto bits = std::bit_cast<uint64_t>(number);
  return (bits >> 63) != 0 ? ~bits : bits | (uint64_t{1} << 63);
}

size_t DigitOf(uint64_t key, int digit) {
  return static_cast<size_t>(key >> (64 - kDigitBits * (digit + 1))) & (kBuckets - 1);
}

uint64_t UpperBits(double number) { return KeyOf(number) >> (64 - kDigits * kDigitBits); }

// From how many begin with each digit, where their places begin; whether one has them all.
bool BeginsOf(std::array<uint32_t, kBuckets>* counts, size_t all) {
  uint32_t begin = 0;
  bool is_alone = false;
  for (uint32_t& count : *counts) {
    is_alone = is_alone || count == all;
    const uint32_t next = begin + count;
    count = begin;
    begin = next;
  }
  return is_alone;
}

}  // namespace

void SortNumbers(std::vector<double>* numbers) {
  const size_t size = numbers->size();
  if (size < kRadixMin || size > UINT32_MAX) {
    std::sort(numbers->begin(), numbers->end());
    return;
  }
  std::array<std::array<uint32_t, kBuckets>, kDigits> places{};  // of each digit, the highest first
  for (const double number : *numbers) {
    const uint64_t key = KeyOf(number);
    for (int digit = 0; digit < kDigits; ++digit) ++places[static_cast<size_t>(digit)][DigitOf(key, digit)];
  }
  std::vector<double> other(size);
  for (int digit = kDigits; digit-- > 0;) {
    std::array<uint32_t, kBuckets>& place = places[static_cast<size_t>(digit)];
    if (BeginsOf(&place, size)) continue;
    for (const double number : *numbers) other[place[DigitOf(KeyOf(number), digit)]++] = number;
    numbers->swap(other);
  }
  for (auto begin = numbers->begin(); begin != numbers->end();) {
    const uint64_t upper = UpperBits(*begin);
    auto end = begin + 1;
    while (end != numbers->end() && UpperBits(*end) == upper) ++end;
    if (end - begin > 1) std::sort(begin, end);
    begin = end;
  }
}

}  // namespace scoreway
