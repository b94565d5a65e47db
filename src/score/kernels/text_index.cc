#include "score/kernels/text_index.h"

#include <bit>
#include <cstring>

namespace scoreway {

namespace {

// Up to so many comparisons cost less than a hash.
constexpr size_t kSearchedMax = 4;

uint64_t Mix(uint64_t x) {
  x *= 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio, odd
  return x ^ (x >> 29);
}

}  // namespace

uint64_t TextIndex::Hash(std::string_view text) {
  uint64_t hash = Mix(text.size() + 1);
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = Mix(hash ^ word);
  }
  uint64_t word = 0;
  if (left > 0) std::memcpy(&word, at, left);
  return Mix(hash ^ word);
}

TextIndex::TextIndex(const std::vector<std::string>& texts) : texts_(texts.begin(), texts.end()) {
  if (texts_.size() <= kSearchedMax) return;
  slots_.assign(std::bit_ceil(texts_.size() * 2), kAbsent);
  mask_ = slots_.size() - 1;
  for (uint32_t i = 0; i < texts_.size(); ++i) {
    size_t slot = Hash(texts_[i]) & mask_;
    while (slots_[slot] != kAbsent && texts_[slots_[slot]] != texts_[i]) slot = (slot + 1) & mask_;
    if (slots_[slot] == kAbsent) slots_[slot] = i;
  }
}

uint32_t TextIndex::Find(std::string_view text) const {
  if (slots_.empty()) {
    for (uint32_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i] == text) return i;
    }
    return kAbsent;
  }
  for (size_t slot = Hash(text) & mask_; slots_[slot] != kAbsent; slot = (slot + 1) & mask_) {
    if (texts_[slots_[slot]] == text) return slots_[slot];
  }
  return kAbsent;
}

}  // namespace scoreway
