// LookupKernel: the operators of a Lookup as one kernel. Fill tries them at each cell that the input may have and keeps
// what comes out, and once at a text that is none of them where such texts are alike; a tile with another cell that was
// not tried, or with one at which they fail, goes through their own kernels.
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "score/few_texts.h"
#include "score/kernel.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/number_index.h"
#include "score/kernels/text_index.h"
#include "score/lookup_plan.h"

namespace scoreway {

class LookupKernel final : public Kernel {
 public:
  // `kernels` are those of the lookup's operators, in order.
  LookupKernel(Lookup lookup, std::vector<std::unique_ptr<Kernel>> kernels, std::span<const ValueShape> values);

  // Fills the table; once, before Run. The tile has one row, its constants are there, and its texts may be emptied.
  void Fill(const Tile& tile);

  Status Run(const Tile& tile) const override;
  // What RunRow needs: by ValueId the first column of its cells.
  void PlaceRow(std::span<const uint64_t> first_column);
  // Run for the one row of the tile, whose cells, by column, are these.
  [[gnu::always_inline]] Status RunRow(const Tile& tile, double* numbers, std::string_view* texts) const {
    if (few_texts_) {
      return few_texts_->Copy(texts[input_column_], numbers + few_column_) ? Status() : RunKernels(tile);
    }
    const uint32_t table_row = of_text_ ? RowOf(texts[input_column_]) : RowOf(numbers[input_column_]);
    if (table_row == kAbsent) return RunKernels(tile);
    for (const Copied& cells : number_copies_) cells.Copy(numbers_.data() + table_row * row_numbers_, numbers);
    for (const Copied& cells : text_copies_) cells.Copy(kept_texts_.data() + table_row * row_texts_, texts);
    return {};
  }
  size_t ScratchBytes(size_t rows) const override;

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  struct Output {
    ValueId value = 0;
    bool is_text = false;
    uint32_t width = 0;
    size_t first = 0;  // in a row of the table of its kind
  };

  // Cells that lie side by side both in a row of the table and in the row that is scored.
  struct Copied {
    size_t first = 0;  // in a row of the table
    uint64_t column = 0;
    uint32_t width = 0;

    // Four by four, the last ones perhaps twice: widths are those of indicators, for which a call of memcpy is dear.
    template <typename Cell>
    void Copy(const Cell* row, Cell* cells) const {
      constexpr uint32_t kTogether = 4;
      const Cell* const from = row + first;
      Cell* const to = cells + column;
      if (width < kTogether) {
        for (uint32_t c = 0; c < width; ++c, OneByOne()) to[c] = from[c];
        return;
      }
      const uint32_t last = width - kTogether;
      for (uint32_t c = 0; c < last; c += kTogether) std::memcpy(to + c, from + c, kTogether * sizeof(Cell));
      std::memcpy(to + last, from + last, kTogether * sizeof(Cell));
    }
  };

  [[gnu::noinline]] Status RunKernels(const Tile& tile) const;
  // Runs the kernels over the row of the tile and appends what they give to the table; false if they fail.
  bool AppendRow(const Tile& tile);
  std::string OtherText() const;
  void MakeFewTexts();
  uint32_t RowOf(std::string_view text) const {
    if (text.data() == nullptr) return missing_row_;
    const uint32_t table_row = text_index_->Find(text);
    return table_row == kAbsent ? other_row_ : table_row;
  }
  uint32_t RowOf(double number) const {
    if (std::isnan(number)) return missing_row_;
    // What was tried is 0; the other zero may come out otherwise. Compared as bits, as zeros are common.
    return std::bit_cast<uint64_t>(number) == std::bit_cast<uint64_t>(-0.0) ? kAbsent : number_index_->Find(number);
  }
  void Give(const Output& output, const Block& block, std::span<const uint32_t> table_rows) const;

  ValueId input_;
  bool of_text_;
  std::vector<std::string> texts_;  // cells by row of the table, but of the row for a missing one
  std::vector<double> cells_;
  uint32_t missing_row_ = kAbsent;
  bool others_alike_;
  uint32_t other_row_ = kAbsent;       // for a text that was not tried
  std::optional<FewTexts> few_texts_;  // for a row; where its cells go
  uint64_t few_column_ = 0;
  std::optional<TextIndex> text_index_;
  std::optional<NumberIndex> number_index_;
  std::vector<std::unique_ptr<Kernel>> kernels_;
  std::vector<Output> outputs_;
  size_t row_numbers_ = 0, row_texts_ = 0;
  std::vector<double> numbers_;               // row after row
  std::vector<std::string_view> kept_texts_;  // row after row
  std::deque<std::string> kept_;              // what they point to
  uint64_t input_column_ = 0;
  std::vector<Copied> number_copies_, text_copies_;
};

}  // namespace scoreway
