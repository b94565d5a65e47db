// Factorization machines.

#include <utility>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// intercept + <linear, x> + the sum over pairs of columns i < j of <v_i, v_j> x_i x_j, which is half of the sum over
// factors of (sum_i v_if x_i)^2 - sum_i v_if^2 x_i^2.
Result<ValueId> Margin(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix factors, stage.MatrixOf(table, "factors"));
  op::Linear linear;
  SCOREWAY_ASSIGN_OR_RETURN(linear.weights, stage.VectorOf(table, "linear"));
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias.emplace_back(), stage.NumberOf(table, "intercept"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, factors.rows));
  op::Linear sums, square_sums;
  sums.outputs = square_sums.outputs = static_cast<uint32_t>(factors.columns);
  for (size_t f = 0; f < factors.columns; ++f) {
    for (size_t i = 0; i < factors.rows; ++i) {
      const double factor = factors.values[i * factors.columns + f];
      sums.weights.push_back(factor);
      square_sums.weights.push_back(factor * factor);
    }
  }
  using op::UnaryFunction;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(stage, std::move(sums), {features.value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum_square, context.Add(stage, op::Unary{UnaryFunction::kSquare}, {sum}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares,
                            context.Add(stage, op::Unary{UnaryFunction::kSquare}, {features.value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square_sum, context.Add(stage, std::move(square_sums), {squares}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId difference,
                            context.Add(stage, op::Binary{op::BinaryFunction::kSubtract}, {sum_square, square_sum}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId pairs,
                            context.Add(stage, op::AggregateRow{op::RowAggregate::kSum}, {difference}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, context.Add(stage, std::move(linear), {features.value}));
  return context.Add(stage, op::WeightedSum{{1, 0.5}}, {own, pairs});
}

}  // namespace

Status LowerFmRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, Margin(context, stage));
  return SetPrediction(context, stage, margin);
}

Status LowerFmClassification(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, Margin(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, BothSides(context, stage, margin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second,
                            context.Add(stage, op::Unary{op::UnaryFunction::kLogistic}, {margin}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, Rest(context, stage, second));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Concat{}, {first, second}));
  return SetClassifierColumns(context, stage, raw, probability);
}

}  // namespace scoreway::spark
