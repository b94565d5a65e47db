// A MiningModel whose segments are all trees that always count, as one tree ensemble.

#include <algorithm>
#include <cmath>

#include "importers/pmml/embedded_regressions.h"
#include "importers/pmml/segmentation.h"
#include "importers/pmml/tree_aggregation.h"
#include "importers/pmml/tree_model.h"

namespace scoreway::pmml {
namespace {

// Whether nothing that is wrong with the tree's own Output would be passed over: as the segments are no chain, nobody
// sees what it gives.
bool HasPlainOutput(const Element& model) {
  const Element output = model.Child("Output");
  if (!output) return true;
  return std::ranges::all_of(output.Children("OutputField"), [](const Element& field) {
    const std::string_view feature = field.Attribute("feature", "predictedValue");
    return feature == "predictedValue" || feature == "probability";
  });
}

bool IsPlainTree(const Segment& segment) {
  const Element& model = segment.model;
  if (!segment.always || !model.Is("TreeModel") || model.Child("Targets")) return false;
  if (HasEmbeddedModels(model)) return false;
  return HasPlainOutput(model) && !CountsSeveralLeaves(model);
}

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
    // After the votes for each class those for nobody, then what tells who was first (VoteCounts).
    const size_t classes = prediction.classes.size();
    const size_t width = votes ? 2 * classes + 1 : classes;
    TreeCompiler compiler(scope_.context(), static_cast<uint32_t>(width));
    compiler.trees().precision = scope_.precision();
    for (size_t place = 0; place < segmentation_.segments.size(); ++place) {
      const Segment& segment = segmentation_.segments[place];
      const double weight = Weight(segment);
      const TreeCompiler::LeafRow row = [&](const Element& node, size_t, std::vector<double>* out) -> Status {
        if (!node) {
          out->resize(out->size() + width, votes ? 0 : op::kNaN);
          if (votes) (*out)[out->size() - width + classes] = weight;
          return {};
        }
        SCOREWAY_ASSIGN_OR_RETURN(NodeClasses said, ReadNodeClasses(scope_.context(), node, prediction.classes));
        if (votes) {
          if (std::isnan(said.code)) return Status(Context::Corrupt(node, "it has no score"));
          said.probabilities.assign(width, 0);
          said.probabilities[static_cast<size_t>(said.code)] = 1;
          const double order = weight == 0 ? 0 : FirstVoteWeight(place) / weight;
          said.probabilities[classes + 1 + static_cast<size_t>(said.code)] = order;
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
    if (votes) SCOREWAY_RETURN_IF_ERROR(Decide(sums, &prediction));
    return prediction;
  }

 private:
  Status Decide(ValueId sums, Prediction* prediction) {
    Emit emit(scope_.context(), segmentation_.element);
    const auto classes = static_cast<uint32_t>(prediction->classes.size());
    op::Select votes, order;
    for (uint32_t c = 0; c < classes; ++c) {
      votes.columns.push_back(c);
      order.columns.push_back(classes + 1 + c);
    }
    VoteCounts counts;
    SCOREWAY_ASSIGN_OR_RETURN(counts.votes, emit.Add(std::move(votes), {sums}));
    SCOREWAY_ASSIGN_OR_RETURN(counts.order, emit.Add(std::move(order), {sums}));
    SCOREWAY_ASSIGN_OR_RETURN(counts.missing, emit.Select(sums, classes));
    SCOREWAY_RETURN_IF_ERROR(DecideVotes(emit, segmentation_, counts, prediction));
    // How many may be missing: none with returnMissing, else the stated part.
    const double bearable =
        segmentation_.missing_treatment == "returnMissing" ? 0 : segmentation_.missing_threshold * total_weight_;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, emit.Number(bearable));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId spoiled, emit.Binary(op::BinaryFunction::kGreater, counts.missing, limit));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
    for (std::optional<ValueId>* value : {&prediction->probabilities, &prediction->codes}) {
      SCOREWAY_ASSIGN_OR_RETURN(*value, emit.Where(spoiled, none, **value));
    }
    return {};
  }

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
  // Of a sum of trees without an answer from one of them nothing is left; a sum that skips it is another.
  const bool adds_up = segmentation.is_vote() || segmentation.missing_treatment != "skipSegment";
  if (!fits || !adds_up || segmentation.segments.empty() || AsksForSegments(scope.model()) ||
      !std::ranges::all_of(segmentation.segments, IsPlainTree)) {
    return std::optional<Prediction>();
  }
  Forest forest(scope, segmentation);
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, regresses ? forest.Regression() : forest.Classification());
  return std::optional<Prediction>(std::move(prediction));
}

}  // namespace scoreway::pmml
