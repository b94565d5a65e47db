// FileBytes: the bytes of a file, or of something like one, read at any place by any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

class FileBytes {
 public:
  virtual ~FileBytes() = default;
  virtual uint64_t size() const = 0;
  // Appends up to `count` bytes from `offset` on; fewer only at the end.
  virtual Status AppendAt(uint64_t offset, size_t count, std::string* bytes) const = 0;
};

// Of a text that must outlive it.
class TextBytes final : public FileBytes {
 public:
  explicit TextBytes(std::string_view text) : text_(text) {}

  uint64_t size() const override { return text_.size(); }
  Status AppendAt(uint64_t offset, size_t count, std::string* bytes) const override {
    bytes->append(text_.substr(static_cast<size_t>(std::min<uint64_t>(offset, text_.size())), count));
    return {};
  }

 private:
  std::string_view text_;
};

}  // namespace scoreway
