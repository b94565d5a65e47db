// Quadratic discriminant analysis: the log likelihood of each class under a normal distribution of its own.

#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// The squared length of a row in the coordinates in which a class is a unit ball, and the logarithm of its volume.
struct ClassLength {
  ValueId square = 0;
  double log_volume = 0;
};

Result<ClassLength> AddClassLength(Context& context, const Object& model, ValueId numbers, std::vector<double> mean,
                                   const Object& rotation_at, const Object& scaling_at) {
  const size_t width = mean.size();
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix rotation, rotation_at.Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix scaling, scaling_at.Numbers());
  if (rotation.shape.size() != 2 || rotation.rows() != width || rotation.columns() != scaling.size() ||
      scaling.size() == 0) {
    return rotation_at.Corrupt("rotations do not fit the columns");
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(rotation.size() * sizeof(double), rotation_at));
  ClassLength length;
  op::Linear turn;
  turn.outputs = static_cast<uint32_t>(scaling.size());
  for (size_t k = 0; k < scaling.size(); ++k) {
    const double factor = std::pow(scaling.values[k], -0.5);
    length.log_volume += std::log(scaling.values[k]);
    for (size_t c = 0; c < width; ++c) turn.weights.push_back(rotation.values[c * scaling.size() + k] * factor);
  }
  op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = std::move(mean), .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, context.Add(std::move(center), {numbers}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId turned, context.Add(std::move(turn), {centered}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context, model, op::UnaryFunction::kSquare, turned));
  SCOREWAY_ASSIGN_OR_RETURN(length.square, context.Add(op::AggregateRow{op::RowAggregate::kSum}, {squares}, model));
  return length;
}

}  // namespace

Result<Prediction> PredictQuadraticDiscriminant(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  const size_t classes = labels.size();
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix means, model.Numbers("means_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> rotations, model.Items("rotations_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> scalings, model.Items("scalings_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> priors, model.Vector("priors_", classes));
  if (means.shape.size() != 2 || means.rows() != classes || means.columns() != in.width() || classes < 2 ||
      rotations.size() != classes || scalings.size() != classes) {
    return model.Corrupt("classes do not fit each other");
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(model, &checked));
  std::vector<ValueId> squares;
  op::Affine add_volume{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  op::Affine finish{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  for (size_t k = 0; k < classes; ++k) {
    SCOREWAY_ASSIGN_OR_RETURN(const ClassLength length,
                              AddClassLength(context, model, numbers, means.Row(k), rotations[k], scalings[k]));
    squares.push_back(length.square);
    add_volume.factor.push_back(1);
    add_volume.offset.push_back(length.log_volume);
    finish.factor.push_back(-0.5);
    finish.offset.push_back(std::log(priors[k]));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(squares), model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId volumes, context.Add(std::move(add_volume), {all}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId likelihood, context.Add(std::move(finish), {volumes}, model));

  Prediction prediction;
  prediction.labels = std::move(labels);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, ArgMax(context, model, likelihood));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, AddRow(context, model, op::RowFunction::kSoftmax, likelihood));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.decision, DecisionOfScores(context, model, likelihood));
  return prediction;
}

}  // namespace scoreway::sklearn
