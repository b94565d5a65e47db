#include "score/kernels/text_index.h"

#include <bit>
#include <cstring>

namespace scoreway {

namespace {

// Up to so many comparisons cost less than a hash.
constexpr size_t kSearchedMax = 4;
// Texts up to here are two words.
constexpr size_t kWordsMax = 16;

uint64_t Mix(uint64_t x) {
  x *= 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio, odd
  return x ^ (x >> 29);
}

template <typename Word>
uint64_t Read(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace

// With its size the words of a text up to kWordsMax say all of it; they may overlap. Of a longer one, whose bytes are
// compared too, they are its hash.
TextIndex::Key TextIndex::KeyOf(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (text.size() > kWordsMax) {
    uint64_t hash = Mix(text.size());
    for (; end - begin >= 8; begin += 8) hash = Mix(hash ^ Read<uint64_t>(begin));
    return {text.size(), hash, Read<uint64_t>(end - 8)};
  }
  if (text.size() >= 8) return {text.size(), Read<uint64_t>(begin), Read<uint64_t>(end - 8)};
  if (text.size() >= 4) return {text.size(), Read<uint32_t>(begin), Read<uint32_t>(end - 4)};
  if (text.empty()) return {};
  const auto byte = [](char c) { return uint64_t{static_cast<unsigned char>(c)}; };
  return {text.size(), byte(begin[0]) | byte(begin[text.size() / 2]) << 8 | byte(end[-1]) << 16, 0};
}

// A byte at the end of a word comes to the last bits, which find the slot, with the second Mix after it.
uint64_t TextIndex::Hash(const Key& key) { return Mix(Mix(Mix(key.first + key.size) ^ key.last)); }

bool TextIndex::Is(uint32_t position, const Key& key, std::string_view text) const {
  return keys_[position] == key && (text.size() <= kWordsMax || texts_[position] == text);
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

uint32_t TextIndex::Find(std::string_view text) const {
  if (texts_.empty()) return kAbsent;
  const Key key = KeyOf(text);
  if (slots_.empty()) {
    for (uint32_t i = 0; i < texts_.size(); ++i) {
      if (Is(i, key, text)) return i;
    }
    return kAbsent;
  }
  for (size_t slot = Hash(key) & mask_; slots_[slot] != kAbsent; slot = (slot + 1) & mask_) {
    if (Is(slots_[slot], key, text)) return slots_[slot];
  }
  return kAbsent;
}

}  // namespace scoreway
