// HybridReader: numbers of a few bits in Parquet's run-length / bit-packed hybrid
// (https://parquet.apache.org/docs/file-format/data-pages/encodings/), as levels and dictionary indices are written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace scoreway::parquet {

class HybridReader {
 public:
  // Bits of at most 32.
  HybridReader(std::string_view bytes, int bits) : rest_(bytes), bits_(bits) {}

  // The next `count` numbers; false at the end of the bytes or a damaged run.
  bool Read(size_t count, uint32_t* out) {
    while (count > 0) {
      if (run_left_ == 0 && group_left_ == 0 && !NextRun()) return false;
      if (run_left_ > 0) {
        const auto taken = static_cast<size_t>(std::min<uint64_t>(run_left_, count));
        std::fill_n(out, taken, run_value_);
        run_left_ -= taken;
        out += taken;
        count -= taken;
        continue;
      }
      const auto taken = static_cast<size_t>(std::min<uint64_t>(group_left_, count));
      if (!ReadPacked(taken, out)) return false;
      group_left_ -= taken;
      out += taken;
      count -= taken;
    }
    return true;
  }

  // How many of the numbers to come, of `count`, are known to be one value without reading them; 0 where they are
  // packed, or at the end. They are taken.
  size_t TakeRun(size_t count, uint32_t* value) {
    if (run_left_ == 0 && group_left_ == 0 && !NextRun()) return 0;
    const auto taken = static_cast<size_t>(std::min<uint64_t>(run_left_, count));
    *value = run_value_;
    run_left_ -= taken;
    return taken;
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
    bit_ = 0;
    return group_left_ > 0;
  }

  // Numbers of a bit-packed run, the least significant bits first. A number of at most 32 bits lies within the 8 bytes
  // that begin where its first bit is; near the end of the bytes these are gathered one by one.
  bool ReadPacked(size_t count, uint32_t* out) {
    const auto bits = static_cast<uint64_t>(bits_);
    if ((bit_ + bits * count + 7) / 8 > rest_.size()) return false;
    const uint64_t mask = (uint64_t{1} << bits) - 1;
    uint64_t bit = bit_;
    size_t i = 0;
    for (; i < count && bit / 8 + 8 <= rest_.size(); ++i, bit += bits) {
      uint64_t word = 0;
      std::memcpy(&word, rest_.data() + bit / 8, sizeof word);
      out[i] = static_cast<uint32_t>((word >> (bit % 8)) & mask);
    }
    for (; i < count; ++i, bit += bits) {
      uint64_t word = 0;
      if (bit / 8 < rest_.size()) std::memcpy(&word, rest_.data() + bit / 8, rest_.size() - bit / 8);
      out[i] = static_cast<uint32_t>((word >> (bit % 8)) & mask);
    }
    bit_ = bit;
    // The bits of whole groups fill whole bytes.
    if (count == group_left_) rest_.remove_prefix(static_cast<size_t>(bit / 8));
    return true;
  }

  std::string_view rest_;
  int bits_;
  uint64_t run_left_ = 0;  // of a run of one value
  uint32_t run_value_ = 0;
  uint64_t group_left_ = 0;  // of a bit-packed run
  uint64_t bit_ = 0;         // of it, read so far; it begins at rest_
};

}  // namespace scoreway::parquet
