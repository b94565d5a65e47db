// From scores to decisions: the last steps that classifiers share.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// [1 - p, p] of one column p.
Result<ValueId> BothProbabilities(Context& context, const Object& origin, ValueId positive);
Result<ValueId> AddUnary(Context& context, const Object& origin, op::UnaryFunction function, ValueId value);
Result<ValueId> AddRow(Context& context, const Object& origin, op::RowFunction function, ValueId value);
// Every column times factor, plus offset.
Result<ValueId> MultiplyAdd(Context& context, const Object& origin, ValueId value, double factor, double offset);

// The code of the greatest column, the first among equals.
Result<ValueId> ArgMax(Context& context, const Object& origin, ValueId scores);
// Of a decision function: one column decides by its sign, more by the greatest.
Result<ValueId> CodesOfDecision(Context& context, const Object& origin, ValueId decision);

// One score a class as a decision function: of two classes the second's less the first's.
Result<ValueId> DecisionOfScores(Context& context, const Object& origin, ValueId scores);

// How much a classifier, or a regressor in its place, is for its positive class: its decision function, else its
// probability.
Result<ValueId> PositiveScore(Context& context, const Object& at, const Prediction& prediction);

// The operator in which output k is the sum of the inputs times column k of a matrix, a row an input; a vector is one
// column.
Result<op::Linear> LinearOfColumns(Context& context, const Object& at, const Matrix& matrix);

// CORRUPT unless `scores` has the columns a classifier of that many classes has: one for two classes, else one each.
Status WantDecisionWidth(const Context& context, const Object& origin, ValueId scores, size_t classes);

// A classifier that decides by the greatest probability.
Result<Prediction> ClassifierOfProbabilities(Context& context, const Object& origin, Labels labels,
                                             ValueId probabilities);

Prediction RegressorOf(ValueId numbers);

// A classifier that marks, 1 or 0, each of several labels a row of which the score, a column a label, is above the
// threshold.
Result<Prediction> MarksOfScores(Context& context, const Object& origin, Labels labels, ValueId scores,
                                 double threshold);

// 1 where the score is above 0 (or_equal: not below), else -1, which is an outlier.
Result<ValueId> AddOutlierMark(Context& context, const Object& origin, ValueId score, bool or_equal);

// A detector of outliers: those of which score_samples is below the offset.
Result<Prediction> DetectorOf(Context& context, const Object& origin, ValueId scores, double offset);

// A classifier trained on the codes 0..n-1 of `labels` rather than on the labels: as if it had been trained on them.
Result<Prediction> Relabel(Context& context, const Object& origin, Prediction prediction, const Labels& labels);

// A classifier whose classes are some of `labels`: as if it knew them all, in their order.
Result<Prediction> AlignClasses(Context& context, const Object& origin, Prediction prediction, const Labels& labels);

// A classifier's answers as numbers: the labels themselves.
Result<ValueId> LabelNumbers(Context& context, const Object& origin, const Prediction& prediction);

}  // namespace scoreway::sklearn
