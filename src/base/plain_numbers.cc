#include "base/plain_numbers.h"

#include <bit>
#include <limits>

#include "base/plain_number.h"

#if defined(__x86_64__)
#include <immintrin.h>
// GCC 12 takes what its own intrinsics leave undefined on purpose for a slip (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#endif

namespace scoreway {
namespace {

// Reads the cells that are not among `read`; these and what could be read of the others.
uint64_t ReadOthers(const char* text, const uint32_t* begins, const uint32_t* nexts, size_t count, uint64_t read,
                    double* values) {
  const uint64_t all = count == 0 ? 0 : ~uint64_t{0} >> (kPlainNumbersMax - count);
  for (uint64_t others = all & ~read; others != 0; others &= others - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(others));
    const char* const begin = text + begins[i];
    const size_t size = nexts[i] - 1 - begins[i];
    PlainNumber number;
    if (size == 0) {
      values[i] = std::numeric_limits<double>::quiet_NaN();
    } else if (ReadShortNumber(begin, size, &number) ||
               (ReadPlainNumber(begin, &number) && number.end == begin + size && number.is_exact())) {
      values[i] = number.value();
    } else {
      continue;
    }
    read |= uint64_t{1} << i;
  }
  return read;
}

#if defined(__x86_64__)

constexpr size_t kBytesMax = 16;  // of a cell that is read in vectors

// Of four cells, 16 bits each.
struct Marks {
  uint64_t minus, digits, points;
};

inline __m128i Load16(const char* bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)); }

// The last byte of each of four cells moved to the end of its 16 bytes, zeros before the first; of each byte of these
// the number of bytes of the cell that precede it, negative before the first, is in `places`.
[[gnu::target("avx512f,avx512bw"), gnu::always_inline]] inline __m512i AlignRight(const char* text,
                                                                                  const uint32_t* begins,
                                                                                  __m512i places) {
  __m512i cells = _mm512_castsi128_si512(Load16(text + begins[0]));
  cells = _mm512_inserti32x4(cells, Load16(text + begins[1]), 1);
  cells = _mm512_inserti32x4(cells, Load16(text + begins[2]), 2);
  cells = _mm512_inserti32x4(cells, Load16(text + begins[3]), 3);
  return _mm512_shuffle_epi8(cells, places);
}

[[gnu::target("avx512f,avx512bw"), gnu::always_inline]] inline Marks Mark(__m512i cells, __m512i places) {
  const __mmask64 first = _mm512_testn_epi8_mask(places, places);
  const __mmask64 within = ~_mm512_movepi8_mask(places);
  const __mmask64 minus = _mm512_mask_cmpeq_epi8_mask(first, cells, _mm512_set1_epi8('-'));
  const __mmask64 plus = _mm512_mask_cmpeq_epi8_mask(first, cells, _mm512_set1_epi8('+'));
  const __mmask64 points = _mm512_mask_cmpeq_epi8_mask(within, cells, _mm512_set1_epi8('.'));
  return {.minus = minus, .digits = within & ~(minus | plus), .points = points};
}

// The digits of four cells without their points, each in the lower half of its 16 bytes. before_point: the bytes up to
// the point. What is no digit is marked in `faults`.
[[gnu::target("avx512f,avx512bw"), gnu::always_inline]] inline __m512i Digits(__m512i cells, uint64_t digits,
                                                                              uint64_t before_point, uint64_t* faults) {
  const __m512i with_point = _mm512_maskz_sub_epi8(digits, cells, _mm512_set1_epi8('0'));
  // What lies before the point moves onto it.
  const __m512i bytes = _mm512_mask_mov_epi8(with_point, before_point, _mm512_bslli_epi128(with_point, 1));
  *faults = _mm512_cmpgt_epu8_mask(bytes, _mm512_set1_epi8(9));
  const __m512i pairs = _mm512_maddubs_epi16(bytes, _mm512_set1_epi16(0x010A));   // 10, 1
  const __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));  // 100, 1
  const __m512i packed = _mm512_packus_epi32(fours, fours);
  const __m512i eights = _mm512_madd_epi16(packed, _mm512_set1_epi32(0x00012710));  // 10,000, 1
  return _mm512_add_epi64(_mm512_mul_epu32(eights, _mm512_set1_epi64(100'000'000)), _mm512_srli_epi64(eights, 32));
}

// The bits of four cells, and of four more.
inline __m128i Both(uint64_t low, uint64_t high) {
  return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}

// Eight cells at a time, of up to kBytesMax bytes each.
[[gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]] uint64_t ReadAvx512(const char* text,
                                                                                   const uint32_t* begins,
                                                                                   const uint32_t* nexts, size_t count,
                                                                                   double* values) {
  // [i]: of the bytes up to the point, i; 0 and 16 both are for no decimals.
  const __m512d powers_low = _mm512_setr_pd(1e0, 1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9);
  const __m512d powers_high = _mm512_setr_pd(1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1);
  const __m512i low_four = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  const __m512i high_four = _mm512_add_epi32(low_four, _mm512_set1_epi32(4));
  const __m512i lower_halves = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
  const __m512i from_end =
      _mm512_broadcast_i32x4(_mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1));
  uint64_t read = 0;
  for (size_t i = 0; i < count; i += 8) {
    const auto present = static_cast<__mmask8>(count - i >= 8 ? 0xFF : (1U << (count - i)) - 1);
    const __m256i begin = _mm256_maskz_loadu_epi32(present, begins + i);
    const __m256i next = _mm256_maskz_loadu_epi32(present, nexts + i);
    const __m256i size = _mm256_maskz_sub_epi32(present, _mm256_sub_epi32(next, begin), _mm256_set1_epi32(1));
    alignas(32) uint32_t at[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(at), begin);

    // Each size in all the bytes of its cell.
    const __m512i sizes = _mm512_castsi256_si512(size), zero = _mm512_setzero_si512();
    const __m512i low_sizes = _mm512_shuffle_epi8(_mm512_permutexvar_epi32(low_four, sizes), zero);
    const __m512i high_sizes = _mm512_shuffle_epi8(_mm512_permutexvar_epi32(high_four, sizes), zero);
    const __m512i low_places = _mm512_add_epi8(low_sizes, from_end);
    const __m512i high_places = _mm512_add_epi8(high_sizes, from_end);
    const __m512i low = AlignRight(text, at, low_places), high = AlignRight(text, at + 4, high_places);
    const Marks low_marks = Mark(low, low_places), high_marks = Mark(high, high_places);

    // From here on the 16 bits of each of the eight cells side by side.
    const __m128i points = Both(low_marks.points, high_marks.points);
    const __m128i points_less_one = _mm_add_epi16(points, _mm_set1_epi16(-1));
    const __mmask8 with_point = _mm_test_epi16_mask(points, points);
    const __mmask8 with_points = _mm_test_epi16_mask(points, points_less_one);
    const __m128i before = _mm_maskz_mov_epi16(with_point, _mm_or_si128(points, points_less_one));
    const __m128i digits = Both(low_marks.digits & ~low_marks.points, high_marks.digits & ~high_marks.points);
    const __m128i minus = Both(low_marks.minus, high_marks.minus);

    uint64_t low_faults, high_faults;
    const __m512i low_digits =
        Digits(low, low_marks.digits, static_cast<uint64_t>(_mm_cvtsi128_si64(before)), &low_faults);
    const __m512i high_digits =
        Digits(high, high_marks.digits, static_cast<uint64_t>(_mm_extract_epi64(before, 1)), &high_faults);
    const __m512i whole = _mm512_permutex2var_epi64(low_digits, lower_halves, high_digits);
    const __m512i up_to_point =
        _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_lzcnt_epi64(_mm512_cvtepu16_epi64(before)));
    const __m512d magnitude =
        _mm512_div_pd(_mm512_cvtepu64_pd(whole), _mm512_permutex2var_pd(powers_low, up_to_point, powers_high));
    __m512d number = _mm512_mask_xor_pd(magnitude, _mm_test_epi16_mask(minus, minus), magnitude, _mm512_set1_pd(-0.0));

    const __mmask8 empty = present & _mm256_testn_epi32_mask(size, size);
    number = _mm512_mask_mov_pd(number, empty, _mm512_set1_pd(std::numeric_limits<double>::quiet_NaN()));
    const __m128i faults = Both(low_faults, high_faults);
    const __mmask8 plain = _mm256_cmple_epu32_mask(size, _mm256_set1_epi32(kBytesMax)) &
                           _mm512_cmple_epu64_mask(whole, _mm512_set1_epi64(int64_t{1} << 53)) &
                           _mm_test_epi16_mask(digits, digits) & _mm_testn_epi16_mask(faults, faults) & ~with_points;
    _mm512_mask_storeu_pd(values + i, present, number);
    read |= static_cast<uint64_t>((plain & present) | empty) << i;
  }
  return read;
}

#endif

using Reader = uint64_t (*)(const char*, const uint32_t*, const uint32_t*, size_t, double*);

uint64_t ReadNone(const char*, const uint32_t*, const uint32_t*, size_t, double*) { return 0; }

Reader BestReader() {
#if defined(__x86_64__)
  const bool has_vectors = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                           __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                           __builtin_cpu_supports("avx512vl") != 0;
  if (has_vectors) return ReadAvx512;
#endif
  return ReadNone;
}

const Reader kBestReader = BestReader();

}  // namespace

uint64_t ReadPlainNumbers(const char* text, const uint32_t* begins, const uint32_t* nexts, size_t count,
                          double* values) {
  return ReadOthers(text, begins, nexts, count, kBestReader(text, begins, nexts, count, values), values);
}

uint64_t ReadPlainNumbersSingly(const char* text, const uint32_t* begins, const uint32_t* nexts, size_t count,
                                double* values) {
  return ReadOthers(text, begins, nexts, count, 0, values);
}

}  // namespace scoreway
