// TextIndex: the position of a text in a list, by a small open-addressing table. Immutable; lookups allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

class TextIndex {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  // Of equal texts the first counts. The texts must outlive the index.
  explicit TextIndex(const std::vector<std::string>& texts);

  // Texts up to here are two words.
  static constexpr size_t kWordsMax = 16;

  // A text as words, which are compared before its bytes. With its size those of a text up to kWordsMax say all of it;
  // they may overlap. Of a longer one, whose bytes are compared too, they are its hash.
  struct Key {
    size_t size = 0;
    uint64_t first = 0, last = 0;

    bool Is(size_t other_size, uint64_t other_first, uint64_t other_last) const {
      return first == other_first && last == other_last && size == other_size;
    }
  };
  static Key KeyOf(std::string_view text) {
    Key key{.size = text.size()};
    ReadWords(text, &key.first, &key.last);
    return key;
  }
  static void ReadWords(std::string_view text, uint64_t* first, uint64_t* last) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    if (text.size() > kWordsMax) {
      *first = HashOfLong(text);
      *last = Read<uint64_t>(end - 8);
    } else if (text.size() >= 8) {
      *first = Read<uint64_t>(begin);
      *last = Read<uint64_t>(end - 8);
    } else if (text.size() >= 4) {
      *first = Read<uint32_t>(begin);
      *last = Read<uint32_t>(end - 4);
    } else if (text.empty()) {
      *first = *last = 0;
    } else {
      const auto byte = [](char c) { return uint64_t{static_cast<unsigned char>(c)}; };
      *first = byte(begin[0]) | byte(begin[text.size() / 2]) << 8 | byte(end[-1]) << 16;
      *last = 0;
    }
  }

  bool empty() const { return texts_.empty(); }
  // kAbsent if it is not in the list.
  uint32_t Find(std::string_view text) const {
    if (texts_.empty()) return kAbsent;
    // Word by word, as a Key would go through memory.
    uint64_t first, last;
    ReadWords(text, &first, &last);
    const auto is = [&](uint32_t position) {
      return keys_[position].Is(text.size(), first, last) && (text.size() <= kWordsMax || texts_[position] == text);
    };
    if (slots_.empty()) {
      for (uint32_t i = 0; i < texts_.size(); ++i) {
        if (is(i)) return i;
      }
      return kAbsent;
    }
    for (size_t slot = SlotOf(text.size(), first, last); slots_[slot] != kAbsent; slot = (slot + 1) & mask_) {
      if (is(slots_[slot])) return slots_[slot];
    }
    return kAbsent;
  }

 private:
  // Odd, and without a pattern: 2^64 / golden ratio, and another.
  static constexpr uint64_t kFirstFactor = 0x9E3779B97F4A7C15u, kLastFactor = 0xC2B2AE3D27D4EB4Fu;
  static uint64_t Mix(uint64_t x) {
    x *= kFirstFactor;
    return x ^ (x >> 29);
  }
  template <typename Word>
  static uint64_t Read(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  static uint64_t HashOfLong(std::string_view text);

  // Two products side by side; every byte of both words comes to their highest bits.
  size_t SlotOf(size_t size, uint64_t first, uint64_t last) const {
    return ((first + size) * kFirstFactor + last * kLastFactor) >> shift_;
  }

  std::vector<std::string_view> texts_;
  std::vector<Key> keys_;        // parallel to texts_
  std::vector<uint32_t> slots_;  // position in texts_, kAbsent where free; empty for a short list, which is searched
  size_t mask_ = 0;
  int shift_ = 0;  // leaves as many bits as the mask has
};

}  // namespace scoreway
