// Classifiers of many classes made of binary ones: one against one, and codes that correct errors.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

struct Binary {
  std::vector<ValueId> wins;    // 1 for the second class
  std::vector<ValueId> scores;  // how much for it
  bool decides = true;          // all have decision functions
};

Result<Binary> AddBinary(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> estimators, meta.Items("estimators_"));
  Binary binary;
  for (const Object& estimator : estimators) {
    const bool constant = estimator.short_name() == "_ConstantPredictor";
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction one,
                              constant ? PredictConstantClass(context, estimator) : context.Predict(estimator, in));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, PositiveScore(context, estimator, one));
    if (context.width(score) != 1) return estimator.Corrupt("a binary classifier was expected");
    binary.scores.push_back(score);
    binary.decides = binary.decides && one.decision.has_value();
    if (constant) {
      binary.wins.push_back(score);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId win, LabelNumbers(context, estimator, one));
    binary.wins.push_back(win);
  }
  if (binary.scores.empty()) return meta.Corrupt("has no estimators");
  return binary;
}

}  // namespace

Result<Prediction> PredictOneVsOne(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, meta.ReadLabels("classes_"));
  if (meta.GetFirst({"pairwise_indices_"}).has_value()) {
    return context.Unsupported(meta, "kernels or distances that were computed beforehand");
  }
  const size_t classes = labels.size();
  SCOREWAY_ASSIGN_OR_RETURN(Binary binary, AddBinary(context, meta, in));
  if (binary.scores.size() != classes * (classes - 1) / 2) return meta.Corrupt("not one estimator a pair of classes");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId wins, context.Concat(std::move(binary.wins), meta));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, context.Concat(std::move(binary.scores), meta));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId votes,
                            context.Add(op::PairVotes{static_cast<uint32_t>(classes)}, {wins, scores}, meta));
  Prediction prediction;
  prediction.labels = std::move(labels);
  prediction.decision = votes;
  if (classes != 2) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, meta, votes));
    return prediction;
  }
  SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, context.SelectColumns(votes, {1}, meta));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes,
                            context.Add(op::Threshold{binary.decides ? 0 : 0.5}, {*prediction.decision}, meta));
  return prediction;
}

Result<Prediction> PredictOutputCode(Context& context, const Object& meta, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, meta.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix codes, meta.Numbers("code_book_"));
  SCOREWAY_ASSIGN_OR_RETURN(Binary binary, AddBinary(context, meta, in));
  if (codes.size() != labels.size() * binary.scores.size()) return meta.Corrupt("code_book_ does not fit the classes");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, context.Concat(std::move(binary.scores), meta));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId distances,
      context.Add(op::PointDistances{op::PointMetric::kSquaredEuclidean, {}, std::move(codes.values)}, {scores}, meta));
  Prediction prediction;
  prediction.labels = std::move(labels);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, AddRow(context, meta, op::RowFunction::kArgMin, distances));
  return prediction;
}

}  // namespace scoreway::sklearn
