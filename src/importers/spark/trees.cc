// Decision trees and ensembles of them.

#include <numeric>

#include "importers/spark/lowerings.h"
#include "importers/spark/tree_table.h"

namespace scoreway::spark {
namespace {

constexpr double kClassesMax = 1 << 16, kWidthMax = 1 << 24;

Result<uint32_t> ClassCount(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const double classes, stage.Number("numClasses", 2));
  if (!(classes >= 1 && classes <= kClassesMax)) return stage.Corrupt("has no number of classes");
  return static_cast<uint32_t>(classes);
}

Result<ValueId> AddTrees(Context& context, const Stage& stage, op::TreeEnsemble trees) {
  SCOREWAY_ASSIGN_OR_RETURN(const double width, stage.Number("numFeatures", 0));
  if (!(width >= 0 && width <= kWidthMax)) return stage.Corrupt("has no number of features");
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, static_cast<size_t>(width)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string leaf, stage.Text("leafCol", ""));
  if (!leaf.empty()) return context.Unsupported(stage, "leafCol, the column of leaf indices");
  return context.Add(stage, std::move(trees), {features.value});
}

Result<std::vector<double>> LeafPrediction(const LeafData& leaf) { return std::vector<double>{leaf.prediction}; }

Status LowerClassifier(Context& context, const Stage& stage, op::TreeEnsemble trees) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, AddTrees(context, stage, std::move(trees)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability,
                            context.Add(stage, op::Row{op::RowFunction::kNormalizeSum}, {raw}));
  return SetClassifierColumns(context, stage, raw, probability);
}

}  // namespace

// rawPrediction is the leaf's weight of each class.
Status LowerDecisionTreeClassifier(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t classes, ClassCount(stage));
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, classes, {}, [](const LeafData& leaf) {
                              return Result<std::vector<double>>(leaf.statistics);
                            }));
  return LowerClassifier(context, stage, std::move(trees));
}

// Each tree votes with the shares of the classes in its leaf.
Status LowerRandomForestClassifier(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t classes, ClassCount(stage));
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, classes, {}, [](const LeafData& leaf) {
                              std::vector<double> shares = leaf.statistics;
                              const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
                              for (double& share : shares) share = sum == 0 ? 0 : share / sum;
                              return Result<std::vector<double>>(std::move(shares));
                            }));
  return LowerClassifier(context, stage, std::move(trees));
}

Status LowerDecisionTreeRegressor(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, 1, {}, LeafPrediction));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, AddTrees(context, stage, std::move(trees)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string variance, stage.Text("varianceCol", ""));
  if (!variance.empty()) return context.Unsupported(stage, "varianceCol, the column of variances");
  return SetPrediction(context, stage, prediction);
}

Status LowerRandomForestRegressor(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, 1, {}, LeafPrediction));
  trees.divisor = static_cast<double>(trees.roots.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, AddTrees(context, stage, std::move(trees)));
  return SetPrediction(context, stage, prediction);
}

Status LowerGbtRegressor(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, ReadTreeWeights(stage));
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, 1, weights, LeafPrediction));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, AddTrees(context, stage, std::move(trees)));
  return SetPrediction(context, stage, prediction);
}

// The margin m of class 1: rawPrediction (-m, m), probability of class 0 1 / (1 + exp(2 m))
// (LogLoss.computeProbability).
Status LowerGbtClassifier(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, ReadTreeWeights(stage));
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble trees, ReadTrees(stage, 1, weights, LeafPrediction));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, AddTrees(context, stage, std::move(trees)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, BothSides(context, stage, margin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, ProbabilitiesOfMargin(context, stage, margin, 2));
  if (stage.IsSet("thresholds")) return SetClassifierColumns(context, stage, raw, probability);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, context.Add(stage, op::Threshold{0}, {margin}));
  return SetClassifierColumns(context, stage, raw, probability, prediction);
}

}  // namespace scoreway::spark
