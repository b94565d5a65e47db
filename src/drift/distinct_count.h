// DistinctCount: about how many different things a stream had: HyperLogLog (Flajolet et al., 2007) of 4096 registers
// with the estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), whose standard
// error is 1.6 %. Mergeable. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace scoreway {

// Hashes as stored counts have them.
uint64_t HashOf(double value);
uint64_t HashOf(std::string_view text);

class DistinctCount {
 public:
  DistinctCount() : registers_(kRegisters) {}

  void Add(uint64_t hash) {
    const auto rank =
        static_cast<uint8_t>(__builtin_clzll((hash << kIndexBits) | (uint64_t{1} << (kIndexBits - 1))) + 1);
    uint8_t& place = registers_[hash >> (64 - kIndexBits)];
    if (rank > place) place = rank;
  }
  void Merge(const DistinctCount& other);
  double Estimate() const;

  // Little-endian: u16 registers that are not 0, and of each u16 index and u8 value.
  void AppendTo(std::string* out) const;
  // kCorrupt if the bytes are none.
  static Result<DistinctCount> Parse(ByteReader* reader);

 private:
  static constexpr int kIndexBits = 12;
  static constexpr int kRankMax = 64 - kIndexBits + 1;
  static constexpr size_t kRegisters = size_t{1} << kIndexBits;

  std::vector<uint8_t> registers_;
};

}  // namespace scoreway
