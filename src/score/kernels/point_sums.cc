#include "score/kernels/point_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

namespace scoreway {
namespace {

// Numbers side by side; machines of narrower registers take several for one.
template <size_t kBytes>
struct Vector {
  static constexpr size_t kLanes = kBytes / sizeof(double);
  typedef double Numbers __attribute__((vector_size(kBytes)));
  typedef int64_t Integers __attribute__((vector_size(kBytes)));
  typedef uint64_t Words __attribute__((vector_size(kBytes)));
};

// Vectors that stay in registers together, and the points of such a block.
constexpr size_t kGroups = 4;
template <size_t kBytes>
constexpr size_t kBlock = kGroups * Vector<kBytes>::kLanes;
// Columns of two numbers that are bits of one word.
constexpr size_t kWordBits = 64;
// Fewer are sooner added as numbers.
constexpr size_t kWordBitsMin = 8;

template <PointTerm kTerm, size_t kBytes>
[[gnu::always_inline]] inline void Add(typename Vector<kBytes>::Numbers* sum, double x,
                                       const typename Vector<kBytes>::Numbers& y) {
  using Numbers = typename Vector<kBytes>::Numbers;
  if constexpr (kTerm == PointTerm::kFused) {
    for (size_t k = 0; k < Vector<kBytes>::kLanes; ++k) (*sum)[k] = __builtin_fma(x, y[k], (*sum)[k]);
    return;
  }
  const Numbers difference = x - y;
  if constexpr (kTerm == PointTerm::kSquare) *sum += difference * difference;
  if constexpr (kTerm == PointTerm::kDifference) {
    typename Vector<kBytes>::Integers bits;
    std::memcpy(&bits, &difference, sizeof bits);
    bits &= INT64_MAX;
    Numbers size;
    std::memcpy(&size, &bits, sizeof size);
    *sum += size;
  }
  if constexpr (kTerm == PointTerm::kProduct) *sum += x * y;
  if constexpr (kTerm == PointTerm::kChi2) {
    const Numbers both = x + y;
    *sum += both != 0 ? difference * difference / both : Numbers{};
  }
}

// What Add adds for one point; kFused adds nothing that stands alone.
template <PointTerm kTerm>
double TermOf(double x, double y) {
  if constexpr (kTerm == PointTerm::kSquare) return (x - y) * (x - y);
  if constexpr (kTerm == PointTerm::kDifference) return std::fabs(x - y);
  if constexpr (kTerm == PointTerm::kProduct) return x * y;
  if constexpr (kTerm == PointTerm::kChi2) return x + y != 0 ? (x - y) * (x - y) / (x + y) : 0;
  return 0;
}

// How many bits each word has.
template <typename Words>
[[gnu::always_inline]] inline void CountBits(Words* words) {
  Words counts = *words - ((*words >> 1) & 0x5555555555555555u);
  counts = (counts & 0x3333333333333333u) + ((counts >> 2) & 0x3333333333333333u);
  counts = (counts + (counts >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  counts += counts >> 8;
  counts += counts >> 16;
  counts += counts >> 32;
  *words = counts & 127;
}

#if defined(__x86_64__)
bool HasAvx2() { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; }
bool HasAvx512() { return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0; }
#else
bool HasAvx2() { return false; }
bool HasAvx512() { return false; }
#endif

bool SameBits(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }

// The two numbers of a column, the more frequent one first; nothing if there are more.
std::optional<PointSums::TwoNumbers> FindTwoNumbers(std::span<const double> points, size_t column, size_t width) {
  PointSums::TwoNumbers two{points[column], points[column]};
  size_t usual = 0, others = 0;
  for (size_t at = column; at < points.size(); at += width) {
    if (SameBits(points[at], two.usual)) {
      ++usual;
      continue;
    }
    if (others == 0) two.other = points[at];
    if (!SameBits(points[at], two.other)) return std::nullopt;
    ++others;
  }
  if (others > usual) std::swap(two.usual, two.other);
  return two;
}

}  // namespace

// The same loops for several machines: a function can be compiled for other instructions only as a whole.
struct PointSumFunctions {
  using Function = PointSums::Function;
  using Words = PointSums::Words;

  // What a row adds for the columns of a word.
  struct WordTerms {
    bool alike;  // every term is 0 or `term`
    double term;
    uint64_t flips;    // the columns whose usual number has the term that is not 0
    uint64_t differs;  // those of whose two terms one is not 0
    int64_t most;      // of terms that are not 0, in any point
  };

  template <PointTerm kTerm>
  static WordTerms TermsOf(const Words& words, const double* row) {
    WordTerms terms{true, 0, 0, 0, 0};
    for (size_t c = 0; c < words.two.size(); ++c) {
      const PointSums::TwoNumbers& two = words.two[c];
      const double usual = TermOf<kTerm>(row[c], two.usual);
      // A column may well have one number only.
      const double other = SameBits(two.usual, two.other) ? 0 : TermOf<kTerm>(row[c], two.other);
      if (usual == 0 && other == 0) continue;
      const double term = usual == 0 ? other : usual;
      if (terms.term == 0) terms.term = term;
      terms.alike = terms.alike && (usual == 0 || other == 0) && SameBits(term, terms.term);
      terms.flips |= uint64_t{usual != 0} << c;
      terms.differs |= uint64_t{1} << c;
    }
    terms.most = static_cast<int64_t>(words.others_max) + std::popcount(terms.flips);
    return terms;
  }

  template <PointTerm kTerm, size_t kBytes, size_t kCount>
  [[gnu::always_inline]] static inline void AddWide(const double* row, size_t count, const double* cells,
                                                    typename Vector<kBytes>::Numbers* parts) {
    for (const double* end = row + count; row != end; ++row, cells += kBlock<kBytes>) {
      for (size_t g = 0; g < kCount; ++g) {
        typename Vector<kBytes>::Numbers y;
        std::memcpy(&y, cells + g * Vector<kBytes>::kLanes, sizeof y);
        Add<kTerm, kBytes>(&parts[g], *row, y);
      }
    }
  }

  // Adding 0 changes no sum, as none is -0; so of terms that are 0 or one and the same number it matters only how many
  // are not 0. As most indicators are 0 in the row and in a point, these are few.
  template <size_t kBytes, size_t kCount>
  [[gnu::always_inline]] static inline void AddAlike(const WordTerms& terms, const uint64_t* words,
                                                     typename Vector<kBytes>::Numbers* parts) {
    using Numbers = typename Vector<kBytes>::Numbers;
    typename Vector<kBytes>::Integers counts[kCount];
    for (size_t g = 0; g < kCount; ++g) {
      typename Vector<kBytes>::Words bits;
      std::memcpy(&bits, words + g * Vector<kBytes>::kLanes, sizeof bits);
      bits = (bits ^ terms.flips) & terms.differs;
      CountBits(&bits);
      std::memcpy(&counts[g], &bits, sizeof bits);
    }
    const Numbers term = Numbers{} + terms.term;
    for (int64_t i = 0; i < terms.most; ++i) {
      for (size_t g = 0; g < kCount; ++g) parts[g] += counts[g] > i ? term : Numbers{};
    }
  }

  template <PointTerm kTerm, size_t kBytes, size_t kCount>
  [[gnu::always_inline]] static inline void AddChosen(const Words& columns, const double* row, const uint64_t* words,
                                                      typename Vector<kBytes>::Numbers* parts) {
    using Numbers = typename Vector<kBytes>::Numbers;
    typename Vector<kBytes>::Integers bits[kCount];
    std::memcpy(bits, words, sizeof bits);
    for (size_t c = 0; c < columns.two.size(); ++c) {
      const Numbers usual = Numbers{} + TermOf<kTerm>(row[c], columns.two[c].usual);
      const Numbers other = Numbers{} + TermOf<kTerm>(row[c], columns.two[c].other);
      // The column's bit becomes the sign.
      for (size_t g = 0; g < kCount; ++g) parts[g] += (bits[g] << (kWordBits - 1 - c)) < 0 ? other : usual;
    }
  }

  // Without words all columns are wide, and fewer registers are asked for.
  template <PointTerm kTerm, bool kWords, size_t kBytes, size_t kCount>
  [[gnu::always_inline]] static inline void SumGroups(const PointSums& points, const double* row,
                                                      const WordTerms* terms, size_t first, double* sums) {
    constexpr size_t kLanes = Vector<kBytes>::kLanes;
    typename Vector<kBytes>::Numbers parts[kCount] = {};
    const double* cells = points.cells_.data() + first * points.wide_columns_;
    const uint64_t* words = points.bits_.data() + first * points.words_.size();
    for (const Words& columns : kWords ? std::span(points.words_) : std::span<const Words>()) {
      AddWide<kTerm, kBytes, kCount>(row, columns.wide_before, cells, parts);
      row += columns.wide_before;
      cells += columns.wide_before * kBlock<kBytes>;
      if (terms->alike) {
        AddAlike<kBytes, kCount>(*terms, words, parts);
      } else {
        AddChosen<kTerm, kBytes, kCount>(columns, row, words, parts);
      }
      row += columns.two.size();
      words += kBlock<kBytes>;
      ++terms;
    }
    AddWide<kTerm, kBytes, kCount>(row, points.wide_after_, cells, parts);
    const size_t left = points.count_ - first;
    for (size_t g = 0; g < kCount; ++g) {
      double* to = sums + first + g * kLanes;
      if (left >= (g + 1) * kLanes) {
        std::memcpy(to, &parts[g], kBytes);
      } else {
        for (size_t k = 0; k < left % kLanes; ++k) to[k] = parts[g][k];
      }
    }
  }

  template <PointTerm kTerm, bool kWords, size_t kBytes>
  [[gnu::always_inline]] static inline void Sum(const PointSums& points, const double* row, double* sums) {
    constexpr size_t kLanes = Vector<kBytes>::kLanes;
    WordTerms terms[PointSums::kWordsMax];
    const double* at = row;
    for (size_t i = 0; kWords && i < points.words_.size(); ++i) {
      at += points.words_[i].wide_before;
      terms[i] = TermsOf<kTerm>(points.words_[i], at);
      at += points.words_[i].two.size();
    }
    size_t first = 0;
    for (; first + kBlock<kBytes> <= points.count_; first += kBlock<kBytes>) {
      SumGroups<kTerm, kWords, kBytes, kGroups>(points, row, terms, first, sums);
    }
    switch ((points.count_ - first + kLanes - 1) / kLanes) {
      case 4: return SumGroups<kTerm, kWords, kBytes, 4>(points, row, terms, first, sums);
      case 3: return SumGroups<kTerm, kWords, kBytes, 3>(points, row, terms, first, sums);
      case 2: return SumGroups<kTerm, kWords, kBytes, 2>(points, row, terms, first, sums);
      case 1: return SumGroups<kTerm, kWords, kBytes, 1>(points, row, terms, first, sums);
      default: return;
    }
  }

  template <PointTerm kTerm, bool kWords>
  static void SumPortable(const PointSums& points, const double* row, double* sums) {
    Sum<kTerm, kWords, 32>(points, row, sums);
  }

#if defined(__x86_64__)
  template <PointTerm kTerm, bool kWords>
  [[gnu::target("avx2,fma")]] static void SumAvx2(const PointSums& points, const double* row, double* sums) {
    Sum<kTerm, kWords, 32>(points, row, sums);
  }

  template <PointTerm kTerm, bool kWords>
  [[gnu::target("avx512f,avx512dq,fma")]] static void SumAvx512(const PointSums& points, const double* row,
                                                                double* sums) {
    Sum<kTerm, kWords, 64>(points, row, sums);
  }
#endif

  template <PointTerm kTerm, bool kWords>
  static Function Best() {
#if defined(__x86_64__)
    if (HasAvx512()) return SumAvx512<kTerm, kWords>;
    if (HasAvx2()) return SumAvx2<kTerm, kWords>;
#endif
    return SumPortable<kTerm, kWords>;
  }

  template <PointTerm kTerm>
  static Function Best(bool words) {
    return words ? Best<kTerm, true>() : Best<kTerm, false>();
  }

  static Function Best(PointTerm term, bool words) {
    switch (term) {
      case PointTerm::kSquare: return Best<PointTerm::kSquare>(words);
      case PointTerm::kDifference: return Best<PointTerm::kDifference>(words);
      case PointTerm::kProduct: return Best<PointTerm::kProduct>(words);
      case PointTerm::kChi2: return Best<PointTerm::kChi2>(words);
      case PointTerm::kFused: return Best<PointTerm::kFused, false>();
    }
    return nullptr;
  }
};

PointSums::PointSums(PointTerm term, std::span<const double> points, size_t width)
    : count_(width == 0 ? 0 : points.size() / width) {
  std::vector<std::optional<TwoNumbers>> numbers(width);
  if (HasAvx2() && term != PointTerm::kFused && count_ >= kTwoNumbersFrom) {
    for (size_t c = 0; c < width; ++c) numbers[c] = FindTwoNumbers(points, c, width);
  }
  std::vector<size_t> wide, two;  // columns
  for (size_t c = 0; c < width;) {
    size_t end = c;
    while (end < width && numbers[end] && end - c < kWordBits) ++end;
    if (end - c >= kWordBitsMin && words_.size() < kWordsMax) {
      Words& word = words_.emplace_back();
      word.wide_before = std::exchange(wide_after_, 0);
      for (; c < end; ++c) {
        word.two.push_back(*numbers[c]);
        two.push_back(c);
      }
    } else {
      wide.push_back(c++);
      ++wide_after_;
    }
  }
  wide_columns_ = wide.size();
  run_ = PointSumFunctions::Best(term, !words_.empty());

  const size_t block = HasAvx512() ? kBlock<64> : kBlock<32>;
  const size_t blocks = (count_ + block - 1) / block;
  cells_.resize(blocks * block * wide.size());
  bits_.resize(blocks * block * words_.size());
  for (size_t k = 0; k < count_; ++k) {
    const double* point = points.data() + k * width;
    const size_t first = k / block * block, in_block = k % block;
    for (size_t i = 0; i < wide.size(); ++i) cells_[first * wide.size() + i * block + in_block] = point[wide[i]];
    size_t next = 0;  // of the columns of two numbers
    for (size_t i = 0; i < words_.size(); ++i) {
      Words& word = words_[i];
      uint64_t& bits = bits_[first * words_.size() + i * block + in_block];
      for (size_t c = 0; c < word.two.size(); ++c) {
        bits |= uint64_t{!SameBits(point[two[next++]], word.two[c].usual)} << c;
      }
      word.others_max = std::max(word.others_max, static_cast<size_t>(std::popcount(bits)));
    }
  }
}

}  // namespace scoreway
