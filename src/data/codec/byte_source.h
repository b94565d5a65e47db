// ByteSource: where a streaming reader gets its bytes. The codecs open no files; whoever does wraps it in one of these.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/result.h"

namespace scoreway {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Puts up to `size` (> 0) bytes at `buffer` and returns how many; 0 only at the end, and again at each later call.
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;
};

// Gives a text that must outlive it.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t count = std::min(size, text_.size());
    if (count > 0) std::memcpy(buffer, text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

}  // namespace scoreway
