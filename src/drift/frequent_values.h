// FrequentValues: how often the frequent texts of a stream came, in bounded memory, mergeable.
//
// Exact while there are no more different texts than `capacity`. Beyond that the summary of Misra and Gries, "Finding
// repeated elements" (1982), merged as Agarwal et al., "Mergeable summaries" (PODS 2012): a count may be short by at
// most undercount(), which is at most the rows over the capacity; what came more often than that is there. Texts longer
// than 256 bytes are known by their beginning. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/result.h"
#include "drift/distinct_count.h"

namespace scoreway {

class FrequentValues {
 public:
  static constexpr size_t kTextBytesMax = 256;

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return HashOf(text); }
  };
  using Counts = std::unordered_map<std::string, uint64_t, Hash, std::equal_to<>>;

  explicit FrequentValues(uint32_t capacity = 512);  // 1 .. 65535

  void Add(std::string_view text, uint64_t count = 1);
  void Merge(const FrequentValues& other);

  bool is_exact() const { return undercount_ == 0; }
  uint64_t undercount() const { return undercount_; }
  const Counts& counts() const { return counts_; }

  // Little-endian: u32 capacity, u64 undercount, u32 texts, and of each u16 size, bytes and u64 count; by their bytes.
  void AppendTo(std::string* out) const;
  // kCorrupt if the bytes are none.
  static Result<FrequentValues> Parse(ByteReader* reader);

 private:
  void Prune();

  uint32_t capacity_;
  uint64_t undercount_ = 0;
  Counts counts_;
};

}  // namespace scoreway
