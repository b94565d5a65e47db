#include "score/lookup_kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "score/kernels/map_cells.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

// Four by four, the last ones perhaps twice: widths are those of indicators, for which a call of memcpy is dear.
inline void CopyFew(const double* from, uint32_t count, double* to) {
  constexpr uint32_t kTogether = 4;
  constexpr size_t kBytes = kTogether * sizeof(double);
  if (count < kTogether) {
    for (uint32_t c = 0; c < count; ++c, OneByOne()) to[c] = from[c];
    return;
  }
  const uint32_t last = count - kTogether;
  for (uint32_t c = 0; c < last; c += kTogether) std::memcpy(to + c, from + c, kBytes);
  std::memcpy(to + last, from + last, kBytes);
}

}  // namespace

LookupKernel::LookupKernel(Lookup lookup, std::vector<std::unique_ptr<Kernel>> kernels,
                           std::span<const ValueShape> values)
    : input_(lookup.input),
      of_text_(values[lookup.input].kind == ValueKind::kText),
      texts_(std::move(lookup.texts)),
      cells_(std::move(lookup.numbers)),
      others_alike_(lookup.others_alike),
      kernels_(std::move(kernels)) {
  for (const ValueId value : lookup.outputs) {
    const bool is_text = values[value].kind == ValueKind::kText;
    size_t& first = is_text ? row_texts_ : row_numbers_;
    outputs_.push_back({value, is_text, values[value].width, first});
    first += values[value].width;
  }
}

size_t LookupKernel::ScratchBytes(size_t rows) const {
  size_t bytes = rows * sizeof(uint32_t);
  for (const auto& kernel : kernels_) bytes = std::max(bytes, kernel->ScratchBytes(rows));
  return bytes;
}

Status LookupKernel::RunKernels(const Tile& tile) const {
  for (const auto& kernel : kernels_) SCOREWAY_RETURN_IF_ERROR(kernel->Run(tile));
  return {};
}

bool LookupKernel::AppendRow(const Tile& tile) {
  tile.texts->Reset();
  if (!RunKernels(tile).ok()) return false;
  for (const Output& output : outputs_) {
    const Block& block = tile.blocks[output.value];
    if (!output.is_text) numbers_.insert(numbers_.end(), block.numbers, block.numbers + output.width);
    for (uint32_t c = 0; output.is_text && c < output.width; ++c) {
      const std::string_view text = block.texts[c];
      kept_texts_.push_back(text.data() == nullptr ? text : std::string_view(kept_.emplace_back(text)));
    }
  }
  return true;
}

void LookupKernel::Fill(const Tile& tile) {
  const Block& input = tile.blocks[input_];
  const auto fails_at_text = [&](const std::string& text) {
    input.texts[0] = text;
    return !AppendRow(tile);
  };
  const auto fails_at_number = [&](double number) {
    input.numbers[0] = number;
    return !AppendRow(tile);
  };
  // Of the texts that fail nothing is kept, so that they would pass for others.
  if (std::erase_if(texts_, fails_at_text) > 0) others_alike_ = false;
  std::erase_if(cells_, fails_at_number);
  auto rows = static_cast<uint32_t>(texts_.size() + cells_.size());
  if (of_text_) {
    input.texts[0] = {};
    text_index_.emplace(texts_);
  } else {
    input.numbers[0] = std::numeric_limits<double>::quiet_NaN();
    number_index_.emplace(cells_);
  }
  if (AppendRow(tile)) missing_row_ = rows++;
  const std::string other = OtherText();
  if (others_alike_ && !fails_at_text(other)) other_row_ = rows;
}

// Longer than all.
std::string LookupKernel::OtherText() const {
  size_t size = 0;
  for (const std::string& text : texts_) size = std::max(size, text.size());
  return std::string(size + 1, 'x');
}

inline uint32_t LookupKernel::RowOf(const Block& input, size_t row) const {
  if (of_text_) {
    const std::string_view text = input.texts[row];
    if (text.data() == nullptr) return missing_row_;
    const uint32_t table_row = text_index_->Find(text);
    return table_row == kAbsent ? other_row_ : table_row;
  }
  const double number = input.numbers[row];
  if (std::isnan(number)) return missing_row_;
  // What was tried is 0; the other zero may come out otherwise. Compared as bits, as zeros are common.
  return std::bit_cast<uint64_t>(number) == std::bit_cast<uint64_t>(-0.0) ? kAbsent : number_index_->Find(number);
}

void LookupKernel::Give(const Output& output, const Block& block, std::span<const uint32_t> table_rows) const {
  for (uint32_t c = 0; c < output.width; ++c) {
    const size_t at = output.first + c;
    if (output.is_text) {
      std::string_view* to = block.text_column(c);
      for (size_t r = 0; r < table_rows.size(); ++r) to[r] = kept_texts_[table_rows[r] * row_texts_ + at];
    } else {
      double* to = block.number_column(c);
      for (size_t r = 0; r < table_rows.size(); ++r) to[r] = numbers_[table_rows[r] * row_numbers_ + at];
    }
  }
}

inline Status LookupKernel::RunOne(const Tile& tile) const {
  const uint32_t table_row = RowOf(tile.blocks[input_], 0);
  if (table_row == kAbsent) return RunKernels(tile);
  for (const Output& output : outputs_) {
    const Block& block = tile.blocks[output.value];
    if (output.is_text) {
      std::copy_n(kept_texts_.data() + table_row * row_texts_ + output.first, output.width, block.texts);
      continue;
    }
    CopyFew(numbers_.data() + table_row * row_numbers_ + output.first, output.width, block.numbers);
  }
  return {};
}

Status LookupKernel::Run(const Tile& tile) const { return tile.rows == 1 ? RunOne(tile) : RunRows(tile); }

Status LookupKernel::RunRows(const Tile& tile) const {
  const Block& input = tile.blocks[input_];
  // All are found before the first is given: a block of an output may lie where the input was.
  auto* table_rows = reinterpret_cast<uint32_t*>(tile.scratch);
  for (size_t r = 0; r < tile.rows; ++r) {
    table_rows[r] = RowOf(input, r);
    if (table_rows[r] == kAbsent) return RunKernels(tile);
  }
  for (const Output& output : outputs_) Give(output, tile.blocks[output.value], {table_rows, tile.rows});
  return {};
}

}  // namespace scoreway
