// TextArena: bytes for the texts that kernels make within a tile. Reset forgets them and keeps the memory, so that runs
// over rows like those before allocate nothing. Belongs to one Scratch; not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace scoreway {

class TextArena {
 public:
  // `size` bytes, valid until Reset. Never null, also for 0 bytes: a text with data() == nullptr is a missing one.
  char* Allocate(size_t size) {
    if (size > left_) NextChunk(size);
    char* bytes = next_;
    next_ += size;
    left_ -= size;
    return bytes;
  }

  void Reset() {
    if (chunks_.empty()) return;
    current_ = 1;
    next_ = chunks_[0].bytes.get();
    left_ = chunks_[0].size;
  }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };

  // The next kept chunk that is large enough, else a new one.
  void NextChunk(size_t size);

  std::vector<Chunk> chunks_;
  size_t current_ = 0;  // chunks_[current_ ...] are free
  char empty_ = 0;
  char* next_ = &empty_;  // within chunks_[current_ - 1]
  size_t left_ = 0;
};

}  // namespace scoreway
