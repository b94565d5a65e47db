#include "score/kernels/text_index.h"

#include <bit>

namespace scoreway {

namespace {

// Up to so many comparisons cost less than a hash.
constexpr size_t kSearchedMax = 4;

}  // namespace

uint64_t TextIndex::HashOfLong(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  uint64_t hash = Mix(text.size());
  for (; end - begin >= 8; begin += 8) hash = Mix(hash ^ Read<uint64_t>(begin));
  return hash;
}

TextIndex::TextIndex(const std::vector<std::string>& texts) : texts_(texts.begin(), texts.end()) {
  keys_.reserve(texts.size());
  for (const std::string_view text : texts_) keys_.push_back(KeyOf(text));
  if (texts_.size() <= kSearchedMax) return;
  slots_.assign(std::bit_ceil(texts_.size() * 2), kAbsent);
  mask_ = slots_.size() - 1;
  shift_ = 64 - std::countr_zero(slots_.size());
  for (uint32_t i = 0; i < texts_.size(); ++i) {
    if (Find(texts_[i]) != kAbsent) continue;
    size_t slot = SlotOf(keys_[i].size, keys_[i].first, keys_[i].last);
    while (slots_[slot] != kAbsent) slot = (slot + 1) & mask_;
    slots_[slot] = i;
  }
}

}  // namespace scoreway
