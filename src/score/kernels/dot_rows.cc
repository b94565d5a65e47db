#include "score/kernels/dot_rows.h"

#include <cstring>

namespace scoreway {
namespace {

// Lanes of T side by side; the compiler takes whatever registers the function may use.
template <typename T, size_t kBytes>
struct Lanes {
  typedef T Vector __attribute__((vector_size(kBytes)));
  static constexpr size_t kCount = kBytes / sizeof(T);
};

// kGroups vectors of rows, that is kGroups * kCount rows.
template <typename T, size_t kBytes, size_t kGroups>
[[gnu::always_inline]] inline void DotGroups(const T* x, size_t step, const T* w, size_t width, T* sums) {
  using Vector = typename Lanes<T, kBytes>::Vector;
  constexpr size_t kCount = Lanes<T, kBytes>::kCount;
  Vector parts[kDotParts][kGroups] = {};
  const auto add = [&](size_t part, size_t c) __attribute__((always_inline)) {
    for (size_t g = 0; g < kGroups; ++g) {
      Vector cells;
      std::memcpy(&cells, x + c * step + g * kCount, kBytes);
      parts[part][g] += cells * w[c];
    }
  };
  size_t c = 0;
  for (; c + kDotParts <= width; c += kDotParts) {
    add(0, c);
    add(1, c + 1);
    add(2, c + 2);
    add(3, c + 3);
  }
  if (c < width) add(0, c);
  if (c + 1 < width) add(1, c + 1);
  if (c + 2 < width) add(2, c + 2);
  for (size_t g = 0; g < kGroups; ++g) {
    const Vector sum = (parts[0][g] + parts[1][g]) + (parts[2][g] + parts[3][g]);
    std::memcpy(sums + g * kCount, &sum, kBytes);
  }
}

// Four rows of double, or eight of float, fill the registers that every machine has.
template <typename T>
void DotRowsPortable(const T* x, size_t step, const T* w, size_t width, T* sums) {
  constexpr size_t kTogether = 2 * Lanes<T, 16>::kCount;
  for (size_t r = 0; r < kDotRows; r += kTogether) DotGroups<T, 16, 2>(x + r, step, w, width, sums + r);
}

// The parts of one row's sums are the lanes.
[[gnu::always_inline]] inline void DotOutputs(const double* x, const double* w, size_t width, size_t outputs,
                                              double* sums) {
  using Parts = Lanes<double, kDotParts * sizeof(double)>::Vector;
  const size_t whole = width / kDotParts * kDotParts;
  for (size_t j = 0; j < outputs; ++j, w += width) {
    Parts parts = {};
    for (size_t c = 0; c < whole; c += kDotParts) {
      Parts cells, weights;
      std::memcpy(&cells, x + c, sizeof cells);
      std::memcpy(&weights, w + c, sizeof weights);
      parts += cells * weights;
    }
    double sum[kDotParts] = {parts[0], parts[1], parts[2], parts[3]};
    // By constant places, so that the sums stay in registers.
    switch (width - whole) {
      case 3: sum[2] += x[whole + 2] * w[whole + 2]; [[fallthrough]];
      case 2: sum[1] += x[whole + 1] * w[whole + 1]; [[fallthrough]];
      case 1: sum[0] += x[whole] * w[whole]; break;
      default: break;
    }
    sums[j] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

void DotOutputsPortable(const double* x, const double* w, size_t width, size_t outputs, double* sums) {
  DotOutputs(x, w, width, outputs, sums);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void DotOutputsAvx2(const double* x, const double* w, size_t width, size_t outputs,
                                            double* sums) {
  DotOutputs(x, w, width, outputs, sums);
}

template <typename T>
[[gnu::target("avx2")]] void DotRowsAvx2(const T* x, size_t step, const T* w, size_t width, T* sums) {
  DotGroups<T, 32, kDotRows * sizeof(T) / 32>(x, step, w, width, sums);
}
#endif

}  // namespace

template <typename T>
DotRowsFunction<T> BestDotRows() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) return DotRowsAvx2<T>;
#endif
  return DotRowsPortable<T>;
}

template DotRowsFunction<double> BestDotRows<double>();

DotOutputsFunction BestDotOutputs() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) return DotOutputsAvx2;
#endif
  return DotOutputsPortable;
}

}  // namespace scoreway
