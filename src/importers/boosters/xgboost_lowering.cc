#include "importers/boosters/xgboost_lowering.h"

#include <algorithm>

#include "base/number_text.h"

namespace scoreway::boosters {
namespace {

// Missing features add nothing. XGBoost sums in float32; the exact sum, rounded, differs in the last digit at most
// where nothing cancels out.
Result<ValueId> AddLinear(ModelBuilder& builder, const XgboostModel& model, std::vector<double> base, ValueId matrix,
                          const std::string& origin) {
  const size_t outputs = base.size();
  const size_t features = model.features;
  if (model.linear_weights.size() != (features + 1) * outputs) {
    return Error{Code::kCorrupt, "the weights do not fit the features", origin};
  }
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(outputs);
  for (size_t output = 0; output < outputs; ++output) {
    for (size_t feature = 0; feature < features; ++feature) {
      linear.weights.push_back(model.linear_weights[feature * outputs + output]);
    }
    // All outputs begin at the first base_score.
    linear.bias.push_back(static_cast<float>(base[0]) + model.linear_weights[features * outputs + output]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value,
                            builder.Add(op::ImputeNumber{op::kNaN, std::vector<double>(features)}, {matrix}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(value, builder.Add(op::Unary{op::UnaryFunction::kFloat32}, {value}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(value, builder.Add(std::move(linear), {value}, origin));
  return builder.Add(op::Unary{op::UnaryFunction::kFloat32}, {value}, origin);
}

}  // namespace

Status CheckXgboost(const XgboostModel& model) {
  if (model.features == 0) return Status(Code::kUnsupported, "unsupported: a model that was not fitted");
  if (!model.feature_names.empty() && model.feature_names.size() != model.features) {
    return Status(Code::kCorrupt, "there is not one name a feature");
  }
  if (!model.feature_types.empty() && model.feature_types.size() != model.features) {
    return Status(Code::kCorrupt, "there is not one type a feature");
  }
  if (!model.categories.empty() && model.categories.size() != model.features) {
    return Status(Code::kCorrupt, "there is not one list of categories a feature");
  }
  if (model.booster != "gbtree" && model.booster != "dart" && model.booster != "gblinear") {
    return Status(Code::kUnsupported, "unsupported: the booster '" + model.booster + "' of XGBoost");
  }
  if (model.tree_groups.size() != model.trees.size()) return Status(Code::kCorrupt, "there is not one group a tree");
  if (model.tree_weights.size() > model.trees.size())
    return Status(Code::kCorrupt, "there are more weights than trees");
  return {};
}

size_t TreesOfRounds(const XgboostModel& model, size_t rounds) {
  const size_t trees = model.trees.size();
  if (!model.iteration_ends.empty()) {
    const int64_t end = model.iteration_ends[std::min(rounds, model.iteration_ends.size() - 1)];
    return static_cast<size_t>(std::clamp<int64_t>(end, 0, static_cast<int64_t>(trees)));
  }
  const size_t groups = model.trees.leaf_width() > 1 ? 1 : static_cast<size_t>(model.outputs());
  const size_t trees_of_round = groups * static_cast<size_t>(std::max<int64_t>(model.parallel_trees, 1));
  return rounds > trees / trees_of_round ? trees : rounds * trees_of_round;
}

std::optional<size_t> TreesOfBestRound(const XgboostModel& model) {
  const auto best = model.attributes.find("best_iteration");
  int64_t round = 0;
  if (best == model.attributes.end() || ParseInt64(best->second, &round) != NumberParse::kOk || round < 0) {
    return std::nullopt;
  }
  return TreesOfRounds(model, static_cast<size_t>(round) + 1);
}

Result<ValueId> AddXgboostMargin(ModelBuilder& builder, XgboostModel model, const XgboostObjective& objective,
                                 std::optional<size_t> tree_limit, ValueId matrix, const std::string& origin) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> base, BaseMargins(model, objective));
  if (builder.shape(matrix).width != model.features) {
    return Error{Code::kCorrupt,
                 "takes " + std::to_string(model.features) + " columns, but " +
                     std::to_string(builder.shape(matrix).width) + " come in",
                 origin};
  }
  if (model.booster == "gblinear") return AddLinear(builder, model, std::move(base), matrix, origin);

  for (size_t tree = 0; tree < model.tree_weights.size(); ++tree) model.trees.Scale(tree, model.tree_weights[tree]);
  if (tree_limit) {
    model.trees.Truncate(*tree_limit);
    model.tree_groups.resize(std::min(model.tree_groups.size(), *tree_limit));
  }
  const size_t outputs = base.size();
  if (model.trees.size() == 0) return builder.Add(op::Constant{std::move(base)}, {}, origin);
  const bool one_tree_an_output = model.trees.leaf_width() == 1 && outputs > 1;
  if (!one_tree_an_output && model.trees.leaf_width() != outputs) {
    return Error{Code::kCorrupt, "the leaves do not fit the outputs", origin};
  }
  op::TreeEnsemble trees = std::move(model.trees).Take(model.unknown_is_missing());
  trees.outputs = static_cast<uint32_t>(outputs);
  trees.base = std::move(base);
  for (const int64_t group : model.tree_groups) {
    if (group < 0 || group >= static_cast<int64_t>(outputs)) {
      return Error{Code::kCorrupt, "a tree adds to output " + std::to_string(group), origin};
    }
    if (one_tree_an_output) trees.tree_output.push_back(static_cast<uint32_t>(group));
  }
  return builder.Add(std::move(trees), {matrix}, origin);
}

}  // namespace scoreway::boosters
