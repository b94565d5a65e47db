// PlanScratch: the working memory of one run of a Plan, laid out by it.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "score/kernel.h"
#include "score/row_program.h"
#include "score/scorer.h"
#include "score/text_arena.h"

namespace scoreway {

class PlanScratch final : public Scratch {
 public:
  // Grows the memory to at least `bytes`, aligned to 64; what was in it is lost if it grows.
  std::byte* Reserve(size_t bytes) {
    if (bytes > capacity_) {
      memory_.reset();
      memory_.reset(static_cast<std::byte*>(::operator new(bytes, kAlignment)));
      capacity_ = bytes;
    }
    return memory_.get();
  }

  static constexpr std::align_val_t kAlignment{64};

  std::vector<Block> blocks;  // by ValueId, for tiles of `rows` rows
  size_t rows = 0;            // 0: not laid out yet
  Tile tile;                  // of those rows
  RowProgram::Cells cells;    // the blocks' cells, column after column of the layout; its marks are `done`
  std::vector<uint32_t> done;
  TextArena texts;
  const void* owner = nullptr;  // the plan it was made for

 private:
  struct Free {
    void operator()(std::byte* memory) const { ::operator delete(memory, kAlignment); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  size_t capacity_ = 0;
};

}  // namespace scoreway
