// Embeddings of points that new rows can be put among, by the points nearest to them.

#include <numeric>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

struct Nearest {
  ValueId indices = 0;
  ValueId distances = 0;
};

// The `count` points nearest to the row, of an estimator's NearestNeighbors.
Result<Nearest> AddNearestOf(Context& context, const Object& neighbours, const Table& in, int64_t count) {
  if (count <= 0 || count > UINT32_MAX) return neighbours.Corrupt("n_neighbors out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId both, AddNearest(context, neighbours, in, static_cast<size_t>(count)));
  std::vector<uint32_t> columns(static_cast<size_t>(count));
  std::iota(columns.begin(), columns.end(), 0U);
  Nearest nearest;
  SCOREWAY_ASSIGN_OR_RETURN(nearest.indices, context.SelectColumns(both, columns, neighbours));
  std::iota(columns.begin(), columns.end(), static_cast<uint32_t>(count));
  SCOREWAY_ASSIGN_OR_RETURN(nearest.distances, context.SelectColumns(both, std::move(columns), neighbours));
  return nearest;
}

// All points within the radius: their distances, missing of the others.
Result<Nearest> AddWithinOf(Context& context, const Object& neighbours, const Table& in, double radius) {
  Nearest nearest;
  SCOREWAY_ASSIGN_OR_RETURN(nearest.distances, AddWithin(context, neighbours, in, radius));
  op::Constant all;
  for (uint32_t k = 0; k < context.width(nearest.distances); ++k) all.values.push_back(k);
  SCOREWAY_ASSIGN_OR_RETURN(nearest.indices, context.Add(std::move(all), {}, neighbours));
  return nearest;
}

}  // namespace

Result<Table> TransformIsomap(Context& context, const Object& isomap, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object neighbours, isomap.Want("nbrs_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object pca, isomap.Want("kernel_pca_"));
  Nearest nearest;
  if (neighbours.Get("n_neighbors").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, neighbours.Integer("n_neighbors"));
    SCOREWAY_ASSIGN_OR_RETURN(nearest, AddNearestOf(context, neighbours, in, count));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const double radius, neighbours.Number("radius"));
    SCOREWAY_ASSIGN_OR_RETURN(nearest, AddWithinOf(context, neighbours, in, radius));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Matrix paths, isomap.Numbers("dist_matrix_"));
  if (paths.shape.size() != 2 || paths.rows() != paths.columns()) return isomap.Corrupt("paths are no square");
  SCOREWAY_RETURN_IF_ERROR(context.Charge(paths.size() * sizeof(double), isomap));
  op::PathDistances reach;
  reach.points = static_cast<uint32_t>(paths.rows());
  reach.paths = std::move(paths.values);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId lengths,
                            context.Add(std::move(reach), {nearest.indices, nearest.distances}, isomap));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context, isomap, op::UnaryFunction::kSquare, lengths));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, MultiplyAdd(context, isomap, squares, -0.5, 0));
  return context.Transform(pca, context.TableOf(kernel));
}

Result<Table> TransformLocallyLinear(Context& context, const Object& embedding, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object neighbours, embedding.Want("nbrs_"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, embedding.Integer("n_neighbors"));
  SCOREWAY_ASSIGN_OR_RETURN(const Nearest nearest, AddNearestOf(context, neighbours, in, count));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, neighbours.Numbers("_fit_X"));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(points.size() * sizeof(double), embedding));
  op::BarycenterWeights weigh;
  SCOREWAY_ASSIGN_OR_RETURN(weigh.regularization, embedding.NumberOr("reg", 1e-3));
  weigh.points = std::move(points.values);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(embedding, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights,
                            context.Add(std::move(weigh), {numbers, nearest.indices}, embedding));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix places, embedding.Numbers("embedding_"));
  if (places.shape.size() != 2) return embedding.Corrupt("an embedding without columns");
  std::vector<ValueId> columns;
  for (size_t column = 0; column < places.columns(); ++column) {
    op::DecodeNumber place;
    for (size_t k = column; k < places.size(); k += places.columns()) place.table.push_back(places.values[k]);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Add(std::move(place), {nearest.indices}, embedding));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId weighted,
                              context.Add(op::Binary{op::BinaryFunction::kMultiply}, {each, weights}, embedding));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum,
                              context.Add(op::AggregateRow{op::RowAggregate::kSum}, {weighted}, embedding));
    columns.push_back(sum);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(columns), embedding));
  return context.TableOf(all);
}

}  // namespace scoreway::sklearn
