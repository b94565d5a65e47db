// Detectors of outliers other than forests and machines: how dense it is around a row, how far it is from the middle.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

Result<ValueId> MeanOf(Context& context, const Object& origin, ValueId value) {
  return context.Add(op::AggregateRow{op::RowAggregate::kMean}, {value}, origin);
}

}  // namespace

Result<Prediction> PredictLocalOutlierFactor(Context& context, const Object& factor, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool novelty, factor.BoolOr("novelty", false));
  if (!novelty) return context.Unsupported(factor, "it was fitted without novelty, so it says nothing of new rows");
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, factor.Integer("n_neighbors_"));
  if (count <= 0 || count > (int64_t{1} << 30)) return factor.Corrupt("n_neighbors_ out of range");
  const auto width = static_cast<uint32_t>(count);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearest(context, factor, in, width));
  std::vector<uint32_t> first(width), last(width);
  for (uint32_t i = 0; i < width; ++i) {
    first[i] = i;
    last[i] = width + i;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId indices, context.SelectColumns(nearest, std::move(first), factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances, context.SelectColumns(nearest, std::move(last), factor));

  // How far a neighbour's own farthest neighbour is, and how dense it is there.
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix fitted, factor.Numbers("_distances_fit_X_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix densities, factor.Numbers("_lrd"));
  if (fitted.shape.size() != 2 || fitted.columns() < width)
    return factor.Corrupt("distances do not fit the neighbours");
  std::vector<double> farthest;
  for (size_t row = 0; row < fitted.rows(); ++row)
    farthest.push_back(fitted.values[row * fitted.columns() + width - 1]);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId reach, context.Add(op::DecodeNumber{std::move(farthest)}, {indices}, factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId reached,
                            context.Add(op::Binary{op::BinaryFunction::kMax}, {distances, reach}, factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, MeanOf(context, factor, reached));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId safe, MultiplyAdd(context, factor, mean, 1, 1e-10));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId density, AddUnary(context, factor, op::UnaryFunction::kReciprocal, safe));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId around,
                            context.Add(op::DecodeNumber{std::move(densities.values)}, {indices}, factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ratios,
                            context.Add(op::Binary{op::BinaryFunction::kDivide}, {around, density}, factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ratio, MeanOf(context, factor, ratios));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, AddUnary(context, factor, op::UnaryFunction::kNegate, ratio));
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, factor.Number("offset_"));
  return DetectorOf(context, factor, scores, offset);
}

Result<Prediction> PredictEllipticEnvelope(Context& context, const Object& envelope, const Table& in) {
  const size_t width = in.width();
  op::PointDistances distances{.metric = op::PointMetric::kMahalanobis, .settings = {}, .points = {}};
  SCOREWAY_ASSIGN_OR_RETURN(distances.settings, envelope.Vector("precision_", width * width));
  SCOREWAY_ASSIGN_OR_RETURN(distances.points, envelope.Vector("location_", width));
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, envelope.Number("offset_"));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(envelope, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distance, context.Add(std::move(distances), {numbers}, envelope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, AddUnary(context, envelope, op::UnaryFunction::kSquare, distance));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, AddUnary(context, envelope, op::UnaryFunction::kNegate, square));
  return DetectorOf(context, envelope, scores, offset);
}

}  // namespace scoreway::sklearn
