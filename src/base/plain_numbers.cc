#include "base/plain_numbers.h"

#include <bit>
#include <limits>

#include "base/plain_number.h"
#include "base/vector_intrinsics.h"

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

// Eight cells at a time: of up to 8 bytes all in one vector, or of up to 16 in two.
constexpr uint32_t kShortBytes = 8, kLongBytes = 16;

#define SCOREWAY_IN_VECTORS gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl"), gnu::always_inline

// Bits of the bytes of four long cells or eight short ones.
struct Marks {
  uint64_t minus, digits, points;  // points are among the digits
};

// `places`: of each byte how many bytes of its cell stand before it, negative before the first.
[[SCOREWAY_IN_VECTORS]] inline Marks Mark(__m512i cells, __m512i places) {
  const __mmask64 first = _mm512_testn_epi8_mask(places, places);
  const __mmask64 within = ~_mm512_movepi8_mask(places);
  const __mmask64 minus = _mm512_mask_cmpeq_epi8_mask(first, cells, _mm512_set1_epi8('-'));
  const __mmask64 points = _mm512_mask_cmpeq_epi8_mask(within, cells, _mm512_set1_epi8('.'));
  return {.minus = minus, .digits = within & ~minus, .points = points};
}

// Numbers of 0 to 9,999 of each four digits, whose values are the bytes. What is no digit is marked in `faults`.
[[SCOREWAY_IN_VECTORS]] inline __m512i FourDigits(__m512i bytes, uint64_t* faults) {
  *faults = _mm512_cmpgt_epu8_mask(bytes, _mm512_set1_epi8(9));
  const __m512i pairs = _mm512_maddubs_epi16(bytes, _mm512_set1_epi16(0x010A));  // 10, 1
  return _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));                // 100, 1
}

// The lower half of each 64 bits times `factor`, and the upper half.
[[SCOREWAY_IN_VECTORS]] inline __m512i JoinHalves(__m512i halves, int64_t factor) {
  return _mm512_add_epi64(_mm512_mul_epu32(halves, _mm512_set1_epi64(factor)), _mm512_srli_epi64(halves, 32));
}

// Eight cells of up to kShortBytes, each at the end of its 8 bytes.
struct ShortCells {
  static constexpr uint32_t kBytes = kShortBytes;
  __m512i cells;
  Marks marks;

  [[SCOREWAY_IN_VECTORS]] static inline __m128i Two(const char* first, const char* second) {
    const __m128d low = _mm_castsi128_pd(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)));
    return _mm_castpd_si128(_mm_loadh_pd(low, reinterpret_cast<const double*>(second)));
  }

  [[SCOREWAY_IN_VECTORS]] static inline ShortCells Load(const char* text, const uint32_t* begins, __m256i sizes) {
    const __m512i upper_cell = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0808080808080808, 0));
    const __m512i all_bytes = _mm512_shuffle_epi8(_mm512_cvtepu32_epi64(sizes), upper_cell);
    const __m512i places = _mm512_add_epi8(all_bytes, _mm512_set1_epi64(static_cast<int64_t>(0xFFFEFDFCFBFAF9F8)));
    __m512i bytes = _mm512_castsi128_si512(Two(text + begins[0], text + begins[1]));
    bytes = _mm512_inserti32x4(bytes, Two(text + begins[2], text + begins[3]), 1);
    bytes = _mm512_inserti32x4(bytes, Two(text + begins[4], text + begins[5]), 2);
    bytes = _mm512_inserti32x4(bytes, Two(text + begins[6], text + begins[7]), 3);
    const __m512i cells = _mm512_shuffle_epi8(bytes, _mm512_or_si512(places, upper_cell));
    return {cells, Mark(cells, places)};
  }

  // 16 bits for each cell.
  [[SCOREWAY_IN_VECTORS]] static inline __m128i Spread(uint64_t bits) {
    return _mm_cvtepu8_epi16(_mm_cvtsi64_si128(static_cast<int64_t>(bits)));
  }
  [[SCOREWAY_IN_VECTORS]] inline __m128i minus() const { return Spread(marks.minus); }
  [[SCOREWAY_IN_VECTORS]] inline __m128i digits() const { return Spread(marks.digits & ~marks.points); }
  [[SCOREWAY_IN_VECTORS]] inline __m128i points() const { return Spread(marks.points); }

  // The digits of each cell as one number. before_point: the bytes up to the point.
  [[SCOREWAY_IN_VECTORS]] inline __m512i Whole(__m128i before_point, __m128i* faults) const {
    const __m512i values = _mm512_maskz_sub_epi8(marks.digits, cells, _mm512_set1_epi8('0'));
    // What stands before the point moves onto it.
    const auto before = static_cast<__mmask64>(_mm_cvtsi128_si64(_mm_cvtepi16_epi8(before_point)));
    uint64_t found;
    const __m512i fours = FourDigits(_mm512_mask_mov_epi8(values, before, _mm512_slli_epi64(values, 8)), &found);
    *faults = Spread(found);
    return JoinHalves(fours, 10'000);
  }
};

// Eight cells of up to kLongBytes, each at the end of its 16 bytes.
struct LongCells {
  static constexpr uint32_t kBytes = kLongBytes;
  __m512i low, high;
  Marks low_marks, high_marks;

  [[SCOREWAY_IN_VECTORS]] static inline __m512i Four(const char* text, const uint32_t* begins, __m512i places) {
    const auto* const first = reinterpret_cast<const __m128i*>(text + begins[0]);
    __m512i bytes = _mm512_castsi128_si512(_mm_loadu_si128(first));
    bytes = _mm512_inserti32x4(bytes, _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + begins[1])), 1);
    bytes = _mm512_inserti32x4(bytes, _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + begins[2])), 2);
    bytes = _mm512_inserti32x4(bytes, _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + begins[3])), 3);
    return _mm512_shuffle_epi8(bytes, places);
  }

  [[SCOREWAY_IN_VECTORS]] static inline LongCells Load(const char* text, const uint32_t* begins, __m256i sizes) {
    const __m512i four = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m512i from_end =
        _mm512_broadcast_i32x4(_mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1));
    const __m512i all = _mm512_castsi256_si512(sizes), zero = _mm512_setzero_si512();
    const __m512i low_sizes = _mm512_permutexvar_epi32(four, all);
    const __m512i high_sizes = _mm512_permutexvar_epi32(_mm512_add_epi32(four, _mm512_set1_epi32(4)), all);
    const __m512i low_places = _mm512_add_epi8(_mm512_shuffle_epi8(low_sizes, zero), from_end);
    const __m512i high_places = _mm512_add_epi8(_mm512_shuffle_epi8(high_sizes, zero), from_end);
    const __m512i low = Four(text, begins, low_places), high = Four(text, begins + 4, high_places);
    return {low, high, Mark(low, low_places), Mark(high, high_places)};
  }

  [[SCOREWAY_IN_VECTORS]] static inline __m128i Join(uint64_t low_bits, uint64_t high_bits) {
    return _mm_set_epi64x(static_cast<int64_t>(high_bits), static_cast<int64_t>(low_bits));
  }
  [[SCOREWAY_IN_VECTORS]] inline __m128i minus() const { return Join(low_marks.minus, high_marks.minus); }
  [[SCOREWAY_IN_VECTORS]] inline __m128i digits() const {
    return Join(low_marks.digits & ~low_marks.points, high_marks.digits & ~high_marks.points);
  }
  [[SCOREWAY_IN_VECTORS]] inline __m128i points() const { return Join(low_marks.points, high_marks.points); }

  // In the lower half of each 16 bytes.
  [[SCOREWAY_IN_VECTORS]] static inline __m512i WholeOfFour(__m512i cells, uint64_t digits, int64_t before,
                                                            uint64_t* faults) {
    const __m512i values = _mm512_maskz_sub_epi8(digits, cells, _mm512_set1_epi8('0'));
    const __m512i bytes = _mm512_mask_mov_epi8(values, static_cast<__mmask64>(before), _mm512_bslli_epi128(values, 1));
    const __m512i fours = FourDigits(bytes, faults);
    const __m512i eights = _mm512_madd_epi16(_mm512_packus_epi32(fours, fours), _mm512_set1_epi32(0x00012710));
    return JoinHalves(eights, 100'000'000);
  }
  [[SCOREWAY_IN_VECTORS]] inline __m512i Whole(__m128i before_point, __m128i* faults) const {
    uint64_t low_faults, high_faults;
    const __m512i first = WholeOfFour(low, low_marks.digits, _mm_cvtsi128_si64(before_point), &low_faults);
    const __m512i second = WholeOfFour(high, high_marks.digits, _mm_extract_epi64(before_point, 1), &high_faults);
    *faults = Join(low_faults, high_faults);
    return _mm512_permutex2var_epi64(first, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), second);
  }
};

// The numbers of eight cells of up to Cells::kBytes; which of them are plain ones.
template <typename Cells>
[[SCOREWAY_IN_VECTORS]] inline __mmask8 ReadEight(const char* text, const uint32_t* begins, __m256i sizes,
                                                  __m512d* numbers) {
  const Cells cells = Cells::Load(text, begins, sizes);
  const __m128i points = cells.points(), minus = cells.minus(), digits = cells.digits();
  const __m128i points_less_one = _mm_add_epi16(points, _mm_set1_epi16(-1));
  const __mmask8 with_point = _mm_test_epi16_mask(points, points);
  const __mmask8 with_points = _mm_test_epi16_mask(points, points_less_one);
  const __m128i before_point = _mm_maskz_mov_epi16(with_point, _mm_or_si128(points, points_less_one));
  __m128i faults;
  const __m512i whole = cells.Whole(before_point, &faults);

  // The last bytes but for those up to the point are decimals: powers of ten from 10^0, by 16 less their number.
  const __m512i places = _mm512_lzcnt_epi64(_mm512_cvtepu16_epi64(before_point));
  const __m512i index = _mm512_maskz_sub_epi64(with_point, _mm512_set1_epi64(64 + kLongBytes - Cells::kBytes), places);
  const __m512d powers = _mm512_permutex2var_pd(_mm512_setr_pd(1e0, 1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9), index,
                                                _mm512_setr_pd(1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1));
  const __m512d magnitudes = _mm512_div_pd(_mm512_cvtepu64_pd(whole), powers);
  *numbers = _mm512_mask_xor_pd(magnitudes, _mm_test_epi16_mask(minus, minus), magnitudes, _mm512_set1_pd(-0.0));
  return _mm512_cmple_epu64_mask(whole, _mm512_set1_epi64(int64_t{1} << 53)) & _mm_test_epi16_mask(digits, digits) &
         _mm_testn_epi16_mask(faults, faults) & static_cast<__mmask8>(~with_points);
}

[[gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]] uint64_t ReadAvx512(const char* text,
                                                                                   const uint32_t* begins,
                                                                                   const uint32_t* nexts, size_t count,
                                                                                   double* values) {
  uint64_t read = 0;
  for (size_t i = 0; i < count; i += 8) {
    const auto present = static_cast<__mmask8>(count - i >= 8 ? 0xFF : (1U << (count - i)) - 1);
    const __m256i begin = _mm256_maskz_loadu_epi32(present, begins + i);
    const __m256i next = _mm256_maskz_loadu_epi32(present, nexts + i);
    const __m256i sizes = _mm256_maskz_sub_epi32(present, _mm256_sub_epi32(next, begin), _mm256_set1_epi32(1));
    alignas(32) uint32_t at[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(at), begin);
    __m512d numbers;
    __mmask8 plain = _mm256_cmpgt_epu32_mask(sizes, _mm256_set1_epi32(kShortBytes)) == 0
                         ? ReadEight<ShortCells>(text, at, sizes, &numbers)
                         : ReadEight<LongCells>(text, at, sizes, &numbers);
    plain &= present & _mm256_cmple_epu32_mask(sizes, _mm256_set1_epi32(kLongBytes));
    const __mmask8 empty = present & _mm256_testn_epi32_mask(sizes, sizes);
    numbers = _mm512_mask_mov_pd(numbers, empty, _mm512_set1_pd(std::numeric_limits<double>::quiet_NaN()));
    _mm512_mask_storeu_pd(values + i, present, numbers);
    read |= static_cast<uint64_t>(plain | empty) << i;
  }
  return read;
}

#undef SCOREWAY_IN_VECTORS

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
