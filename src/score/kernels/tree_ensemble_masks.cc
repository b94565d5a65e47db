#include "score/kernels/tree_ensemble_masks.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/vector_intrinsics.h"

namespace scoreway::forest {
namespace {

constexpr uint32_t kDepthMin = 3, kDepthMax = 6;
// Fewer are walked as quickly.
constexpr size_t kTreesMin = 16;
// Nodes compared at once, and trees whose ways are found at once.
constexpr size_t kStep = 32;
constexpr size_t kStride = 8;

uint32_t DepthOf(const Layout& layout) {
  uint32_t depth = kDepthMin;
  for (const Tree& tree : layout.trees) depth = std::max(depth, tree.depth);
  return depth;
}

#if defined(__x86_64__)

// The answers of kStep nodes: a bit is set where the value goes right.
template <bool kManySlots>
[[gnu::target("avx512f,avx512bw"), gnu::always_inline]] inline uint32_t Compare(__m512i low, __m512i high,
                                                                                const uint8_t* slots,
                                                                                const uint16_t* cuts) {
  const __m512i at = _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(slots)));
  const __m512i picked = kManySlots ? _mm512_permutex2var_epi16(low, at, high) : _mm512_permutexvar_epi16(at, low);
  return _mm512_cmpgt_epu16_mask(picked, _mm512_loadu_si512(cuts));
}

// The masks of eight trees, a byte to eight each, as numbers.
template <size_t kNodes>
[[gnu::target("avx512f,avx512bw"), gnu::always_inline]] inline __m512i LoadMasks(const std::byte* masks) {
  if constexpr (kNodes == 8) return _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(masks)));
  if constexpr (kNodes == 16) return _mm512_cvtepu16_epi64(_mm_load_si128(reinterpret_cast<const __m128i*>(masks)));
  if constexpr (kNodes == 32) return _mm512_cvtepu32_epi64(_mm256_load_si256(reinterpret_cast<const __m256i*>(masks)));
  return _mm512_load_si512(masks);
}

// All comparisons first, then all ways: what is written is read long after.
template <uint32_t kDepth, bool kManySlots>
[[gnu::target("avx512f,avx512bw")]] void Find(const uint16_t* values, const uint8_t* slots, const uint16_t* cuts,
                                              size_t trees, uint8_t* exits) {
  constexpr size_t kNodes = size_t{1} << kDepth;
  constexpr size_t kMaskBytes = kNodes / 8;
  const __m512i low = _mm512_load_si512(values);
  const __m512i high = kManySlots ? _mm512_load_si512(values + kStep) : low;
  alignas(64) std::byte masks[MaskForest::kTreesMax * kMaskBytes];
  for (size_t node = 0, at = 0; node < trees * kNodes; node += kStep, at += kStep / 8) {
    const uint32_t answers = Compare<kManySlots>(low, high, slots + node, cuts + node);
    std::memcpy(masks + at, &answers, sizeof answers);
  }
  const __m512i one = _mm512_set1_epi64(1);
  for (size_t t = 0; t < trees; t += kStride) {
    const __m512i answers = LoadMasks<kNodes>(masks + t * kMaskBytes);
    __m512i node = one;
#pragma GCC unroll 6
    for (uint32_t d = 0; d < kDepth; ++d) {
      const __m512i right = _mm512_and_si512(_mm512_srlv_epi64(answers, node), one);
      node = _mm512_add_epi64(_mm512_add_epi64(node, node), right);
    }
    const __m512i exit = _mm512_sub_epi64(node, _mm512_set1_epi64(kNodes));
    _mm512_mask_cvtepi64_storeu_epi8(exits + t, 0xFF, exit);
  }
}

#endif

}  // namespace

bool MaskForest::Fits(const Layout& layout, Vectors vectors) {
  const uint32_t depth = DepthOf(layout);
  if (vectors != Vectors::kAvx512 || depth > kDepthMax || layout.slots.size() > kSlotsMax) return false;
  // Of trees that are mostly air, walks pass fewer nodes.
  const size_t full = layout.trees.size() << depth;
  return layout.trees.size() >= kTreesMin && layout.source.size() >= full / 2;
}

MaskForest::MaskForest(const Layout& layout, std::span<const NarrowNode> nodes)
    : depth_(DepthOf(layout)), has_many_slots_(layout.slots.size() > kStep) {
  const size_t node_count = size_t{1} << depth_;
  const size_t trees = (layout.trees.size() + kStride - 1) / kStride * kStride;
  slots_.resize(trees * node_count);
  cuts_.resize(trees * node_count, std::numeric_limits<uint16_t>::max());
  exit_rows_.reserve(layout.trees.size() * node_count);
  std::vector<uint32_t> places(2 * node_count);  // of the nodes; below a leaf they are the leaf
  for (size_t t = 0; t < layout.trees.size(); ++t) {
    const Tree& tree = layout.trees[t];
    places[1] = tree.root;
    for (size_t i = 1; i < node_count; ++i) {
      const NarrowNode& node = nodes[places[i]];
      const bool is_leaf = node.left == places[i];
      places[2 * i] = node.left;
      places[2 * i + 1] = node.left + (is_leaf ? 0 : 1);
      if (is_leaf) continue;
      slots_[t * node_count + i] = static_cast<uint8_t>(node.slot / kLanes);
      cuts_[t * node_count + i] = node.cut;
    }
    for (size_t i = node_count; i < 2 * node_count; ++i) {
      exit_rows_.push_back(layout.leaf_rows[places[i] + tree.leaf_shift]);
    }
  }
}

void MaskForest::FindExits(const uint16_t* values, size_t first, size_t count, uint8_t* exits) const {
#if defined(__x86_64__)
  const uint8_t* slots = slots_.data() + (first << depth_);
  const uint16_t* cuts = cuts_.data() + (first << depth_);
  const size_t trees = (count + kStride - 1) / kStride * kStride;
  const auto find = [&]<uint32_t kDepth>() {
    if (has_many_slots_) return Find<kDepth, true>(values, slots, cuts, trees, exits);
    Find<kDepth, false>(values, slots, cuts, trees, exits);
  };
  switch (depth_) {
    case 3: return find.template operator()<3>();
    case 4: return find.template operator()<4>();
    case 5: return find.template operator()<5>();
    default: return find.template operator()<kDepthMax>();
  }
#else
  static_cast<void>(values), static_cast<void>(first), static_cast<void>(count), static_cast<void>(exits);
  static_cast<void>(has_many_slots_);  // no forest fits here
#endif
}

}  // namespace scoreway::forest
