#include "importers/sklearn/decision.h"

#include <cmath>

namespace scoreway::sklearn {

Result<ValueId> AddUnary(Context& context, const Object& origin, op::UnaryFunction function, ValueId value) {
  return context.Add(op::Unary{function}, {value}, origin);
}

Result<ValueId> AddRow(Context& context, const Object& origin, op::RowFunction function, ValueId value) {
  return context.Add(op::Row{function}, {value}, origin);
}

Result<ValueId> MultiplyAdd(Context& context, const Object& origin, ValueId value, double factor, double offset) {
  op::Affine affine{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  if (offset != 0) affine.offset.assign(context.width(value), offset);
  affine.factor.assign(context.width(value), factor);
  return context.Add(std::move(affine), {value}, origin);
}

Result<ValueId> BothProbabilities(Context& context, const Object& origin, ValueId positive) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, MultiplyAdd(context, origin, positive, -1, 1));
  return context.Concat({negative, positive}, origin);
}

Result<ValueId> ArgMax(Context& context, const Object& origin, ValueId scores) {
  return AddRow(context, origin, op::RowFunction::kArgMax, scores);
}

Result<ValueId> CodesOfDecision(Context& context, const Object& origin, ValueId decision) {
  if (context.width(decision) == 1) return context.Add(op::Threshold{}, {decision}, origin);
  return ArgMax(context, origin, decision);
}

Result<ValueId> DecisionOfScores(Context& context, const Object& origin, ValueId scores) {
  if (context.width(scores) != 2) return scores;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, context.SelectColumns(scores, {0}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second, context.SelectColumns(scores, {1}, origin));
  return context.Add(op::Binary{op::BinaryFunction::kSubtract}, {second, first}, origin);
}

Result<ValueId> PositiveScore(Context& context, const Object& at, const Prediction& prediction) {
  if (prediction.decision) return *prediction.decision;
  if (prediction.probabilities && context.width(*prediction.probabilities) == 2) {
    return context.SelectColumns(*prediction.probabilities, {1}, at);
  }
  if (prediction.numbers && context.width(*prediction.numbers) == 1) return *prediction.numbers;
  return context.Unsupported(at, "has neither a decision function nor probabilities");
}

Result<op::Linear> LinearOfColumns(Context& context, const Object& at, const Matrix& matrix) {
  SCOREWAY_RETURN_IF_ERROR(context.Charge(matrix.size() * sizeof(double), at));
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(matrix.shape.size() == 2 ? matrix.columns() : 1);
  const size_t rows = linear.outputs == 0 ? 0 : matrix.size() / linear.outputs;
  linear.weights.reserve(matrix.size());
  for (size_t column = 0; column < linear.outputs; ++column) {
    for (size_t row = 0; row < rows; ++row) linear.weights.push_back(matrix.values[row * linear.outputs + column]);
  }
  return linear;
}

Status WantDecisionWidth(const Context& context, const Object& origin, ValueId scores, size_t classes) {
  const size_t wanted = classes == 2 ? 1 : classes;
  if (classes >= 2 && context.width(scores) == wanted) return {};
  return origin.Corrupt(std::to_string(context.width(scores)) + " scores do not fit " + std::to_string(classes) +
                        " classes");
}

Result<Prediction> ClassifierOfProbabilities(Context& context, const Object& origin, Labels labels,
                                             ValueId probabilities) {
  if (context.width(probabilities) != labels.size()) {
    return origin.Corrupt(std::to_string(context.width(probabilities)) + " probabilities do not fit " +
                          std::to_string(labels.size()) + " classes");
  }
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, origin, probabilities));
  prediction.labels = std::move(labels);
  prediction.probabilities = probabilities;
  return prediction;
}

Result<Prediction> MarksOfScores(Context& context, const Object& origin, Labels labels, ValueId scores,
                                 double threshold) {
  if (context.width(scores) != labels.size()) return origin.Corrupt("scores do not fit the labels");
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId limit, context.Add(op::Constant{{threshold}}, {}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.numbers,
                            context.Add(op::Binary{op::BinaryFunction::kGreater}, {scores, limit}, origin));
  prediction.numbers_type = Type::kInt64;
  prediction.labels = std::move(labels);
  return prediction;
}

Prediction RegressorOf(ValueId numbers) {
  Prediction prediction;
  prediction.numbers = numbers;
  return prediction;
}

Result<ValueId> AddOutlierMark(Context& context, const Object& origin, ValueId score, bool or_equal) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId inside, context.Add(op::Threshold{0, or_equal}, {score}, origin));
  return MultiplyAdd(context, origin, inside, 2, -1);
}

Result<Prediction> DetectorOf(Context& context, const Object& origin, ValueId scores, double offset) {
  Prediction prediction;
  prediction.score_samples = scores;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, MultiplyAdd(context, origin, scores, 1, -offset));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.numbers, AddOutlierMark(context, origin, *prediction.decision, true));
  prediction.numbers_type = Type::kInt64;
  return prediction;
}

Result<Prediction> Relabel(Context& context, const Object& origin, Prediction prediction, const Labels& labels) {
  if (!prediction.codes) return origin.Corrupt("a classifier was expected");
  const std::vector<double>& positions = prediction.labels.numbers;
  bool same = positions.size() == labels.size();
  for (size_t i = 0; i < positions.size(); ++i) {
    if (!(positions[i] >= 0 && positions[i] < static_cast<double>(labels.size()))) {
      return origin.Corrupt("a class out of range");
    }
    same = same && positions[i] == static_cast<double>(i);
  }
  if (prediction.labels.type == Type::kString || positions.empty()) return origin.Corrupt("classes are not codes");
  if (!same) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::DecodeNumber{positions}, {*prediction.codes}, origin));
    if (prediction.probabilities) {
      // Classes that this one never saw have probability 0.
      op::Linear scatter;
      scatter.outputs = static_cast<uint32_t>(labels.size());
      SCOREWAY_RETURN_IF_ERROR(context.Charge(positions.size() * labels.size() * sizeof(double), origin));
      scatter.weights.assign(labels.size() * positions.size(), 0);
      for (size_t i = 0; i < positions.size(); ++i) {
        scatter.weights[static_cast<size_t>(positions[i]) * positions.size() + i] = 1;
      }
      SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities,
                                context.Add(std::move(scatter), {*prediction.probabilities}, origin));
    }
  }
  prediction.labels = labels;
  return prediction;
}

Result<Prediction> AlignClasses(Context& context, const Object& origin, Prediction prediction, const Labels& labels) {
  std::vector<double> positions;
  for (size_t i = 0; i < prediction.labels.size(); ++i) {
    const std::string text = prediction.labels.TextAt(i);
    size_t position = 0;
    while (position < labels.size() && labels.TextAt(position) != text) ++position;
    positions.push_back(static_cast<double>(position));
  }
  prediction.labels = Labels{Type::kInt64, std::move(positions), {}, {}};
  return Relabel(context, origin, std::move(prediction), labels);
}

Result<ValueId> LabelNumbers(Context& context, const Object& origin, const Prediction& prediction) {
  if (!prediction.codes) return origin.Corrupt("a classifier was expected");
  if (prediction.labels.type == Type::kString) return context.Unsupported(origin, "labels of text as numbers");
  return context.Add(op::DecodeNumber{prediction.labels.numbers}, {*prediction.codes}, origin);
}

}  // namespace scoreway::sklearn
