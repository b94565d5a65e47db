#include "score/kernels/tree_ensemble_blend.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace scoreway::forest {
namespace {

// A tree is blended as a whole up to so many inner nodes; beyond, walking is cheaper for all but the upper ones.
constexpr size_t kWholeNodesMax = 160;
constexpr size_t kUpperNodesMax = 63;
constexpr size_t kExitsMax = 256;  // a byte
constexpr size_t kCutsMax = 255;   // of a slot in a chapter
// Looking for ended walks costs about a step.
constexpr uint32_t kDepthSavedMin = 3;
// Recoding by a table of so many entries for each cut.
constexpr size_t kEntriesPerCut = 16;

// What all variants of blending take.
struct BlendArguments {
  const BlendNode* begin;
  const BlendNode* end;
  const std::byte* columns;
  std::byte* cells;
  size_t rows;
};

void BlendPortable(const BlendArguments& a) {
  using Vector [[gnu::vector_size(16)]] = uint8_t;
  for (const BlendNode* node = a.begin; node != a.end; ++node) {
    const std::byte* column = a.columns + node->column * kBlendRows;
    const std::byte* left = a.cells + node->left * kCell;
    const std::byte* right = a.cells + node->right * kCell;
    std::byte* result = a.cells + node->result * kCell;
    const Vector cut = Vector{} + node->cut;
    for (size_t row = 0; row < a.rows; row += sizeof(Vector)) {
      // A constant is a whole cell, so a part of it is as good as another.
      const size_t part = row % kCell;
      Vector value, l, r;
      std::memcpy(&value, column + row, sizeof(Vector));
      std::memcpy(&l, left + row / kCell * node->left_step + part, sizeof(Vector));
      std::memcpy(&r, right + row / kCell * node->right_step + part, sizeof(Vector));
      const Vector chosen = value <= cut ? l : r;
      std::memcpy(result + row, &chosen, sizeof(Vector));
    }
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void BlendAvx2(const BlendArguments& a) {
  const size_t cells = (a.rows + kCell - 1) / kCell;
  for (const BlendNode* node = a.begin; node != a.end; ++node) {
    const auto* column = reinterpret_cast<const __m256i*>(a.columns + node->column * kBlendRows);
    const std::byte* left = a.cells + node->left * kCell;
    const std::byte* right = a.cells + node->right * kCell;
    auto* result = reinterpret_cast<__m256i*>(a.cells + node->result * kCell);
    const __m256i cut = _mm256_set1_epi8(static_cast<char>(node->cut));
    for (size_t cell = 0; cell < cells; ++cell) {
      const auto* l = reinterpret_cast<const __m256i*>(left);
      const auto* r = reinterpret_cast<const __m256i*>(right);
#pragma GCC unroll 2
      for (size_t half = 0; half < 2; ++half) {
        const __m256i value = _mm256_load_si256(column + half);
        const __m256i goes_left = _mm256_cmpeq_epi8(_mm256_max_epu8(value, cut), cut);
        _mm256_store_si256(result + half,
                           _mm256_blendv_epi8(_mm256_load_si256(r + half), _mm256_load_si256(l + half), goes_left));
      }
      column += 2;
      result += 2;
      left += node->left_step;
      right += node->right_step;
    }
  }
}

template <size_t kCells>
[[gnu::target("avx512f,avx512bw")]] void BlendAvx512Cells(const BlendArguments& a) {
  for (const BlendNode* node = a.begin; node != a.end; ++node) {
    const std::byte* column = a.columns + node->column * kBlendRows;
    const std::byte* left = a.cells + node->left * kCell;
    const std::byte* right = a.cells + node->right * kCell;
    std::byte* result = a.cells + node->result * kCell;
    const size_t left_step = node->left_step, right_step = node->right_step;
    const __m512i cut = _mm512_set1_epi8(static_cast<char>(node->cut));
#pragma GCC unroll 4
    for (size_t cell = 0; cell < kCells; ++cell) {
      const __mmask64 goes_left = _mm512_cmple_epu8_mask(_mm512_load_si512(column + cell * kCell), cut);
      const __m512i l = _mm512_load_si512(left + cell * left_step);
      const __m512i r = _mm512_load_si512(right + cell * right_step);
      _mm512_store_si512(result + cell * kCell, _mm512_mask_blend_epi8(goes_left, r, l));
    }
  }
}

void BlendAvx512(const BlendArguments& a) {
  switch ((a.rows + kCell - 1) / kCell) {
    case 1: return BlendAvx512Cells<1>(a);
    case 2: return BlendAvx512Cells<2>(a);
    case 3: return BlendAvx512Cells<3>(a);
    default: return BlendAvx512Cells<4>(a);
  }
}
#endif

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

// Orders the blended nodes of each tree children first, and gives every choice a place that is free then.
class BlendBuilder {
 public:
  BlendBuilder(const Layout& layout, std::span<const NarrowNode> nodes, BlendForest* forest)
      : layout_(layout), nodes_(nodes), forest_(*forest), used_(layout.slots.size()), cut_counts_(used_.size()) {
    for (size_t s = 0; s < used_.size(); ++s) used_[s].resize(layout.slots[s].cuts.size());
  }

  void Build() {
    for (size_t t = 0; t < layout_.trees.size(); ++t) {
      PickNodes(layout_.trees[t]);
      if (!FitsChapter()) EndChapter(t);
      TakeCuts();
      AddTree(t);
    }
    EndChapter(layout_.trees.size());
    // Only now is it known how many constants there are, and so where choices lie.
    forest_.constants_ = constants_;
    for (BlendNode& node : forest_.nodes_) {
      if (node.left_step != 0) Shift(&node.left);
      if (node.right_step != 0) Shift(&node.right);
      Shift(&node.result);
    }
    for (size_t t = 0; t < forest_.trees_.size(); ++t) {
      const BlendTree& tree = forest_.trees_[t];
      if (tree.nodes_begin != tree.nodes_end) {
        forest_.nodes_[tree.nodes_end - 1].result = static_cast<uint16_t>(forest_.ExitCell(t));
      }
    }
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  bool IsLeaf(uint32_t place) const { return nodes_[place].left == place; }
  uint32_t SlotOf(uint32_t place) const { return nodes_[place].slot / kLanes; }
  void Shift(uint16_t* cell) const { *cell = static_cast<uint16_t>(constants_ + (kBlendTrees + *cell) * kChoiceCells); }

  // The nodes of the tree to blend, level by level, and whether these are all.
  void PickNodes(const Tree& tree) {
    picked_.clear();
    whole_ = true;
    if (!IsLeaf(tree.root)) picked_.push_back(tree.root);
    size_t most = kWholeNodesMax;
    for (size_t i = 0; i < picked_.size() && whole_; ++i) {
      for (const uint32_t child : {nodes_[picked_[i]].left, nodes_[picked_[i]].left + 1}) {
        if (IsLeaf(child)) continue;
        if (picked_.size() == most) {
          whole_ = false;
          break;
        }
        picked_.push_back(child);
      }
    }
    const uint32_t tree_size = TreeEnd(tree) - LeavesBegin(tree);
    if (tree_size > kExitsMax) whole_ = false;
    if (!whole_ && picked_.size() > kUpperNodesMax) picked_.resize(kUpperNodesMax);
  }

  uint32_t LeavesBegin(const Tree& tree) const { return leaf_rows_end_ - tree.leaf_shift; }
  uint32_t TreeEnd(const Tree& tree) const {
    return &tree == &layout_.trees.back() ? static_cast<uint32_t>(nodes_.size()) : (&tree + 1)->root;
  }

  bool FitsChapter() {
    std::vector<size_t> counts = cut_counts_;
    std::vector<std::pair<uint32_t, uint16_t>> fresh;
    for (const uint32_t place : picked_) {
      if (!used_[SlotOf(place)][nodes_[place].cut]) fresh.emplace_back(SlotOf(place), nodes_[place].cut);
    }
    std::sort(fresh.begin(), fresh.end());
    fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
    return std::all_of(fresh.begin(), fresh.end(), [&](const auto& cut) { return ++counts[cut.first] <= kCutsMax; });
  }

  void TakeCuts() {
    for (const uint32_t place : picked_) {
      const uint32_t slot = SlotOf(place);
      if (used_[slot][nodes_[place].cut]) continue;
      used_[slot][nodes_[place].cut] = true;
      ++cut_counts_[slot];
    }
  }

  // The chapter's cuts are known: numbers its columns and the cuts of its nodes.
  void EndChapter(size_t trees_end) {
    BlendChapter chapter;
    chapter.trees_begin = chapter_begin_;
    chapter.trees_end = static_cast<uint32_t>(trees_end);
    std::vector<uint32_t> column_of_slot(used_.size(), kNone);
    for (uint32_t slot = 0; slot < used_.size(); ++slot) {
      if (cut_counts_[slot] == 0) continue;
      column_of_slot[slot] = static_cast<uint32_t>(chapter.columns.size());
      chapter.columns.emplace_back(slot, used_[slot]);
      used_[slot].assign(used_[slot].size(), false);
      cut_counts_[slot] = 0;
    }
    for (size_t n = numbered_; n < forest_.nodes_.size(); ++n) {
      const NarrowNode& node = nodes_[places_[n]];
      const uint32_t column = column_of_slot[node.slot / kLanes];
      forest_.nodes_[n].column = static_cast<uint16_t>(column);
      forest_.nodes_[n].cut = chapter.columns[column].Recode(node.cut);
    }
    numbered_ = forest_.nodes_.size();
    forest_.columns_max_ = std::max(forest_.columns_max_, chapter.columns.size());
    chapter_begin_ = chapter.trees_end;
    if (chapter.trees_begin != chapter.trees_end) forest_.chapters_.push_back(std::move(chapter));
  }

  void AddTree(size_t t) {
    const Tree& source = layout_.trees[t];
    BlendTree tree;
    tree.is_whole = whole_;
    tree.nodes_begin = static_cast<uint32_t>(forest_.nodes_.size());
    tree.exits_begin = static_cast<uint32_t>(forest_.exit_places_.size());
    tree.first_exit = LeavesBegin(source);
    index_of_picked_.clear();
    for (size_t i = 0; i < picked_.size(); ++i) index_of_picked_[picked_[i]] = static_cast<uint32_t>(i);
    free_choices_.clear();
    choices_ = 0;
    if (picked_.empty()) tree.first_exit = source.root;
    Emit(tree);
    tree.nodes_end = static_cast<uint32_t>(forest_.nodes_.size());
    if (!whole_) MeasureWalks(&tree);
    leaf_rows_end_ += TreeEnd(source) - LeavesBegin(source);
    forest_.choices_max_ = std::max(forest_.choices_max_, choices_);
    forest_.trees_.push_back(tree);
  }

  // A choice: a leaf's constant (step 0) or the result of a node.
  struct Choice {
    uint16_t cell;
    uint8_t step;
  };

  // Emits the picked nodes children first: those whose children are all exits, then those above them, and so on. So a
  // choice is asked for long after it was made, and no node waits for the one before it.
  void Emit(const BlendTree& tree) {
    const size_t count = picked_.size();
    heights_.assign(count, 0);
    // Picked level by level, so children come after their parent.
    for (size_t i = count; i-- > 0;) {
      for (const uint32_t child : Children(i)) {
        if (child != kNone) heights_[i] = std::max(heights_[i], heights_[child] + 1);
      }
    }
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0);
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return heights_[a] < heights_[b]; });
    choice_of_.resize(count);
    for (const uint32_t i : order_) {
      const std::array<uint32_t, 2> children = Children(i);
      std::array<Choice, 2> choices;
      for (size_t side = 0; side < 2; ++side) {
        const auto place = static_cast<uint32_t>(nodes_[picked_[i]].left + side);
        choices[side] = children[side] == kNone ? ExitTo(place, tree) : Choice{choice_of_[children[side]], kCell};
      }
      for (const Choice& choice : choices) {
        if (choice.step != 0) free_choices_.push_back(choice.cell);
      }
      choice_of_[i] = TakeChoice();
      forest_.nodes_.push_back(
          {0, choices[0].cell, choices[1].cell, choice_of_[i], 0, choices[0].step, choices[1].step});
      places_.push_back(picked_[i]);
    }
  }

  // The children of picked node i as indices of picked_; kNone for exits.
  std::array<uint32_t, 2> Children(size_t i) const {
    std::array<uint32_t, 2> children;
    for (uint32_t side = 0; side < 2; ++side) {
      const auto found = index_of_picked_.find(nodes_[picked_[i]].left + side);
      children[side] = found == index_of_picked_.end() ? kNone : found->second;
    }
    return children;
  }

  uint16_t TakeChoice() {
    if (free_choices_.empty()) return static_cast<uint16_t>(choices_++);
    const uint16_t choice = free_choices_.back();
    free_choices_.pop_back();
    return choice;
  }

  Choice ExitTo(uint32_t place, const BlendTree& tree) {
    size_t exit = place - tree.first_exit;
    if (!whole_) {
      exit = forest_.exit_places_.size() - tree.exits_begin;
      forest_.exit_places_.push_back(place);
    }
    constants_ = std::max(constants_, exit + 1);
    return {static_cast<uint16_t>(exit), 0};
  }

  // How far the walks from the exits go.
  void MeasureWalks(BlendTree* tree) const {
    uint64_t leaves = 0, depth_sum = 0;
    for (size_t e = tree->exits_begin; e < forest_.exit_places_.size(); ++e) {
      std::vector<std::pair<uint32_t, uint32_t>> open{{forest_.exit_places_[e], 0}};
      while (!open.empty()) {
        const auto [place, depth] = open.back();
        open.pop_back();
        if (IsLeaf(place)) {
          tree->depth = std::max(tree->depth, depth);
          ++leaves;
          depth_sum += depth;
        } else {
          open.emplace_back(nodes_[place].left, depth + 1);
          open.emplace_back(nodes_[place].left + 1, depth + 1);
        }
      }
    }
    const auto mean = static_cast<uint32_t>((depth_sum + leaves - 1) / leaves);
    tree->common_depth = mean + kDepthSavedMin <= tree->depth ? mean : tree->depth;
  }

  const Layout& layout_;
  std::span<const NarrowNode> nodes_;
  BlendForest& forest_;
  size_t constants_ = 1;
  // Of the chapter.
  std::vector<std::vector<bool>> used_;  // by slot and cut
  std::vector<size_t> cut_counts_;       // by slot
  uint32_t chapter_begin_ = 0;
  size_t numbered_ = 0;           // nodes whose column and cut are final
  std::vector<uint32_t> places_;  // of the forest's nodes
  uint32_t leaf_rows_end_ = 0;
  // Of the tree.
  std::vector<uint32_t> picked_;
  std::unordered_map<uint32_t, uint32_t> index_of_picked_;
  std::vector<uint32_t> heights_, order_;  // by index of picked_
  std::vector<uint16_t> choice_of_;
  bool whole_ = true;
  std::vector<uint16_t> free_choices_;
  size_t choices_ = 0;
};

BlendColumn::BlendColumn(uint32_t slot, const std::vector<bool>& used) : slot_(slot) {
  for (size_t cut = 0; cut < used.size(); ++cut) {
    if (used[cut]) cuts_.push_back(static_cast<uint16_t>(cut));
  }
  const size_t entries_max = std::max<size_t>(16, kEntriesPerCut * cuts_.size());
  while ((used.size() >> shift_) >= entries_max) ++shift_;
  size_t cut = 0, most = 0;
  for (size_t entry = 0; entry <= used.size() >> shift_; ++entry) {
    // Cuts below every rank of the entry are counted; those within it are searched.
    while (cut < cuts_.size() && cuts_[cut] < entry << shift_) ++cut;
    first_.push_back(static_cast<uint8_t>(cut));
    const auto next = std::lower_bound(cuts_.begin(), cuts_.end(), ((entry + 1) << shift_) - 1);
    most = std::max(most, static_cast<size_t>(next - cuts_.begin()) - cut);
  }
  first_step_ = static_cast<uint32_t>(std::bit_floor(most));
  cuts_.resize(cuts_.size() + 2 * first_step_, std::numeric_limits<uint16_t>::max());
}

BlendForest::BlendForest(const Layout& layout, std::span<const NarrowNode> nodes) {
  BlendBuilder(layout, nodes, this).Build();
}

void BlendForest::StartWork(std::byte* work) const {
  for (size_t constant = 0; constant < constants_; ++constant) {
    std::memset(work + constant * kCell, static_cast<int>(constant), kCell);
  }
}

void BlendForest::Recode(const BlendChapter& chapter, const uint16_t* values, size_t group_size, size_t rows,
                         size_t sheet, std::byte* work) const {
  auto* columns = reinterpret_cast<uint8_t*>(work + ColumnsOffset(sheet));
  for (const BlendColumn& column : chapter.columns) {
    const uint16_t* group = values + column.slot() * kLanes;
    for (size_t row = 0; row < rows; row += kLanes, group += group_size) column.Recode(group, columns + row);
    columns += kBlendRows;
  }
}

const uint8_t* BlendForest::Blend(size_t t, size_t rows, size_t sheet, Vectors vectors, std::byte* work) const {
  const BlendTree& tree = trees_[t];
  std::byte* exits = work + ExitCell(t) * kCell;
  if (tree.nodes_begin == tree.nodes_end) {
    std::memset(exits, 0, kBlendRows);
    return reinterpret_cast<const uint8_t*>(exits);
  }
  const BlendArguments arguments{nodes_.data() + tree.nodes_begin, nodes_.data() + tree.nodes_end,
                                 work + ColumnsOffset(sheet), work, rows};
#if defined(__x86_64__)
  if (vectors == Vectors::kAvx512) {
    BlendAvx512(arguments);
  } else if (vectors == Vectors::kAvx2) {
    BlendAvx2(arguments);
  } else {
    BlendPortable(arguments);
  }
#else
  static_cast<void>(vectors);
  BlendPortable(arguments);
#endif
  return reinterpret_cast<const uint8_t*>(exits);
}

}  // namespace scoreway::forest
