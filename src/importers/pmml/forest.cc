// A MiningModel whose segments are all trees that always count, as one tree ensemble.

#include <algorithm>
#include <cmath>

#include "importers/pmml/segmentation.h"
#include "importers/pmml/tree_model.h"

namespace scoreway::pmml {
namespace {

bool IsPlainTree(const Segment& segment) {
  const Element& model = segment.model;
  if (!segment.always || !model.Is("TreeModel") || model.Child("Targets") || model.Child("LocalTransformations")) {
    return false;
  }
  const std::string_view strategy = model.Attribute("missingValueStrategy", "none");
  return !model.Child("Output") && strategy != "weightedConfidence" && strategy != "aggregateNodes";
}

// What one missing prediction makes of the whole, where trees are summed: all of it is missing.
bool MissingIsContagious(const Segmentation& segmentation) { return segmentation.missing_treatment != "skipSegment"; }

class Forest {
 public:
  Forest(ModelScope& scope, const Segmentation& segmentation) : scope_(scope), segmentation_(segmentation) {
    for (const Segment& segment : segmentation.segments) total_weight_ += Weight(segment);
  }

  Result<Prediction> Regression() {
    TreeCompiler compiler(scope_.context(), 1);
    compiler.trees().precision = scope_.precision();
    for (const Segment& segment : segmentation_.segments) {
      const double weight = Weight(segment);
      const TreeCompiler::LeafRow row = [weight](const Element& node, size_t, std::vector<double>* out) -> Status {
        double score = op::kNaN;
        if (node) {
          SCOREWAY_ASSIGN_OR_RETURN(score, ReadNodeScore(node));
        }
        out->push_back(score * weight);
        return {};
      };
      SCOREWAY_RETURN_IF_ERROR(AddTree(segment, compiler, row));
    }
    if (segmentation_.is_average()) compiler.trees().divisor = total_weight_;
    Prediction prediction;
    Cell cell;
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, compiler.Finish(segmentation_.element));
    prediction.value = cell;
    return prediction;
  }

  Result<Prediction> Classification() {
    Prediction prediction;
    prediction.classes = scope_.target().categories;
    for (const Segment& segment : segmentation_.segments) CollectTreeClasses(segment.model, &prediction.classes);
    const bool votes = segmentation_.is_vote();
    TreeCompiler compiler(scope_.context(), static_cast<uint32_t>(prediction.classes.size()));
    compiler.trees().precision = scope_.precision();
    for (const Segment& segment : segmentation_.segments) {
      const double weight = Weight(segment);
      const TreeCompiler::LeafRow row = [&](const Element& node, size_t, std::vector<double>* out) -> Status {
        if (!node) {
          out->resize(out->size() + prediction.classes.size(), op::kNaN);
          return {};
        }
        SCOREWAY_ASSIGN_OR_RETURN(NodeClasses said, ReadNodeClasses(scope_.context(), node, prediction.classes));
        if (votes) {
          if (std::isnan(said.code)) return Status(Context::Corrupt(node, "it has no score"));
          said.probabilities.assign(prediction.classes.size(), 0);
          said.probabilities[static_cast<size_t>(said.code)] = 1;
        } else if (said.probabilities.empty()) {
          return Status(Context::Corrupt(node, "it has no ScoreDistribution"));
        }
        for (double share : said.probabilities) out->push_back(share * weight);
        return {};
      };
      SCOREWAY_RETURN_IF_ERROR(AddTree(segment, compiler, row));
    }
    if (!votes) compiler.trees().divisor = total_weight_;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sums, compiler.Finish(segmentation_.element));
    prediction.probabilities = sums;
    if (votes) {
      Emit emit(scope_.context(), segmentation_.element);
      SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, emit.Add(op::Row{op::RowFunction::kNormalizeSum}, {sums}));
    }
    return prediction;
  }

 private:
  double Weight(const Segment& segment) const { return segmentation_.is_weighted() ? segment.weight : 1; }

  Status AddTree(const Segment& segment, TreeCompiler& compiler, const TreeCompiler::LeafRow& row) {
    SCOREWAY_ASSIGN_OR_RETURN(ModelScope tree_scope, ModelScope::Make(scope_.context(), segment.model, &scope_));
    if (tree_scope.function() != scope_.function()) {
      return Status(Context::Corrupt(segment.model, "its functionName is not that of the model around"));
    }
    return compiler.AddTree(tree_scope, row);
  }

  ModelScope& scope_;
  const Segmentation& segmentation_;
  double total_weight_ = 0;
};

}  // namespace

Result<std::optional<Prediction>> LowerForest(ModelScope& scope, const Segmentation& segmentation) {
  const bool regresses = scope.function() == MiningFunction::kRegression;
  const bool fits = regresses ? segmentation.is_sum() || segmentation.is_average()
                              : scope.function() == MiningFunction::kClassification &&
                                    (segmentation.is_vote() || segmentation.is_average());
  if (!fits || !MissingIsContagious(segmentation) || segmentation.segments.empty() ||
      !std::ranges::all_of(segmentation.segments, IsPlainTree)) {
    return std::optional<Prediction>();
  }
  // A vote that goes to nobody counts among the others; only whole trees are known here.
  if (segmentation.is_vote() && segmentation.missing_treatment != "returnMissing") {
    const auto may_miss = [](const Segment& segment) {
      return segment.model.Attribute("missingValueStrategy", "none") == "nullPrediction";
    };
    (void)may_miss;
  }
  Forest forest(scope, segmentation);
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, regresses ? forest.Regression() : forest.Classification());
  return std::optional<Prediction>(std::move(prediction));
}

}  // namespace scoreway::pmml
