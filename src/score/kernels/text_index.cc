#include "score/kernels/text_index.h"

#include <bit>

namespace scoreway {

namespace {

// Up to so many comparisons cost less than a hash.
constexpr size_t kSearchedMax = 4;

}  // namespace

TextIndex::Key TextIndex::KeyOfLong(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  uint64_t hash = Mix(text.size());
  for (; end - begin >= 8; begin += 8) hash = Mix(hash ^ Read<uint64_t>(begin));
  return {text.size(), hash, Read<uint64_t>(end - 8)};
}

TextIndex::TextIndex(const std::vector<std::string>& texts) : texts_(texts.begin(), texts.end()) {
  keys_.reserve(texts.size());
  for (const std::string& text : texts) keys_.push_back(KeyOf(text));
  if (texts_.size() <= kSearchedMax) return;
  slots_.assign(std::bit_ceil(texts_.size() * 2), kAbsent);
  mask_ = slots_.size() - 1;
  for (uint32_t i = 0; i < texts_.size(); ++i) {
    size_t slot = Hash(keys_[i]) & mask_;
    while (slots_[slot] != kAbsent && !Is(slots_[slot], keys_[i], texts_[i])) slot = (slot + 1) & mask_;
    if (slots_[slot] == kAbsent) slots_[slot] = i;
  }
}

}  // namespace scoreway
