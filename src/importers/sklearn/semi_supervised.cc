// Estimators that were fitted on rows of which only some have labels.

#include "importers/sklearn/decision.h"
#include "importers/sklearn/kernels.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/point_metrics.h"

namespace scoreway::sklearn {
namespace {

// For each class the sum of what the nearest points have of it.
Result<ValueId> AddByNeighbours(Context& context, const Object& model, const Matrix& shares, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object search, model.Want("nn_fit"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, search.Integer("n_neighbors"));
  if (count <= 0 || count > (int64_t{1} << 30)) return search.Corrupt("n_neighbors out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nearest, AddNearest(context, search, in, static_cast<size_t>(count)));
  std::vector<uint32_t> columns(static_cast<size_t>(count));
  for (uint32_t i = 0; i < columns.size(); ++i) columns[i] = i;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId indices, context.SelectColumns(nearest, std::move(columns), model));
  std::vector<ValueId> sums;
  for (size_t k = 0; k < shares.columns(); ++k) {
    op::DecodeNumber table;
    for (size_t row = 0; row < shares.rows(); ++row) table.table.push_back(shares.values[row * shares.columns() + k]);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId each, context.Add(std::move(table), {indices}, model));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(op::AggregateRow{op::RowAggregate::kSum}, {each}, model));
    sums.push_back(sum);
  }
  return context.Concat(std::move(sums), model);
}

Result<ValueId> AddByKernel(Context& context, const Object& model, const Matrix& shares, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const KernelSettings settings, ReadKernel(context, model, model.Get("kernel")));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, model.Numbers("X_"));
  if (points.shape.size() != 2 || points.columns() != in.width() || points.rows() != shares.rows()) {
    return model.Corrupt("points do not fit the columns");
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(model, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel,
                            AddKernel(context, model, settings, std::move(points.values), numbers));
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear sums, LinearOfColumns(context, model, shares));
  return context.Add(std::move(sums), {kernel}, model);
}

}  // namespace

Result<Prediction> PredictSelfTraining(Context& context, const Object& model, const Table& in) {
  return context.Predict(model.GetFirst({"estimator_", "base_estimator_"}), in);
}

Result<Prediction> PredictLabelPropagation(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, model.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix shares, model.Numbers("label_distributions_"));
  if (shares.shape.size() != 2 || shares.columns() != labels.size()) return model.Corrupt("not one column a class");
  const Object kernel = model.Get("kernel");
  const bool nearest = kernel.is_text() && *kernel.Text() == "knn";
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sums, nearest ? AddByNeighbours(context, model, shares, in)
                                                        : AddByKernel(context, model, shares, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId total, context.Add(op::AggregateRow{op::RowAggregate::kSum}, {sums}, model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities,
                            context.Add(op::Binary{op::BinaryFunction::kDivide}, {sums, total}, model));
  return ClassifierOfProbabilities(context, model, std::move(labels), probabilities);
}

}  // namespace scoreway::sklearn
