// Kernel: one operator made ready. A Plan runs its kernels over tiles of rows, one after the other, each reading the
// blocks of its input Values and writing the block of its output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway {

class TextArena;

// The cells of a Value in a tile: column c begins at c * stride; row r is r further. With one row in the tile the
// stride is 1 and a block is simply the row. Blocks of different Values may share cells only where one is a part of the
// other (a Concat and its inputs, a Select and its source), which then hold the same.
struct Block {
  double* numbers = nullptr;          // kNumber
  std::string_view* texts = nullptr;  // kText; a missing text has data() == nullptr
  size_t stride = 0;
  uint32_t width = 0;

  double* number_column(uint32_t c) const { return numbers + c * stride; }
  std::string_view* text_column(uint32_t c) const { return texts + c * stride; }
};

// The rows being computed.
struct Tile {
  size_t rows = 0;
  size_t first_row = 0;          // of the batch
  std::span<Block> blocks;       // by ValueId
  std::byte* scratch = nullptr;  // Kernel::ScratchBytes of the running kernel, aligned to 64
  TextArena* texts = nullptr;    // for texts that the kernel makes; they live as long as the tile
  uint64_t row_number = 1;       // of the first row, for messages
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  // Fills the output block for all rows of the tile. Thread-safe; allocates nothing but in tile.texts. An error names
  // row and column.
  virtual Status Run(const Tile& tile) const = 0;
  // Scratch wanted for a tile of that many rows.
  virtual size_t ScratchBytes(size_t /*rows*/) const { return 0; }
};

// What a kernel is made from. The Operator outlives the kernel, and ModelBuilder has checked it (InferShape).
struct KernelContext {
  const Operator& op;
  std::span<const ValueShape> values;  // shapes by ValueId

  ValueId input(size_t index = 0) const { return op.inputs[index]; }
  ValueShape input_shape(size_t index = 0) const { return values[op.inputs[index]]; }
  ValueShape output_shape() const { return values[op.output]; }
};

// One function a kind of operator, each in its file in score/kernels; kernels.cc holds the table.
Result<std::unique_ptr<Kernel>> MakeKernel(const KernelContext& context);

}  // namespace scoreway
