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

  bool empty() const { return texts_.empty(); }
  // kAbsent if it is not in the list.
  uint32_t Find(std::string_view text) const {
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

 private:
  // Texts up to here are two words.
  static constexpr size_t kWordsMax = 16;

  // A text as words, which are compared before its bytes. With its size those of a text up to kWordsMax say all of it;
  // they may overlap. Of a longer one, whose bytes are compared too, they are its hash.
  struct Key {
    size_t size = 0;
    uint64_t first = 0, last = 0;
    bool operator==(const Key&) const = default;
  };

  static uint64_t Mix(uint64_t x) {
    x *= 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio, odd
    return x ^ (x >> 29);
  }
  template <typename Word>
  static uint64_t Read(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  static Key KeyOf(std::string_view text) {
    const char* begin = text.data();
    const char* end = begin + text.size();
    if (text.size() > kWordsMax) return KeyOfLong(text);
    if (text.size() >= 8) return {text.size(), Read<uint64_t>(begin), Read<uint64_t>(end - 8)};
    if (text.size() >= 4) return {text.size(), Read<uint32_t>(begin), Read<uint32_t>(end - 4)};
    if (text.empty()) return {};
    const auto byte = [](char c) { return uint64_t{static_cast<unsigned char>(c)}; };
    return {text.size(), byte(begin[0]) | byte(begin[text.size() / 2]) << 8 | byte(end[-1]) << 16, 0};
  }
  static Key KeyOfLong(std::string_view text);

  // A byte at the end of a word comes to the last bits, which find the slot, with the second Mix after it.
  static uint64_t Hash(const Key& key) { return Mix(Mix(Mix(key.first + key.size) ^ key.last)); }

  // Whether the text, which has this key, is the one at the position.
  bool Is(uint32_t position, const Key& key, std::string_view text) const {
    return keys_[position] == key && (text.size() <= kWordsMax || texts_[position] == text);
  }

  std::vector<std::string_view> texts_;
  std::vector<Key> keys_;        // parallel to texts_
  std::vector<uint32_t> slots_;  // position in texts_, kAbsent where free; empty for a short list, which is searched
  size_t mask_ = 0;
};

}  // namespace scoreway
