// Leaves: the numbers at the ends of the walks, and how they become sums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/operators.h"
#include "score/kernels/tree_ensemble_exits.h"

namespace scoreway::forest {

// Brings [begin, end) into the second-level cache, all of it at once rather than as it is stumbled upon.
inline void PrefetchRange(const void* begin, const void* end) {
  constexpr size_t kCacheLine = 64;
  for (const auto* at = static_cast<const std::byte*>(begin); at < end; at += kCacheLine) {
    __builtin_prefetch(at, 0, 2);
  }
}

enum class LeafForm : uint8_t {
  kNumber,    // one output
  kNumberTo,  // one number, to the output of its tree
  kPair,      // two outputs
  kRow,       // a row of numbers, copied
  kFarRow,    // a row of numbers in the operator
};

// The leaves of an operator, which outlives them, as Real: what sums are rounded to. Immutable; thread-safe.
template <typename Real>
class Leaves {
 public:
  // `rows`: Layout::leaf_rows.
  Leaves(const op::TreeEnsemble& op, std::vector<uint32_t> rows) : op_(op), form_(FormOf(op)) {
    if (form_ == LeafForm::kFarRow) {
      rows_ = std::move(rows);
      return;
    }
    numbers_.reserve(rows.size() * op.leaf_width + kExitsReadable);
    for (const uint32_t row : rows) {
      for (uint32_t c = 0; c < op.leaf_width; ++c) {
        numbers_.push_back(static_cast<Real>(op.leaf_values[size_t{row} * op.leaf_width + c]));
      }
    }
    numbers_.resize(numbers_.size() + kExitsReadable);
  }

  LeafForm form() const { return form_; }
  // Of kNumber; kExitsReadable behind each may be read.
  const Real* numbers() const { return numbers_.data(); }

  // Brings leaves nearer that will be wanted soon.
  void Prefetch(uint32_t begin, uint32_t end) const {
    if (form_ == LeafForm::kFarRow) return;
    const size_t width = op_.leaf_width;
    PrefetchRange(numbers_.data() + begin * width, numbers_.data() + end * width);
  }

  // Adds a leaf of tree t to the sums of a row. kForm is form(), which the caller decides on once for many.
  template <LeafForm kForm>
  void Add(size_t t, uint32_t leaf, Real* sums) const {
    if constexpr (kForm == LeafForm::kNumber) {
      sums[0] += numbers_[leaf];
    } else if constexpr (kForm == LeafForm::kNumberTo) {
      sums[op_.tree_output[t]] += numbers_[leaf];
    } else if constexpr (kForm == LeafForm::kPair) {
      const Real* pair = numbers_.data() + size_t{2} * leaf;
      sums[0] += pair[0];
      sums[1] += pair[1];
    } else if constexpr (kForm == LeafForm::kRow) {
      const Real* row = numbers_.data() + size_t{leaf} * op_.leaf_width;
      for (uint32_t c = 0; c < op_.leaf_width; ++c) sums[c] += row[c];
    } else {
      const double* row = op_.leaf_values.data() + size_t{rows_[leaf]} * op_.leaf_width;
      for (uint32_t c = 0; c < op_.leaf_width; ++c) sums[c] += static_cast<Real>(row[c]);
    }
  }

 private:
  // Leaves up to this width are copied to where walks end; wider ones, which may be shared by many, are not.
  static constexpr uint32_t kCopiedWidthMax = 8;

  static LeafForm FormOf(const op::TreeEnsemble& op) {
    if (!op.tree_output.empty()) return LeafForm::kNumberTo;
    if (op.leaf_width == 1) return LeafForm::kNumber;
    if (op.leaf_width == 2) return LeafForm::kPair;
    return op.leaf_width <= kCopiedWidthMax ? LeafForm::kRow : LeafForm::kFarRow;
  }

  const op::TreeEnsemble& op_;
  const LeafForm form_;
  std::vector<Real> numbers_;
  std::vector<uint32_t> rows_;
};

}  // namespace scoreway::forest
