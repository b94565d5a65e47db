// RowSample: some rows of a stream as they came, each with the same probability, in bounded memory: all of them up to
// 10,000, then as many in Vitter's reservoir ("Random sampling with a reservoir", 1985). Same rows in the same order
// give the same sample. One thread at a time; a sample that nobody changes may be read by many.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/batch.h"
#include "drift/column_profile.h"

namespace scoreway {

class RowSample {
 public:
  static constexpr size_t kRowsMax = 10'000;
  static constexpr size_t kColumnsMax = 300;  // of more the first

  struct SampledColumn {
    std::string name;
    ProfileKind kind;
    // Of each row a number, or the place of its text in `texts`; NaN where it is missing or not finite.
    std::vector<double> cells = {};
    std::vector<std::string> texts = {};
  };

  void AddColumn(std::string name, ProfileKind kind);
  // Columns of the batch, in the order of the sample's.
  void Add(const Batch& batch);

  // Every second row, from the first or the second on.
  RowSample EveryOther(size_t first) const;

  size_t rows() const { return rows_; }
  const std::vector<SampledColumn>& columns() const { return columns_; }
  // Null if there is none.
  const SampledColumn* Find(std::string_view name) const;

 private:
  double CellOf(size_t column, const Column& from, size_t row);
  // The first `count` rows, for which there is room.
  void AddFirst(const Batch& batch, size_t count);

  size_t rows_ = 0;
  uint64_t rows_seen_ = 0;
  std::mt19937_64 random_{1};
  std::vector<SampledColumn> columns_;
  std::vector<std::unordered_map<std::string, size_t>> places_;  // of texts, by column
  std::string buffer_;
};

}  // namespace scoreway
