#include "score/kernels/tree_ensemble_vectors.h"

#include <array>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace scoreway::forest {
namespace {

// Each variant is a struct with Run: the nodes of a run, whose kinds it is compiled for. The variants differ in nothing
// but the vector; they are written out because a function can be compiled for other instructions only as a whole.

struct Bytes {
  const uint8_t* columns;
  uint8_t* choices;
  size_t rows;
};

struct Portable {
  using Vector [[gnu::vector_size(16)]] = uint8_t;
  static constexpr size_t kStep = sizeof(Vector);

  // A side with what is the same for all rows in registers.
  struct Side {
    const uint8_t* bytes;
    Vector cut, left, right;
  };

  static Vector Load(const uint8_t* bytes) {
    Vector vector;
    std::memcpy(&vector, bytes, sizeof(Vector));
    return vector;
  }
  static Vector Choose(Vector value, Vector cut, Vector left, Vector right) { return value <= cut ? left : right; }

  template <SideKind kKind>
  static Side Open(const BlendSide& side, const Bytes& bytes) {
    const uint8_t* base = kKind == SideKind::kChoice ? bytes.choices : bytes.columns;
    return {base + side.at * kBlendRows, Vector{} + side.cut, Vector{} + side.left_exit, Vector{} + side.right_exit};
  }
  template <SideKind kKind>
  static Vector Take(const Side& side, size_t row) {
    if constexpr (kKind == SideKind::kChoice) return Load(side.bytes + row);
    if constexpr (kKind == SideKind::kExit) return side.left;
    return Choose(Load(side.bytes + row), side.cut, side.left, side.right);
  }

  template <SideKind kLeft, SideKind kRight>
  static void Run(const BlendNode* node, const BlendNode* end, const Bytes& bytes) {
    for (; node != end; ++node) {
      const uint8_t* column = bytes.columns + node->column * kBlendRows;
      uint8_t* result = bytes.choices + node->result * kBlendRows;
      const Vector cut = Vector{} + node->cut;
      const Side left = Open<kLeft>(node->left, bytes), right = Open<kRight>(node->right, bytes);
      for (size_t row = 0; row < bytes.rows; row += kStep) {
        const Vector choice = Choose(Load(column + row), cut, Take<kLeft>(left, row), Take<kRight>(right, row));
        std::memcpy(result + row, &choice, sizeof(Vector));
      }
    }
  }
};

#if defined(__x86_64__)

struct Avx2 {
  static constexpr size_t kStep = sizeof(__m256i);

  struct Side {
    const uint8_t* bytes;
    __m256i cut, left, right;
  };

  [[gnu::target("avx2"), gnu::always_inline]] static inline __m256i Load(const uint8_t* bytes) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  [[gnu::target("avx2"), gnu::always_inline]] static inline __m256i All(uint8_t byte) {
    return _mm256_set1_epi8(static_cast<char>(byte));
  }
  [[gnu::target("avx2"), gnu::always_inline]] static inline __m256i Choose(__m256i value, __m256i cut, __m256i left,
                                                                           __m256i right) {
    return _mm256_blendv_epi8(right, left, _mm256_cmpeq_epi8(_mm256_max_epu8(value, cut), cut));
  }

  template <SideKind kKind>
  [[gnu::target("avx2"), gnu::always_inline]] static inline Side Open(const BlendSide& side, const Bytes& bytes) {
    const uint8_t* base = kKind == SideKind::kChoice ? bytes.choices : bytes.columns;
    return {base + side.at * kBlendRows, All(side.cut), All(side.left_exit), All(side.right_exit)};
  }
  template <SideKind kKind>
  [[gnu::target("avx2"), gnu::always_inline]] static inline __m256i Take(const Side& side, size_t row) {
    if constexpr (kKind == SideKind::kChoice) return Load(side.bytes + row);
    if constexpr (kKind == SideKind::kExit) return side.left;
    return Choose(Load(side.bytes + row), side.cut, side.left, side.right);
  }

  template <SideKind kLeft, SideKind kRight>
  [[gnu::target("avx2")]] static void Run(const BlendNode* node, const BlendNode* end, const Bytes& bytes) {
    for (; node != end; ++node) {
      const uint8_t* column = bytes.columns + node->column * kBlendRows;
      uint8_t* result = bytes.choices + node->result * kBlendRows;
      const __m256i cut = All(node->cut);
      const Side left = Open<kLeft>(node->left, bytes), right = Open<kRight>(node->right, bytes);
      for (size_t row = 0; row < bytes.rows; row += kStep) {
        const __m256i choice = Choose(Load(column + row), cut, Take<kLeft>(left, row), Take<kRight>(right, row));
        _mm256_store_si256(reinterpret_cast<__m256i*>(result + row), choice);
      }
    }
  }
};

struct Avx512 {
  static constexpr size_t kStep = sizeof(__m512i);

  struct Side {
    const uint8_t* bytes;
    __m512i cut, left, right;
  };

  [[gnu::target("avx512f,avx512bw"), gnu::always_inline]] static inline __m512i All(uint8_t byte) {
    return _mm512_set1_epi8(static_cast<char>(byte));
  }
  [[gnu::target("avx512f,avx512bw"), gnu::always_inline]] static inline __m512i Choose(__m512i value, __m512i cut,
                                                                                       __m512i left, __m512i right) {
    return _mm512_mask_blend_epi8(_mm512_cmple_epu8_mask(value, cut), right, left);
  }

  template <SideKind kKind>
  [[gnu::target("avx512f,avx512bw"), gnu::always_inline]] static inline Side Open(const BlendSide& side,
                                                                                  const Bytes& bytes) {
    const uint8_t* base = kKind == SideKind::kChoice ? bytes.choices : bytes.columns;
    return {base + side.at * kBlendRows, All(side.cut), All(side.left_exit), All(side.right_exit)};
  }
  template <SideKind kKind>
  [[gnu::target("avx512f,avx512bw"), gnu::always_inline]] static inline __m512i Take(const Side& side, size_t row) {
    if constexpr (kKind == SideKind::kChoice) return _mm512_load_si512(side.bytes + row);
    if constexpr (kKind == SideKind::kExit) return side.left;
    return Choose(_mm512_load_si512(side.bytes + row), side.cut, side.left, side.right);
  }

  template <SideKind kLeft, SideKind kRight>
  [[gnu::target("avx512f,avx512bw")]] static void Run(const BlendNode* node, const BlendNode* end, const Bytes& bytes) {
    for (; node != end; ++node) {
      const uint8_t* column = bytes.columns + node->column * kBlendRows;
      uint8_t* result = bytes.choices + node->result * kBlendRows;
      const __m512i cut = All(node->cut);
      const Side left = Open<kLeft>(node->left, bytes), right = Open<kRight>(node->right, bytes);
      for (size_t row = 0; row < bytes.rows; row += kStep) {
        const __m512i value = _mm512_load_si512(column + row);
        _mm512_store_si512(result + row, Choose(value, cut, Take<kLeft>(left, row), Take<kRight>(right, row)));
      }
    }
  }
};

#endif

using RunFunction = void (*)(const BlendNode* node, const BlendNode* end, const Bytes& bytes);

// A Run for each pair of kinds: left * kSideKinds + right.
template <typename Variant, size_t... kKinds>
constexpr std::array<RunFunction, sizeof...(kKinds)> MakeRuns(std::index_sequence<kKinds...>) {
  return {&Variant::template Run<static_cast<SideKind>(kKinds / kSideKinds),
                                 static_cast<SideKind>(kKinds % kSideKinds)>...};
}

template <typename Variant>
void RunAll(std::span<const BlendRun> runs, const BlendNode* nodes, Bytes bytes) {
  static constexpr auto kRuns = MakeRuns<Variant>(std::make_index_sequence<kSideKinds * kSideKinds>());
  bytes.rows = (bytes.rows + Variant::kStep - 1) / Variant::kStep * Variant::kStep;
  for (const BlendRun& run : runs) {
    kRuns[static_cast<size_t>(run.left) * kSideKinds + static_cast<size_t>(run.right)](nodes, nodes + run.count, bytes);
    nodes += run.count;
  }
}

}  // namespace

bool IsSupported(Vectors vectors) {
#if defined(__x86_64__)
  if (vectors == Vectors::kAvx2) return __builtin_cpu_supports("avx2") != 0;
  if (vectors == Vectors::kAvx512) {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0;
  }
#endif
  return vectors == Vectors::kPortable;
}

Vectors BestVectors() {
  for (const Vectors vectors : {Vectors::kAvx512, Vectors::kAvx2}) {
    if (IsSupported(vectors)) return vectors;
  }
  return Vectors::kPortable;
}

void RunBlend(Vectors vectors, std::span<const BlendRun> runs, const BlendNode* nodes, const uint8_t* columns,
              uint8_t* choices, size_t rows) {
  const Bytes bytes{columns, choices, rows};
#if defined(__x86_64__)
  if (vectors == Vectors::kAvx512) return RunAll<Avx512>(runs, nodes, bytes);
  if (vectors == Vectors::kAvx2) return RunAll<Avx2>(runs, nodes, bytes);
#else
  static_cast<void>(vectors);
#endif
  RunAll<Portable>(runs, nodes, bytes);
}

}  // namespace scoreway::forest
