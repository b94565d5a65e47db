#include "exporters/tree_cut.h"

#include <cmath>
#include <limits>

namespace scoreway {
namespace {

using Compare = op::TreeEnsemble::Compare;

// From here on upwards a float64 rounds to the infinite float32.
constexpr double kFloat32Overflow = 0x1.ffffffp+127;
constexpr float kFloatInfinity = std::numeric_limits<float>::infinity();

// The greatest float64 that rounds to `value` or less. Rounding never swaps two numbers, so a cut between float32s is
// one between float64s.
double GreatestRoundingTo(float value) {
  if (value == kFloatInfinity) return op::kInfinity;
  if (value == -kFloatInfinity) return -kFloat32Overflow;
  const float next = std::nextafterf(value, kFloatInfinity);
  const double middle =
      next == kFloatInfinity ? kFloat32Overflow : (static_cast<double>(value) + static_cast<double>(next)) / 2;
  return static_cast<float>(middle) <= value ? middle : std::nextafter(middle, -op::kInfinity);
}

}  // namespace

TreeCut Float64Cut(Compare compare, double threshold) {
  if (std::isnan(threshold)) return {false, -op::kInfinity};
  if (compare == Compare::kLessEqual) return {true, threshold};
  if (compare == Compare::kLess) return {false, threshold};
  auto greatest = static_cast<float>(threshold);
  if (compare == Compare::kFloat32Less) {
    if (greatest == -kFloatInfinity) return {false, -op::kInfinity};
    greatest = std::nextafterf(greatest, -kFloatInfinity);
  } else if (static_cast<double>(greatest) > threshold) {
    greatest = std::nextafterf(greatest, -kFloatInfinity);
  }
  return {true, GreatestRoundingTo(greatest)};
}

}  // namespace scoreway
