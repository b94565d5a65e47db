#include "importers/spark/tree_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace scoreway::spark {
namespace {

using parquet::Column;
using parquet::Table;

constexpr double kCategoriesMax = 1 << 20;

// The columns of nodes: of a single tree at the top, of an ensemble below `nodeData`.
struct NodeColumns {
  const Column* tree = nullptr;  // null: one tree
  const Column* id = nullptr;
  const Column* prediction = nullptr;
  const Column* statistics = nullptr;
  const Column* left = nullptr;
  const Column* right = nullptr;
  const Column* feature = nullptr;
  const Column* split = nullptr;
  const Column* category_count = nullptr;

  static Result<NodeColumns> Of(const Stage& stage, const Table& table) {
    NodeColumns columns;
    columns.tree = table.Find("treeID");
    const std::string prefix = columns.tree != nullptr ? "nodeData." : "";
    const std::pair<const char*, const Column**> wanted[] = {{"id", &columns.id},
                                                             {"prediction", &columns.prediction},
                                                             {"impurityStats", &columns.statistics},
                                                             {"leftChild", &columns.left},
                                                             {"rightChild", &columns.right},
                                                             {"split.featureIndex", &columns.feature},
                                                             {"split.leftCategoriesOrThreshold", &columns.split},
                                                             {"split.numCategories", &columns.category_count}};
    for (const auto& [name, column] : wanted) {
      *column = table.Find(prefix + name);
      const bool is_list = column == &columns.statistics || column == &columns.split;
      if (*column == nullptr || (*column)->kind == Column::Kind::kText ||
          (*column)->ends.size() != (is_list ? 1u : 0u)) {
        return stage.Corrupt("its data have no node column '" + std::string(name) + "'");
      }
    }
    if (columns.tree != nullptr && columns.tree->kind != Column::Kind::kInteger) {
      return stage.Corrupt("its data have no numbers of trees");
    }
    return columns;
  }
};

class EnsembleReader {
 public:
  EnsembleReader(const Stage& stage, const NodeColumns& columns, op::TreeEnsemble* ensemble)
      : stage_(stage), columns_(columns), ensemble_(*ensemble) {}

  // The rows of one tree, sorted by the nodes' ids, which count from 0 at the root; children have greater ids.
  Status AddTree(const std::vector<size_t>& rows, double weight,
                 const std::function<Result<std::vector<double>>(const LeafData&)>& leaf) {
    const auto base = static_cast<uint32_t>(ensemble_.feature.size());
    ensemble_.roots.push_back(base);
    for (size_t i = 0; i < rows.size(); ++i) {
      if (columns_.id->NumberAt(rows[i]) != static_cast<double>(i)) return Damaged();
      const double left = columns_.left->NumberAt(rows[i]), right = columns_.right->NumberAt(rows[i]);
      if (left < 0 && right < 0) {
        SCOREWAY_RETURN_IF_ERROR(AddLeaf(rows[i], base + static_cast<uint32_t>(i), weight, leaf));
        continue;
      }
      const auto valid = [&](double child) {
        return child > static_cast<double>(i) && child < static_cast<double>(rows.size());
      };
      if (!valid(left) || !valid(right)) return Damaged();
      SCOREWAY_RETURN_IF_ERROR(AddSplit(rows[i]));
      ensemble_.left.push_back(base + static_cast<uint32_t>(left));
      ensemble_.right.push_back(base + static_cast<uint32_t>(right));
    }
    return {};
  }

 private:
  Error Damaged() const { return stage_.Corrupt("its nodes are no tree"); }

  Status AddLeaf(size_t row, uint32_t node, double weight,
                 const std::function<Result<std::vector<double>>(const LeafData&)>& leaf) {
    LeafData data;
    data.prediction = columns_.prediction->NumberAt(row);
    const auto range = columns_.statistics->ValuesOf(row);
    for (size_t k = range.begin; k < range.end; ++k) data.statistics.push_back(columns_.statistics->NumberAt(k));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> values, leaf(data));
    if (values.size() != ensemble_.leaf_width) return Damaged();
    ensemble_.left.push_back(node);
    ensemble_.right.push_back(node);
    ensemble_.feature.push_back(0);
    ensemble_.threshold.push_back(0);
    ensemble_.flags.push_back(0);
    ensemble_.payload.push_back(static_cast<uint32_t>(ensemble_.leaf_values.size() / ensemble_.leaf_width));
    ensemble_.category_bits.push_back(0);
    for (const double value : values) ensemble_.leaf_values.push_back(weight * value);
    return {};
  }

  Status AddSplit(size_t row) {
    const double feature = columns_.feature->NumberAt(row);
    const double category_count = columns_.category_count->NumberAt(row);
    const auto range = columns_.split->ValuesOf(row);
    if (!(feature >= 0 && feature < 1 << 24)) return Damaged();
    ensemble_.feature.push_back(static_cast<uint32_t>(feature));
    if (category_count < 0) {
      if (range.end - range.begin != 1) return Damaged();
      ensemble_.threshold.push_back(columns_.split->NumberAt(range.begin));
      ensemble_.flags.push_back(0);
      ensemble_.payload.push_back(0);
      ensemble_.category_bits.push_back(0);
      return {};
    }
    if (category_count > kCategoriesMax) return Damaged();
    std::vector<uint32_t> words((static_cast<size_t>(category_count) + 31) / 32);
    for (size_t k = range.begin; k < range.end; ++k) {
      const double category = columns_.split->NumberAt(k);
      if (!(category >= 0 && category < category_count) || category != std::floor(category)) return Damaged();
      words[static_cast<size_t>(category) / 32] |= uint32_t{1} << (static_cast<size_t>(category) % 32);
    }
    ensemble_.threshold.push_back(0);
    ensemble_.flags.push_back(op::TreeEnsemble::kCategorical);
    ensemble_.payload.push_back(static_cast<uint32_t>(ensemble_.category_words.size()));
    ensemble_.category_bits.push_back(static_cast<uint32_t>(category_count));
    ensemble_.category_words.insert(ensemble_.category_words.end(), words.begin(), words.end());
    return {};
  }

  const Stage& stage_;
  const NodeColumns& columns_;
  op::TreeEnsemble& ensemble_;
};

}  // namespace

Result<op::TreeEnsemble> ReadTrees(const Stage& stage, uint32_t leaf_width, const std::vector<double>& weights,
                                   const std::function<Result<std::vector<double>>(const LeafData&)>& leaf) {
  SCOREWAY_ASSIGN_OR_RETURN(const Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const NodeColumns columns, NodeColumns::Of(stage, table));
  std::map<int64_t, std::vector<size_t>> rows_of_tree;
  for (size_t row = 0; row < table.row_count(); ++row) {
    rows_of_tree[columns.tree == nullptr ? 0 : columns.tree->integers[row]].push_back(row);
  }
  if (!weights.empty() && weights.size() != rows_of_tree.size())
    return stage.Corrupt("has not one weight for each tree");
  op::TreeEnsemble ensemble;
  ensemble.compare = op::TreeEnsemble::Compare::kLessEqual;
  ensemble.outputs = leaf_width;
  ensemble.leaf_width = leaf_width;
  EnsembleReader reader(stage, columns, &ensemble);
  for (auto& [tree, rows] : rows_of_tree) {
    std::sort(rows.begin(), rows.end(),
              [&](size_t a, size_t b) { return columns.id->NumberAt(a) < columns.id->NumberAt(b); });
    const double weight = weights.empty() ? 1 : weights[ensemble.roots.size()];
    Status status = reader.AddTree(rows, weight, leaf);
    if (!status.ok()) return AtPlace("tree " + std::to_string(tree), std::move(status).error());
  }
  if (ensemble.category_words.empty()) ensemble.category_bits.clear();
  return ensemble;
}

Result<std::vector<double>> ReadTreeWeights(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const Table table, stage.ReadTable("treesMetadata"));
  // Spark 4 lost the names of the columns.
  const Column* tree = table.Find("treeID") != nullptr ? table.Find("treeID") : table.Find("_1");
  const Column* weight = table.Find("weights") != nullptr ? table.Find("weights") : table.Find("_3");
  if (tree == nullptr || weight == nullptr || tree->kind != Column::Kind::kInteger ||
      weight->kind != Column::Kind::kReal || !tree->ends.empty() || !weight->ends.empty()) {
    return stage.Corrupt("its trees have no weights");
  }
  std::map<int64_t, double> weight_of_tree;
  for (size_t row = 0; row < table.row_count(); ++row) weight_of_tree[tree->integers[row]] = weight->reals[row];
  std::vector<double> weights;
  for (const auto& [number, value] : weight_of_tree) weights.push_back(value);
  return weights;
}

}  // namespace scoreway::spark
