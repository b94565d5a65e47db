// Estimators by kernels other than support vectors: ridge regression, components, and maps that make kernels linear.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/kernels.h"
#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/sparse.h"

namespace scoreway::sklearn {
namespace {

// The kernel between the row and the points that the estimator kept; a precomputed one comes in as it is.
Result<ValueId> AddFittedKernel(Context& context, const Object& estimator, std::string_view points_name,
                                const Object& arguments, const Table& in) {
  const Object kernel = estimator.Get("kernel");
  if (kernel.is_text() && *kernel.Text() == "precomputed") {
    Table checked = in;
    return context.FiniteNumbers(estimator, &checked);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const KernelSettings settings, ReadKernel(context, estimator, kernel, arguments));
  SCOREWAY_ASSIGN_OR_RETURN(const Object points_at, estimator.Want(points_name));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, ReadMatrix(context, points_at));
  if (points.shape.size() != 2 || points.columns() != in.width() || points.rows() == 0) {
    return points_at.Corrupt("points do not fit the columns");
  }
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(estimator, &checked));
  return AddKernel(context, estimator, settings, std::move(points.values), numbers);
}

// K less the mean of its row and the means that the columns had in training, plus the mean of all.
Result<ValueId> AddCentered(Context& context, const Object& centerer, ValueId kernel) {
  const size_t width = context.width(kernel);
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> means, centerer.Vector("K_fit_rows_", width));
  SCOREWAY_ASSIGN_OR_RETURN(const double all, centerer.Number("K_fit_all_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean,
                            context.Add(op::AggregateRow{op::RowAggregate::kMean}, {kernel}, centerer));
  op::Affine center{.form = op::Affine::Form::kSubtractDivide, .offset = std::move(means), .factor = {}};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId less, context.Add(std::move(center), {kernel}, centerer));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId lesser,
                            context.Add(op::Binary{op::BinaryFunction::kSubtract}, {less, mean}, centerer));
  return MultiplyAdd(context, centerer, lesser, 1, all);
}

// x * weights + offsets, of weights a row an input column; then the cosine times a constant.
Result<Table> AddCosines(Context& context, const Object& sampler, ValueId value, double factor) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix weights, sampler.Numbers("random_weights_"));
  const size_t width = context.width(value);
  if (weights.shape.size() != 2 || weights.rows() != width) return sampler.Corrupt("weights do not fit the columns");
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear project, LinearOfColumns(context, sampler, weights));
  SCOREWAY_ASSIGN_OR_RETURN(project.bias, sampler.Vector("random_offset_", weights.columns()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId angles, context.Add(std::move(project), {value}, sampler));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cosines, AddUnary(context, sampler, op::UnaryFunction::kCos, angles));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, MultiplyAdd(context, sampler, cosines, factor, 0));
  return context.TableOf(out);
}

// Numbers, of which all must lie from `low` on.
Result<ValueId> AddBounded(Context& context, const Object& sampler, const Table& in, double low) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(sampler, &checked));
  op::NumberDomain domain;
  domain.column_names = context.ColumnNames(in);
  domain.low.assign(in.width(), low);
  domain.high.assign(in.width(), op::kInfinity);
  domain.invalid = op::InvalidCell::kReject;
  return context.Add(std::move(domain), {numbers}, sampler);
}

Result<double> ReadInterval(Context& context, const Object& sampler, int64_t steps) {
  const Object given = sampler.GetFirst({"sample_interval_", "sample_interval"});
  if (given.has_value()) return given.Number();
  constexpr double kIntervals[] = {0.8, 0.5, 0.4};
  if (steps < 1 || steps > 3) return context.Unsupported(sampler, "so many steps without an interval");
  return kIntervals[steps - 1];
}

}  // namespace

Result<Prediction> PredictKernelRidge(Context& context, const Object& ridge, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, AddFittedKernel(context, ridge, "X_fit_", {}, in));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix dual, ridge.Numbers("dual_coef_"));
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear sum, LinearOfColumns(context, ridge, dual));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(sum), {kernel}, ridge));
  return RegressorOf(out);
}

Result<Table> TransformKernelPca(Context& context, const Object& pca, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, AddFittedKernel(context, pca, "X_fit_", {}, in));
  SCOREWAY_ASSIGN_OR_RETURN(const Object centerer, pca.Want("_centerer"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centered, AddCentered(context, centerer, kernel));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix vectors, pca.GetFirst({"eigenvectors_", "alphas_"}).Numbers());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix values, pca.GetFirst({"eigenvalues_", "lambdas_"}).Numbers());
  if (vectors.shape.size() != 2 || vectors.columns() != values.size())
    return pca.Corrupt("not one eigenvalue a vector");
  for (size_t i = 0; i < vectors.size(); ++i) {
    const double eigenvalue = values.values[i % values.size()];
    vectors.values[i] = eigenvalue == 0 ? 0 : vectors.values[i] / std::sqrt(eigenvalue);
  }
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear project, LinearOfColumns(context, pca, vectors));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(project), {centered}, pca));
  return context.TableOf(out);
}

Result<Table> TransformKernelCenterer(Context& context, const Object& centerer, const Table& in) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel, context.FiniteNumbers(centerer, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, AddCentered(context, centerer, kernel));
  return context.TableOf(out);
}

Result<Table> TransformNystroem(Context& context, const Object& nystroem, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId kernel,
                            AddFittedKernel(context, nystroem, "components_", nystroem.Get("kernel_params"), in));
  SCOREWAY_ASSIGN_OR_RETURN(Matrix normalization, nystroem.Numbers("normalization_"));
  op::Linear project;
  project.outputs = static_cast<uint32_t>(normalization.rows());
  project.weights = std::move(normalization.values);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(project), {kernel}, nystroem));
  return context.TableOf(out);
}

Result<Table> TransformRbfSampler(Context& context, const Object& sampler, const Table& in) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(sampler, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const double components, sampler.Number("n_components"));
  return AddCosines(context, sampler, numbers, std::sqrt(2 / components));
}

Result<Table> TransformSkewedChi2Sampler(Context& context, const Object& sampler, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const double skewedness, sampler.Number("skewedness"));
  SCOREWAY_ASSIGN_OR_RETURN(const double components, sampler.Number("n_components"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers,
                            AddBounded(context, sampler, in, std::nextafter(-skewedness, op::kInfinity)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId moved, MultiplyAdd(context, sampler, numbers, 1, skewedness));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId logs, AddUnary(context, sampler, op::UnaryFunction::kLog, moved));
  return AddCosines(context, sampler, logs, std::numbers::sqrt2 / std::sqrt(components));
}

Result<Table> TransformAdditiveChi2Sampler(Context& context, const Object& sampler, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t steps, sampler.Integer("sample_steps"));
  SCOREWAY_ASSIGN_OR_RETURN(const double interval, ReadInterval(context, sampler, steps));
  constexpr int64_t kStepsMax = 1000;
  if (steps < 1 || steps > kStepsMax) return sampler.Corrupt("sample_steps out of range");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, AddBounded(context, sampler, in, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, MultiplyAdd(context, sampler, x, interval, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId root, AddUnary(context, sampler, op::UnaryFunction::kSqrt, scaled));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId logs, AddUnary(context, sampler, op::UnaryFunction::kLog, x));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId log_steps, MultiplyAdd(context, sampler, logs, interval, 0));
  std::vector<ValueId> parts = {root};
  for (int64_t j = 1; j < steps; ++j) {
    const double step = static_cast<double>(j);
    // What is 0 stays 0; its logarithm does not count.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId doubled, MultiplyAdd(context, sampler, scaled, 2, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId share, MultiplyAdd(context, sampler, doubled,
                                                               1 / std::cosh(std::numbers::pi * step * interval), 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, AddUnary(context, sampler, op::UnaryFunction::kSqrt, share));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId angle, MultiplyAdd(context, sampler, log_steps, step, 0));
    for (const op::UnaryFunction wave : {op::UnaryFunction::kCos, op::UnaryFunction::kSin}) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId turned, AddUnary(context, sampler, wave, angle));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId product,
                                context.Add(op::Binary{op::BinaryFunction::kMultiply}, {factor, turned}, sampler));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context.Add(op::Where{}, {x, product, x}, sampler));
      parts.push_back(part);
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(parts), sampler));
  return context.TableOf(all);
}

// Each of `degree` sketches sums the columns into few, with signs; a polynomial's is the convolution of them.
Result<Table> TransformCountSketch(Context& context, const Object& sampler, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix columns, sampler.Numbers("indexHash_"));  // degree by column
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix signs, sampler.Numbers("bitHash_"));
  SCOREWAY_ASSIGN_OR_RETURN(const double gamma, sampler.NumberOr("gamma", 1));
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, sampler.NumberOr("coef0", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t components, sampler.Integer("n_components"));
  const size_t width = in.width(), hashed = width + (offset != 0 ? 1 : 0);
  if (columns.shape.size() != 2 || columns.columns() != hashed || signs.shape != columns.shape) {
    return sampler.Corrupt("hashes do not fit the columns");
  }
  if (columns.rows() == 0 || components <= 0 || components > (1 << 20)) return sampler.Corrupt("sizes out of range");
  const auto count = static_cast<size_t>(components);
  SCOREWAY_RETURN_IF_ERROR(context.Charge(columns.rows() * count * (width + 1) * sizeof(double), sampler));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(sampler, &checked));
  std::vector<ValueId> sketches;
  for (size_t d = 0; d < columns.rows(); ++d) {
    op::Linear sketch;
    sketch.outputs = static_cast<uint32_t>(count);
    sketch.weights.assign(count * width, 0);
    sketch.bias.assign(count, 0);
    for (size_t column = 0; column < hashed; ++column) {
      const double to = columns.values[d * hashed + column], sign = signs.values[d * hashed + column];
      if (!(to >= 0 && to < static_cast<double>(count))) return sampler.Corrupt("a hash out of range");
      if (column < width) {
        sketch.weights[static_cast<size_t>(to) * width + column] = sign * std::sqrt(gamma);
      } else {
        sketch.bias[static_cast<size_t>(to)] += sign * std::sqrt(offset);
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(sketch), {numbers}, sampler));
    sketches.push_back(value);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(op::CircularConvolution{}, std::move(sketches), sampler));
  return context.TableOf(out);
}

}  // namespace scoreway::sklearn
