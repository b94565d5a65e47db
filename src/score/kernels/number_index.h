// NumberIndex: the position of a number in a list, compared exactly (-0 equals 0). Immutable; lookups allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scoreway {

class NumberIndex {
 public:
  static constexpr uint32_t kAbsent = UINT32_MAX;

  // Of equal numbers the first counts; NaN in the list is never found.
  explicit NumberIndex(const std::vector<double>& numbers);

  bool empty() const { return empty_; }
  // kAbsent if it is not in the list, as for NaN.
  uint32_t Find(double number) const {
    if (!direct_.empty()) return FindDirect(number);
    return FindSorted(number);
  }

 private:
  uint32_t FindDirect(double number) const {
    const double at = number - base_;
    if (!(at >= 0 && at < direct_end_)) return kAbsent;
    const auto slot = static_cast<int64_t>(at);
    return base_ + static_cast<double>(slot) == number ? direct_[static_cast<size_t>(slot)] : kAbsent;
  }
  uint32_t FindSorted(double number) const;

  bool empty_;
  // Whole numbers close together, as most codes are, are looked up directly: direct_[number - base_].
  double base_ = 0, direct_end_ = 0;  // the latter is the size of direct_
  std::vector<uint32_t> direct_;
  // Others by bisection.
  std::vector<double> sorted_;
  std::vector<uint32_t> position_;  // parallel to sorted_
};

}  // namespace scoreway
