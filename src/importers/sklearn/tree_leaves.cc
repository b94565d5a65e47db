#include "importers/sklearn/tree_leaves.h"

#include "importers/sklearn/tree_builder.h"

namespace scoreway::sklearn {

Result<ValueId> AddLeafNumbers(Context& context, const Object& owner, const std::vector<Object>& trees,
                               const Table& in) {
  if (trees.empty()) return owner.Corrupt("an ensemble without trees");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, TreeInput(context, owner, trees[0], in));
  TreeBuilder builder(&context, 1);
  for (const Object& tree : trees) {
    SCOREWAY_ASSIGN_OR_RETURN(const TreeNodes nodes, ReadTree(tree));
    SCOREWAY_RETURN_IF_ERROR(builder.Add(
        tree, nodes, [](size_t node, std::vector<double>* out) { out->push_back(static_cast<double>(node)); }));
  }
  op::TreeEnsemble& ensemble = builder.trees();
  ensemble.outputs = static_cast<uint32_t>(trees.size());
  if (trees.size() > 1) {
    for (uint32_t i = 0; i < trees.size(); ++i) ensemble.tree_output.push_back(i);
  }
  return context.Add(std::move(ensemble), {input}, owner);
}

}  // namespace scoreway::sklearn
