// The compressed containers joblib writes and pickles are kept in: zlib, gzip, bzip2, xz, lzma and lz4 frames.
#pragma once

#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "importers/pickle/limits.h"

namespace scoreway::pickle {

enum class Compression { kNone, kZlib, kGzip, kBzip2, kXz, kLzma, kLz4 };

// By the first bytes.
Compression DetectCompression(std::string_view bytes);

// Bytes that grew piece by piece without ever being held twice.
class GrownBytes {
 public:
  std::string_view view() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }
  // Room for at least one byte behind view(), doubling what is there but never beyond size_max; empty when at size_max
  // or out of memory. Committed bytes become part of the view.
  struct Room {
    char* data = nullptr;
    size_t size = 0;
  };
  Room MakeRoom(size_t size_max);
  void Commit(size_t size) { size_ += size; }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// All of the streams in the bytes, one behind the other. CORRUPT when they are damaged or end early,
// RESOURCE_EXHAUSTED when they grow beyond the limits.
Result<GrownBytes> Decompress(std::string_view bytes, Compression compression, const Limits& limits);

}  // namespace scoreway::pickle
