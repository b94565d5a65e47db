#include "score/lookup_kernel.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "score/text_arena.h"

namespace scoreway {
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

void LookupKernel::PlaceRow(std::span<const uint64_t> first_column) {
  input_column_ = first_column[input_];
  for (const Output& output : outputs_) {
    std::vector<Copied>& copies = output.is_text ? text_copies_ : number_copies_;
    const Copied next{output.first, first_column[output.value], output.width};
    Copied* const last = copies.empty() ? nullptr : &copies.back();
    if (last != nullptr && last->first + last->width == next.first && last->column + last->width == next.column) {
      last->width += next.width;
    } else {
      copies.push_back(next);
    }
  }
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
  MakeFewTexts();
}

// Once the table is full.
void LookupKernel::MakeFewTexts() {
  if (!of_text_ || !FewTexts::Fits(texts_) || number_copies_.size() != 1 || !text_copies_.empty()) return;
  const Copied& copied = number_copies_[0];
  const auto cells_at = [&](uint32_t row) {
    return row == kAbsent ? nullptr : numbers_.data() + row * row_numbers_ + copied.first;
  };
  FewTexts::Table table{.of_missing = cells_at(missing_row_), .of_others = cells_at(other_row_), .width = copied.width};
  for (uint32_t row = 0; row < texts_.size(); ++row) table.of_text.push_back(cells_at(row));
  few_texts_.emplace(texts_, table);
  few_column_ = copied.column;
}

// Longer than all.
std::string LookupKernel::OtherText() const {
  size_t size = 0;
  for (const std::string& text : texts_) size = std::max(size, text.size());
  return std::string(size + 1, 'x');
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

Status LookupKernel::Run(const Tile& tile) const {
  const Block& input = tile.blocks[input_];
  // All are found before the first is given: a block of an output may lie where the input was.
  auto* table_rows = reinterpret_cast<uint32_t*>(tile.scratch);
  for (size_t r = 0; r < tile.rows; ++r) {
    table_rows[r] = of_text_ ? RowOf(input.texts[r]) : RowOf(input.numbers[r]);
    if (table_rows[r] == kAbsent) return RunKernels(tile);
  }
  for (const Output& output : outputs_) Give(output, tile.blocks[output.value], {table_rows, tile.rows});
  return {};
}

}  // namespace scoreway
