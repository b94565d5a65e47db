#include "score/text_arena.h"

#include <algorithm>
#include <utility>

namespace scoreway {

namespace {
constexpr size_t kChunkBytes = 4096;
}

void TextArena::NextChunk(size_t size) {
  while (current_ < chunks_.size() && chunks_[current_].size < size) ++current_;
  if (current_ == chunks_.size()) {
    // Doubling keeps the number of chunks small however many texts a tile makes.
    const size_t last = chunks_.empty() ? kChunkBytes / 2 : chunks_.back().size;
    const size_t bytes = std::max(size, last * 2);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
  }
  next_ = chunks_[current_].bytes.get();
  left_ = chunks_[current_].size;
  ++current_;
}

}  // namespace scoreway
