// HybridReader: numbers of a few bits in Parquet's run-length / bit-packed hybrid
// (https://parquet.apache.org/docs/file-format/data-pages/encodings/), as levels and dictionary indices are written.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway::parquet {

class HybridReader {
 public:
  // Bits of at most 32.
  HybridReader(std::string_view bytes, int bits) : rest_(bytes), bits_(bits) {}

  // The next number; false at the end of the bytes or a damaged run.
  bool Next(uint32_t* value) {
    if (run_left_ == 0 && group_left_ == 0 && !NextRun()) return false;
    if (run_left_ > 0) {
      --run_left_;
      *value = run_value_;
      return true;
    }
    --group_left_;
    return NextPacked(value);
  }

 private:
  bool NextRun() {
    uint64_t header = 0;
    int shift = 0;
    while (true) {
      if (rest_.empty() || shift > 35) return false;
      const auto byte = static_cast<uint8_t>(rest_[0]);
      rest_.remove_prefix(1);
      header |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) break;
      shift += 7;
    }
    if ((header & 1) == 0) {
      const size_t value_bytes = (static_cast<size_t>(bits_) + 7) / 8;
      if (rest_.size() < value_bytes || header >> 1 == 0) return false;
      run_value_ = 0;
      for (size_t i = 0; i < value_bytes; ++i) run_value_ |= uint32_t{static_cast<uint8_t>(rest_[i])} << (8 * i);
      rest_.remove_prefix(value_bytes);
      run_left_ = header >> 1;
      return true;
    }
    group_left_ = (header >> 1) * 8;
    buffer_ = 0;
    buffer_bits_ = 0;
    return group_left_ > 0;
  }

  bool NextPacked(uint32_t* value) {
    while (buffer_bits_ < bits_) {
      if (rest_.empty()) return false;
      buffer_ |= uint64_t{static_cast<uint8_t>(rest_[0])} << buffer_bits_;
      buffer_bits_ += 8;
      rest_.remove_prefix(1);
    }
    *value = static_cast<uint32_t>(buffer_ & ((uint64_t{1} << bits_) - 1));
    buffer_ >>= bits_;
    buffer_bits_ -= bits_;
    return true;
  }

  std::string_view rest_;
  int bits_;
  uint64_t run_left_ = 0;  // of a run of one value
  uint32_t run_value_ = 0;
  uint64_t group_left_ = 0;  // of a bit-packed run
  uint64_t buffer_ = 0;
  int buffer_bits_ = 0;
};

}  // namespace scoreway::parquet
