// LookupKernel: the operators of a Lookup as one kernel. Fill tries them at each cell that the input may have and keeps
// what comes out, and once at a text that is none of them where such texts are alike; a tile with another cell that was
// not tried, or with one at which they fail, goes through their own kernels.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "score/kernel.h"
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
  size_t ScratchBytes(size_t rows) const override;

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX;
  struct Output {
    ValueId value = 0;
    bool is_text = false;
    uint32_t width = 0;
    size_t first = 0;  // in a row of the table of its kind
  };

  Status RunKernels(const Tile& tile) const;
  // Runs the kernels over the row of the tile and appends what they give to the table; false if they fail.
  bool AppendRow(const Tile& tile);
  std::string OtherText() const;
  uint32_t RowOf(const Block& input, size_t row) const;
  void Give(const Output& output, const Block& block, std::span<const uint32_t> table_rows) const;
  Status RunOne(const Tile& tile) const;
  [[gnu::noinline]] Status RunRows(const Tile& tile) const;

  ValueId input_;
  bool of_text_;
  std::vector<std::string> texts_;  // cells by row of the table, but of the row for a missing one
  std::vector<double> cells_;
  uint32_t missing_row_ = kAbsent;
  bool others_alike_;
  uint32_t other_row_ = kAbsent;  // for a text that was not tried
  std::optional<TextIndex> text_index_;
  std::optional<NumberIndex> number_index_;
  std::vector<std::unique_ptr<Kernel>> kernels_;
  std::vector<Output> outputs_;
  size_t row_numbers_ = 0, row_texts_ = 0;
  std::vector<double> numbers_;               // row after row
  std::vector<std::string_view> kept_texts_;  // row after row
  std::deque<std::string> kept_;              // what they point to
};

}  // namespace scoreway
