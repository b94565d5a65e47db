// FewTexts: the usual Lookup as one row takes it: a few short texts, each with its cells, which lie side by side. What
// is compared and what is taken is all in one list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "score/kernels/map_cells.h"
#include "score/kernels/text_index.h"

namespace scoreway {

class FewTexts {
 public:
  // More, or longer ones, are found as quickly by an index.
  static bool Fits(std::span<const std::string> texts);

  // Where the cells of a text lie, `width` of them; null if there are none.
  struct Table {
    std::vector<const double*> of_text{};
    const double* of_missing = nullptr;
    const double* of_others = nullptr;
    uint32_t width = 0;
  };
  // Of texts that fit; of equal ones the first counts. The cells outlive it.
  FewTexts(std::span<const std::string> texts, const Table& table);

  // Copies the cells of the text (data() == nullptr: missing); false if there are none.
  bool Copy(std::string_view text, double* to) const {
    const double* const cells = Find(text);
    if (cells == nullptr) return false;
    to[0] = cells[0];
    for (uint32_t c = 1; c < width_; ++c, OneByOne()) to[c] = cells[c];
    return true;
  }

 private:
  struct Entry {
    TextIndex::Key key;
    const double* cells;
  };
  const double* Find(std::string_view text) const {
    if (text.data() == nullptr) return missing_;
    if (text.size() > TextIndex::kWordsMax) return others_;
    uint64_t first, last;
    TextIndex::ReadWords(text, &first, &last);
    for (const auto& [key, cells] : entries_) {
      if (key.Is(text.size(), first, last)) return cells;
    }
    return others_;
  }

  std::vector<Entry> entries_;
  const double *missing_, *others_;
  uint32_t width_;
};

}  // namespace scoreway
