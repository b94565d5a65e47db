// What the estimators of both libraries share.

#include "importers/boosters/feature_inputs.h"
#include "importers/boosters/lowerings.h"
#include "importers/sklearn/decision.h"

namespace scoreway::boosters {

Result<ValueId> BoosterMatrix(Context& context, const Object& user, const Table& in,
                              std::span<const std::optional<FeatureCategories>> categories, bool reject_unknown) {
  Table table = in;
  for (size_t i = 0; i < table.width() && i < categories.size(); ++i) {
    if (!categories[i]) continue;
    const size_t position[] = {i};
    const Table column = in.Select(position);
    FeatureInput feature{in.columns[i].name, categories[i], reject_unknown};
    const bool is_text = categories[i]->is_text;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells,
                              is_text ? context.Texts(user, column) : context.Numbers(user, column));
    if (is_text) {
      context.NoteCategories(in.columns[i], Labels{Type::kString, {}, categories[i]->texts, {}});
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, AddCategoryCodes(context.builder(), cells, feature));
    table.columns[i] = context.TableOf(codes, column).columns[0];
  }
  return context.Numbers(user, table);
}

op::TreeEnsemble NumberedLeaves(op::TreeEnsemble trees, bool by_node) {
  trees.outputs = static_cast<uint32_t>(trees.roots.size());
  trees.base.clear();
  trees.leaf_width = 1;
  trees.leaf_values.clear();
  trees.tree_output.clear();
  for (size_t t = 0; t < trees.roots.size(); ++t) {
    if (trees.roots.size() > 1) trees.tree_output.push_back(static_cast<uint32_t>(t));
    const size_t end = t + 1 < trees.roots.size() ? trees.roots[t + 1] : trees.left.size();
    double leaves = 0;
    for (size_t node = trees.roots[t]; node < end; ++node) {
      if (trees.left[node] != node) continue;
      trees.payload[node] = static_cast<uint32_t>(trees.leaf_values.size());
      trees.leaf_values.push_back(by_node ? static_cast<double>(node - trees.roots[t]) : leaves++);
    }
  }
  return trees;
}

Status AddBoosterOutputs(Context& context, ValueId prediction, ValueId margin, Type type) {
  for (const auto& [name, value] : {std::pair("prediction", prediction), std::pair("margin", margin)}) {
    const uint32_t width = context.width(value);
    for (uint32_t k = 0; k < width; ++k) {
      const std::string full = width == 1 ? name : name + ("_" + std::to_string(k));
      SCOREWAY_RETURN_IF_ERROR(context.builder().AddOutput(full, type, value, k));
    }
  }
  return {};
}

Result<Prediction> BinaryClassifier(Context& context, const Object& origin, Labels labels, ValueId positive) {
  if (labels.size() != 2) {
    return origin.Corrupt("one probability does not fit " + std::to_string(labels.size()) + " classes");
  }
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{.threshold = 0.5}, {positive}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, sklearn::BothProbabilities(context, origin, positive));
  prediction.labels = std::move(labels);
  return prediction;
}

Labels CountedLabels(size_t count) {
  Labels labels;
  labels.type = Type::kInt64;
  for (size_t i = 0; i < count; ++i) labels.numbers.push_back(static_cast<double>(i));
  return labels;
}

}  // namespace scoreway::boosters
