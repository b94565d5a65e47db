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
  static uint64_t Hash(std::string_view text);

  std::vector<std::string_view> texts_;
  std::vector<uint32_t> slots_;  // position in texts_, kAbsent where free; empty for a short list, which is searched
  size_t mask_ = 0;
};

}  // namespace scoreway
