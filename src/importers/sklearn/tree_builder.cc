#include "importers/sklearn/tree_builder.h"

#include <algorithm>

namespace scoreway::sklearn {
namespace {

constexpr size_t kNodesMax = size_t{1} << 30;
// Of one node in op::TreeEnsemble without its leaf values.
constexpr size_t kNodeBytes = 4 + 8 + 4 + 4 + 1 + 4;

Result<std::vector<int64_t>> IntegerField(const Object& at, const pickle::Array& nodes, std::string_view name) {
  Result<pickle::Array> field = nodes.Field(name);
  if (!field.ok()) return AtPlace(at.path(), std::move(field).error());
  Result<std::vector<int64_t>> values = field->ToInts();
  if (!values.ok()) return AtPlace(at.path() + "." + std::string(name), std::move(values).error());
  return values;
}

Result<std::vector<double>> NumberField(const Object& at, const pickle::Array& nodes, std::string_view name) {
  Result<pickle::Array> field = nodes.Field(name);
  if (!field.ok()) return AtPlace(at.path(), std::move(field).error());
  Result<std::vector<double>> values = field->ToDoubles();
  if (!values.ok()) return AtPlace(at.path() + "." + std::string(name), std::move(values).error());
  return values;
}

bool HasField(const pickle::Array& nodes, std::string_view name) {
  for (const pickle::DType::Field& field : nodes.dtype().fields) {
    if (field.name == name) return true;
  }
  return false;
}

}  // namespace

Result<TreeNodes> ReadTree(const Object& estimator) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object tree, estimator.Want("tree_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object nodes_at, tree.Want("nodes"));
  if (!nodes_at.is_array()) return nodes_at.Corrupt("the nodes of a tree are no array");
  const pickle::Array& array = **nodes_at.node().AsArray();
  TreeNodes nodes;
  SCOREWAY_ASSIGN_OR_RETURN(nodes.left, IntegerField(nodes_at, array, "left_child"));
  SCOREWAY_ASSIGN_OR_RETURN(nodes.right, IntegerField(nodes_at, array, "right_child"));
  SCOREWAY_ASSIGN_OR_RETURN(nodes.feature, IntegerField(nodes_at, array, "feature"));
  SCOREWAY_ASSIGN_OR_RETURN(nodes.threshold, NumberField(nodes_at, array, "threshold"));
  if (HasField(array, "missing_go_to_left")) {
    SCOREWAY_ASSIGN_OR_RETURN(nodes.missing_left, IntegerField(nodes_at, array, "missing_go_to_left"));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Matrix values, tree.Numbers("values"));
  if (nodes.size() == 0 || values.shape.size() != 3 || values.shape[0] != nodes.size() || values.size() == 0) {
    return tree.Corrupt("values do not fit the nodes");
  }
  nodes.outputs = values.shape[1];
  nodes.classes = values.shape[2];
  nodes.values = std::move(values.values);
  return nodes;
}

uint32_t TreeBuilder::LeafRow(size_t node, const LeafValues& leaf_values) {
  const size_t begin = trees_.leaf_values.size();
  const auto row = static_cast<uint32_t>(begin / trees_.leaf_width);
  leaf_values(node, &trees_.leaf_values);
  if (trees_.leaf_width == 1) return row;
  const auto* bytes = reinterpret_cast<const char*>(&trees_.leaf_values[begin]);
  const auto [found, is_new] = row_of_bytes_.try_emplace(std::string(bytes, 8 * trees_.leaf_width), row);
  if (!is_new) trees_.leaf_values.resize(begin);
  return found->second;
}

Status TreeBuilder::Add(const Object& at, const TreeNodes& nodes, const LeafValues& leaf_values,
                        const std::vector<size_t>& columns) {
  const size_t first = trees_.feature.size();
  const auto count = static_cast<int64_t>(nodes.size());
  SCOREWAY_RETURN_IF_ERROR(context_->Charge(nodes.size() * (kNodeBytes + 4 * trees_.leaf_width), at));
  if (first + nodes.size() > kNodesMax) return Status(Code::kResourceExhausted, "too many nodes", at.path());
  trees_.roots.push_back(static_cast<uint32_t>(first));
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto self = static_cast<uint32_t>(first + i);
    const bool leaf = nodes.left[i] < 0;
    if (leaf) {
      trees_.feature.push_back(0);
      trees_.threshold.push_back(0);
      trees_.left.push_back(self);
      trees_.right.push_back(self);
      trees_.flags.push_back(0);
      trees_.payload.push_back(LeafRow(i, leaf_values));
      continue;
    }
    if (nodes.left[i] >= count || nodes.right[i] < 0 || nodes.right[i] >= count) {
      return Status(at.Corrupt("node " + std::to_string(i) + " has a child out of range"));
    }
    int64_t feature = nodes.feature[i];
    if (!columns.empty() && feature >= 0) {
      feature = static_cast<size_t>(feature) < columns.size()
                    ? static_cast<int64_t>(columns[static_cast<size_t>(feature)])
                    : int64_t{-1};
    }
    if (feature < 0 || feature > UINT32_MAX) {
      return Status(at.Corrupt("node " + std::to_string(i) + " asks for a feature out of range"));
    }
    trees_.feature.push_back(static_cast<uint32_t>(feature));
    trees_.threshold.push_back(nodes.threshold[i]);
    trees_.left.push_back(static_cast<uint32_t>(first) + static_cast<uint32_t>(nodes.left[i]));
    trees_.right.push_back(static_cast<uint32_t>(first) + static_cast<uint32_t>(nodes.right[i]));
    const bool missing_left = !nodes.missing_left.empty() && nodes.missing_left[i] != 0;
    trees_.flags.push_back(missing_left ? op::TreeEnsemble::kMissingLeft : 0);
    trees_.payload.push_back(0);
  }
  return {};
}

Result<ValueId> TreeInput(Context& context, const Object& estimator, const Object& tree, const Table& in) {
  bool allow_nan = false;
  if (context.AtLeast(1, 3)) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string splitter, tree.TextOr("splitter", "best"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string criterion, tree.TextOr("criterion", "gini"));
    const bool extra = tree.short_name().starts_with("ExtraTree");
    const bool forest = estimator.Get("estimators_").exists();
    const bool best = splitter == "best";
    allow_nan = criterion != "absolute_error" || context.AtLeast(1, 9);
    if (!context.AtLeast(1, 6)) {
      // Forests learnt it in 1.4, and then not together with monotonic constraints.
      allow_nan =
          allow_nan && best && !(forest && !context.AtLeast(1, 4)) && tree.Get("monotonic_cst").has_value() == false;
    } else {
      allow_nan = allow_nan && (extra ? splitter == "random" : best || splitter == "random");
      if (!context.AtLeast(1, 9)) allow_nan = allow_nan && !tree.Get("monotonic_cst").has_value();
    }
  }
  Table checked = in;
  return context.FiniteNumbers(estimator, &checked, {.allow_nan = allow_nan, .as_float32 = true});
}

Result<ValueId> MeanTreeProbabilities(Context& context, const Object& origin, const std::vector<Object>& trees,
                                      ValueId input, size_t target, size_t classes,
                                      const std::vector<std::vector<size_t>>& columns) {
  if (trees.empty() || classes == 0) return origin.Corrupt("a forest without trees or classes");
  // Trees before 1.4 keep the weight of each class, later ones its fraction.
  const bool counts = !context.AtLeast(1, 4);
  TreeBuilder builder(&context, classes);
  for (size_t t = 0; t < trees.size(); ++t) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(trees[t]));
    if (target >= nodes.outputs || classes > nodes.classes) return trees[t].Corrupt("values do not fit the classes");
    const auto leaf = [&nodes, target, classes, counts](size_t node, std::vector<double>* out) {
      const double* values = nodes.At(node, target);
      double sum = 0;
      for (size_t k = 0; counts && k < classes; ++k) sum += values[k];
      for (size_t k = 0; k < classes; ++k) out->push_back(sum == 0 ? values[k] : values[k] / sum);
    };
    SCOREWAY_RETURN_IF_ERROR(builder.Add(trees[t], nodes, leaf, columns.empty() ? std::vector<size_t>() : columns[t]));
  }
  builder.trees().divisor = static_cast<double>(trees.size());
  return context.Add(std::move(builder.trees()), {input}, origin);
}

Result<ValueId> MeanTreeValues(Context& context, const Object& origin, const std::vector<Object>& trees, ValueId input,
                               const std::vector<std::vector<size_t>>& columns) {
  if (trees.empty()) return origin.Corrupt("a forest without trees");
  std::optional<TreeBuilder> builder;
  for (size_t t = 0; t < trees.size(); ++t) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(trees[t]));
    if (!builder) builder.emplace(&context, nodes.outputs);
    if (nodes.outputs != builder->trees().leaf_width) return trees[t].Corrupt("trees with different targets");
    const auto leaf = [&nodes](size_t node, std::vector<double>* out) {
      for (size_t target = 0; target < nodes.outputs; ++target) out->push_back(*nodes.At(node, target));
    };
    SCOREWAY_RETURN_IF_ERROR(builder->Add(trees[t], nodes, leaf, columns.empty() ? std::vector<size_t>() : columns[t]));
  }
  builder->trees().divisor = static_cast<double>(trees.size());
  return context.Add(std::move(builder->trees()), {input}, origin);
}

}  // namespace scoreway::sklearn
