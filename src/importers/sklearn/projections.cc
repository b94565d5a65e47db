// Projections onto random or learned directions, and columns pooled into fewer.

#include <set>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/sparse.h"
#include "importers/sklearn/tree_leaves.h"

namespace scoreway::sklearn {
namespace {

Result<ValueId> AddComponents(Context& context, const Object& at, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object components_at, at.Want("components_"));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix components, ReadMatrix(context, components_at));
  if (components.shape.size() != 2 || components.columns() != in.width() || components.rows() == 0) {
    return components_at.Corrupt("components_ do not fit the columns");
  }
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(components.rows());
  linear.weights = std::move(components.values);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(at, &checked));
  return context.Add(std::move(linear), {numbers}, at);
}

Result<op::RowAggregate> ReadPooling(Context& context, const Object& agglomeration) {
  const Object function = agglomeration.Get("pooling_func");
  if (!function.has_value()) return op::RowAggregate::kMean;
  const std::string name = function.class_name();
  const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
  if (name.starts_with("numpy.")) {
    if (last == "mean") return op::RowAggregate::kMean;
    if (last == "median") return op::RowAggregate::kMedian;
    if (last == "max" || last == "amax") return op::RowAggregate::kMax;
    if (last == "min" || last == "amin") return op::RowAggregate::kMin;
    if (last == "sum") return op::RowAggregate::kSum;
  }
  return context.Unsupported(agglomeration, "the pooling_func " + name);
}

}  // namespace

Result<Table> TransformProjection(Context& context, const Object& projection, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddComponents(context, projection, in));
  return context.TableOf(out);
}

Result<Table> TransformRbm(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId projected, AddComponents(context, machine, in));
  op::Affine add{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(add.offset, machine.Vector("intercept_hidden_", context.width(projected)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sums, context.Add(std::move(add), {projected}, machine));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddUnary(context, machine, op::UnaryFunction::kLogistic, sums));
  return context.TableOf(out);
}

Result<Table> TransformFeatureAgglomeration(Context& context, const Object& agglomeration, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const op::RowAggregate pooling, ReadPooling(context, agglomeration));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> labels, agglomeration.Vector("labels_", in.width()));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(agglomeration, &checked));
  std::vector<ValueId> pools;
  for (double label : std::set<double>(labels.begin(), labels.end())) {
    std::vector<uint32_t> columns;
    for (uint32_t i = 0; i < labels.size(); ++i) {
      if (labels[i] == label) columns.push_back(i);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context.SelectColumns(numbers, std::move(columns), agglomeration));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId pool, context.Add(op::AggregateRow{pooling}, {part}, agglomeration));
    pools.push_back(pool);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Concat(std::move(pools), agglomeration));
  return context.TableOf(out);
}

Result<Table> TransformTreesEmbedding(Context& context, const Object& forest, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, forest.Items("estimators_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object encoder, forest.Want("one_hot_encoder_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId leaves, AddLeafNumbers(context, forest, trees, in));
  return context.Transform(encoder, context.TableOf(leaves));
}

}  // namespace scoreway::sklearn
