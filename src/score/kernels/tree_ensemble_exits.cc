#include "score/kernels/tree_ensemble_exits.h"

#include <type_traits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace scoreway::forest {
namespace {

template <typename Real>
void AddOneByOne(const Real* leaves, const uint8_t* exits, size_t rows, Real* sums) {
  for (size_t row = 0; row < rows; ++row) sums[row] += leaves[exits[row]];
}

#if defined(__x86_64__)

// Of each: how many rows a step takes, and how many leaves two registers hold.
struct Floats {
  using Real = float;
  static constexpr size_t kStep = 16, kPair = 32;
  using Vector = __m512;

  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector Load(const float* at) {
    return _mm512_loadu_ps(at);
  }
  [[gnu::target("avx512f"), gnu::always_inline]] static inline __m512i Exits(const uint8_t* at) {
    return _mm512_maskz_cvtepu8_epi32(0xFFFF, _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  // By the low bits of the exits.
  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector LookUp(Vector low, __m512i exits, Vector high) {
    return _mm512_permutex2var_ps(low, exits, high);
  }
  template <int kBit>
  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector Choose(__m512i exits, Vector clear, Vector set) {
    return _mm512_mask_blend_ps(_mm512_test_epi32_mask(exits, _mm512_set1_epi32(kBit)), clear, set);
  }
  [[gnu::target("avx512f"), gnu::always_inline]] static inline void AddTo(float* sums, Vector leaves) {
    _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_loadu_ps(sums), leaves));
  }
};

struct Doubles {
  using Real = double;
  static constexpr size_t kStep = 8, kPair = 16;
  using Vector = __m512d;

  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector Load(const double* at) {
    return _mm512_loadu_pd(at);
  }
  [[gnu::target("avx512f"), gnu::always_inline]] static inline __m512i Exits(const uint8_t* at) {
    return _mm512_maskz_cvtepu8_epi64(0xFF, _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at)));
  }
  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector LookUp(Vector low, __m512i exits, Vector high) {
    return _mm512_permutex2var_pd(low, exits, high);
  }
  template <int kBit>
  [[gnu::target("avx512f"), gnu::always_inline]] static inline Vector Choose(__m512i exits, Vector clear, Vector set) {
    return _mm512_mask_blend_pd(_mm512_test_epi64_mask(exits, _mm512_set1_epi64(kBit)), clear, set);
  }
  [[gnu::target("avx512f"), gnu::always_inline]] static inline void AddTo(double* sums, Vector leaves) {
    _mm512_storeu_pd(sums, _mm512_add_pd(_mm512_loadu_pd(sums), leaves));
  }
};

// Trees of up to one, two or four pairs of registers; gives the rows that were added.
template <typename V, size_t kPairs>
[[gnu::target("avx512f")]] size_t AddByRegisters(const typename V::Real* leaves, const uint8_t* exits, size_t rows,
                                                 typename V::Real* sums) {
  typename V::Vector low[kPairs], high[kPairs];
#pragma GCC unroll 4
  for (size_t i = 0; i < kPairs; ++i) {
    low[i] = V::Load(leaves + i * V::kPair);
    high[i] = V::Load(leaves + i * V::kPair + V::kPair / 2);
  }
  size_t row = 0;
  for (; row + V::kStep <= rows; row += V::kStep) {
    const __m512i exit = V::Exits(exits + row);
    auto found = V::LookUp(low[0], exit, high[0]);
    if constexpr (kPairs > 1) {
      found = V::template Choose<V::kPair>(exit, found, V::LookUp(low[1], exit, high[1]));
    }
    if constexpr (kPairs > 2) {
      const auto above =
          V::template Choose<V::kPair>(exit, V::LookUp(low[2], exit, high[2]), V::LookUp(low[3], exit, high[3]));
      found = V::template Choose<2 * V::kPair>(exit, found, above);
    }
    V::AddTo(sums + row, found);
  }
  return row;
}

#endif

template <typename Real>
void AddExitsOf(Vectors vectors, const Real* leaves, size_t count, const uint8_t* exits, size_t rows, Real* sums) {
  size_t done = 0;
#if defined(__x86_64__)
  if (vectors == Vectors::kAvx512) {
    using V = std::conditional_t<std::is_same_v<Real, float>, Floats, Doubles>;
    if (count <= V::kPair) {
      done = AddByRegisters<V, 1>(leaves, exits, rows, sums);
    } else if (count <= 2 * V::kPair) {
      done = AddByRegisters<V, 2>(leaves, exits, rows, sums);
    } else if (count <= 4 * V::kPair) {
      done = AddByRegisters<V, 4>(leaves, exits, rows, sums);
    }
  }
#else
  static_cast<void>(vectors), static_cast<void>(count);
#endif
  AddOneByOne(leaves, exits + done, rows - done, sums + done);
}

}  // namespace

void AddExits(Vectors vectors, const float* leaves, size_t count, const uint8_t* exits, size_t rows, float* sums) {
  AddExitsOf(vectors, leaves, count, exits, rows, sums);
}

void AddExits(Vectors vectors, const double* leaves, size_t count, const uint8_t* exits, size_t rows, double* sums) {
  AddExitsOf(vectors, leaves, count, exits, rows, sums);
}

}  // namespace scoreway::forest
