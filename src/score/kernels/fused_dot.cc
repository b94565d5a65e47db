#include "score/kernels/fused_dot.h"

#include <algorithm>
#include <cmath>

namespace scoreway {
namespace {

[[gnu::always_inline]] inline void Sum(const float* x, const float* w, size_t width, float* sums) {
  for (size_t first = 0; first < width; first += kFusedColumns) {
    const size_t end = std::min(width, first + kFusedColumns);
    float block[kFusedRows] = {};
    for (size_t c = first; c < end; ++c) {
      for (size_t r = 0; r < kFusedRows; ++r) block[r] = __builtin_fmaf(x[c * kFusedRows + r], w[c], block[r]);
    }
    for (size_t r = 0; r < kFusedRows; ++r) sums[r] += block[r];
  }
}

void SumPortable(const float* x, const float* w, size_t width, float* sums) { Sum(x, w, width, sums); }

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void SumAvx2(const float* x, const float* w, size_t width, float* sums) {
  Sum(x, w, width, sums);
}
#endif

}  // namespace

FusedDotFunction BestFusedDot() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return SumAvx2;
#endif
  return SumPortable;
}

}  // namespace scoreway
