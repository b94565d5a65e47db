// TextIndex: the position of a text in a list, by a small open-addressing table. Immutable; lookups allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>
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
  uint32_t Find(std::string_view text) const;

 private:
  // A text as words, which are compared before its bytes.
  struct Key {
    size_t size = 0;
    uint64_t first = 0, last = 0;
    bool operator==(const Key&) const = default;
  };
  static Key KeyOf(std::string_view text);
  static uint64_t Hash(const Key& key);
  // Whether the text, which has this key, is the one at the position.
  bool Is(uint32_t position, const Key& key, std::string_view text) const;

  std::vector<std::string_view> texts_;
  std::vector<Key> keys_;        // parallel to texts_
  std::vector<uint32_t> slots_;  // position in texts_, kAbsent where free; empty for a short list, which is searched
  size_t mask_ = 0;
};

}  // namespace scoreway
