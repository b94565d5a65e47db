// Gaussian processes: kernels put together from others, the mean of the process, and the chance of a class.

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/kernels.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

constexpr int kDepthMax = 32;

// What a kernel gives between the row and every point, or between the row and itself: columns, or one number for all.
struct Term {
  std::optional<double> constant;
  ValueId value = 0;
};

// Lowers a tree of kernels for the points, or without any for the row itself.
class ProcessKernel {
 public:
  ProcessKernel(Context& context, const Object& origin, ValueId row, const Matrix* points)
      : context_(context), origin_(origin), row_(row), points_(points) {}

  Result<ValueId> Add(const Object& kernel) {
    SCOREWAY_ASSIGN_OR_RETURN(const Term term, Lower(kernel, 0));
    if (!term.constant) return term.value;
    const size_t width = points_ == nullptr ? 1 : points_->rows();
    return context_.Add(op::Constant{std::vector<double>(width, *term.constant)}, {}, origin_);
  }

 private:
  Result<Term> Lower(const Object& kernel, int depth) {
    if (depth > kDepthMax) return context_.Unsupported(kernel, "a kernel of so many parts");
    const std::string name = kernel.short_name();
    if (name == "Sum" || name == "Product") return LowerPair(kernel, name == "Sum", depth);
    if (name == "Exponentiation") return LowerPower(kernel, depth);
    if (name == "ConstantKernel") return Number(kernel.Number("constant_value"));
    // White noise is of a row with itself only.
    if (name == "WhiteKernel") return points_ == nullptr ? Number(kernel.Number("noise_level")) : Term{0.0, 0};
    if (name == "DotProduct") return LowerProduct(kernel);
    if (name == "PairwiseKernel") return LowerPairwise(kernel);
    SCOREWAY_ASSIGN_OR_RETURN(op::KernelMatrix params, ReadStationary(kernel, name));
    if (points_ == nullptr) return Term{1.0, 0};
    return Similar(kernel, std::move(params));
  }

  static Result<Term> Number(const Result<double>& number) {
    if (!number.ok()) return number.error();
    return Term{*number, 0};
  }

  Result<Term> Similar(const Object& kernel, op::KernelMatrix params) {
    params.points = points_->values;
    SCOREWAY_RETURN_IF_ERROR(context_.Charge(params.points.size() * sizeof(double), kernel));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context_.Add(std::move(params), {row_}, kernel));
    return Term{std::nullopt, value};
  }

  // Kernels that are 1 between a row and itself.
  Result<op::KernelMatrix> ReadStationary(const Object& kernel, const std::string& name) {
    op::KernelMatrix params{.scale = {}, .points = {}};
    if (name == "RBF" || name == "Matern") {
      SCOREWAY_ASSIGN_OR_RETURN(const Matrix lengths, kernel.Numbers("length_scale"));
      params.scale = lengths.values;
      if (lengths.size() == 1) params.scale.assign(context_.width(row_), lengths.values[0]);
      params.similarity = name == "RBF" ? op::Similarity::kRbf : op::Similarity::kMatern;
      params.gamma = 0.5;
      SCOREWAY_ASSIGN_OR_RETURN(params.degree, kernel.NumberOr("nu", 1.5));
      return params;
    }
    if (name == "RationalQuadratic") {
      SCOREWAY_ASSIGN_OR_RETURN(const double length, kernel.Number("length_scale"));
      SCOREWAY_ASSIGN_OR_RETURN(params.degree, kernel.Number("alpha"));
      params.similarity = op::Similarity::kRationalQuadratic;
      params.gamma = 1 / (2 * params.degree * length * length);
      return params;
    }
    if (name == "ExpSineSquared") {
      SCOREWAY_ASSIGN_OR_RETURN(params.gamma, kernel.Number("length_scale"));
      SCOREWAY_ASSIGN_OR_RETURN(params.degree, kernel.Number("periodicity"));
      params.similarity = op::Similarity::kPeriodic;
      return params;
    }
    return context_.Unsupported(kernel, "this kernel is not known");
  }

  Result<Term> LowerProduct(const Object& kernel) {
    SCOREWAY_ASSIGN_OR_RETURN(const double sigma, kernel.Number("sigma_0"));
    Term term;
    if (points_ == nullptr) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context_, kernel, op::UnaryFunction::kSquare, row_));
      SCOREWAY_ASSIGN_OR_RETURN(term.value, context_.Add(op::AggregateRow{op::RowAggregate::kSum}, {squares}, kernel));
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(term, Similar(kernel, op::KernelMatrix{.scale = {}, .points = {}}));
    }
    SCOREWAY_ASSIGN_OR_RETURN(term.value, MultiplyAdd(context_, kernel, term.value, 1, sigma * sigma));
    return term;
  }

  Result<Term> LowerPairwise(const Object& kernel) {
    if (points_ == nullptr) return context_.Unsupported(kernel, "the variance of a pairwise kernel");
    SCOREWAY_ASSIGN_OR_RETURN(const KernelSettings settings, ReadKernel(context_, kernel, kernel.Get("metric"),
                                                                        kernel.Get("pairwise_kernels_kwargs")));
    Term term;
    SCOREWAY_ASSIGN_OR_RETURN(term.value, AddKernel(context_, kernel, settings, points_->values, row_));
    return term;
  }

  Result<Term> LowerPair(const Object& kernel, bool sum, int depth) {
    SCOREWAY_ASSIGN_OR_RETURN(Term a, Lower(kernel.Get("k1"), depth + 1));
    SCOREWAY_ASSIGN_OR_RETURN(Term b, Lower(kernel.Get("k2"), depth + 1));
    if (a.constant && b.constant) return Term{sum ? *a.constant + *b.constant : *a.constant * *b.constant, 0};
    if (a.constant) std::swap(a, b);
    Term term;
    if (b.constant) {
      SCOREWAY_ASSIGN_OR_RETURN(term.value,
                                MultiplyAdd(context_, kernel, a.value, sum ? 1 : *b.constant, sum ? *b.constant : 0));
      return term;
    }
    const op::BinaryFunction function = sum ? op::BinaryFunction::kAdd : op::BinaryFunction::kMultiply;
    SCOREWAY_ASSIGN_OR_RETURN(term.value, context_.Add(op::Binary{function}, {a.value, b.value}, kernel));
    return term;
  }

  Result<Term> LowerPower(const Object& kernel, int depth) {
    SCOREWAY_ASSIGN_OR_RETURN(Term term, Lower(kernel.Get("kernel"), depth + 1));
    SCOREWAY_ASSIGN_OR_RETURN(const double exponent, kernel.Number("exponent"));
    if (term.constant) return Term{std::pow(*term.constant, exponent), 0};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId power, context_.Add(op::Constant{{exponent}}, {}, kernel));
    SCOREWAY_ASSIGN_OR_RETURN(term.value,
                              context_.Add(op::Binary{op::BinaryFunction::kPower}, {term.value, power}, kernel));
    return term;
  }

  Context& context_;
  const Object& origin_;
  ValueId row_;
  const Matrix* points_;
};

Result<Matrix> ReadTraining(const Object& process, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(Matrix points, process.Numbers("X_train_"));
  if (points.shape.size() != 2 || points.columns() != width || points.rows() == 0) {
    return process.Corrupt("points do not fit the columns");
  }
  return points;
}

// L^-1 * diag(weights) for a lower triangle L, by rows.
std::vector<double> SolveTriangle(const Matrix& triangle, const std::vector<double>& weights) {
  const size_t n = weights.size();
  std::vector<double> inverse(n * n, 0);
  for (size_t row = 0; row < n; ++row) {
    double* out = inverse.data() + row * n;
    out[row] = weights[row];
    for (size_t k = 0; k < row; ++k) {
      const double factor = triangle.values[row * n + k];
      for (size_t column = 0; column <= k; ++column) out[column] -= factor * inverse[k * n + column];
    }
    for (size_t column = 0; column <= row; ++column) out[column] /= triangle.values[row * n + row];
  }
  return inverse;
}

// The variance of the process at the row: k(x, x) - |L^-1 W K|^2.
Result<ValueId> AddVariance(Context& context, const Object& process, const Object& kernel, ValueId row,
                            ValueId similar) {
  const size_t n = context.width(similar);
  constexpr size_t kPointsMax = 4000;
  if (n > kPointsMax) return context.Unsupported(process, "probabilities by so many points");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weights, process.Vector("W_sr_", n));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix triangle, process.Numbers("L_"));
  if (triangle.size() != n * n) return process.Corrupt("L_ does not fit the points");
  SCOREWAY_RETURN_IF_ERROR(context.Charge(n * n * sizeof(double), process));
  op::Linear solve;
  solve.outputs = static_cast<uint32_t>(n);
  solve.weights = SolveTriangle(triangle, weights);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId solved, context.Add(std::move(solve), {similar}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, AddUnary(context, process, op::UnaryFunction::kSquare, solved));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId known,
                            context.Add(op::AggregateRow{op::RowAggregate::kSum}, {squares}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId itself, ProcessKernel(context, process, row, nullptr).Add(kernel));
  return context.Add(op::Binary{op::BinaryFunction::kSubtract}, {itself, known}, process);
}

// The mean of the logistic function of a normal variate, as a sum of error functions (Williams and Barber, 1998).
Result<ValueId> AddMeanLogistic(Context& context, const Object& process, ValueId mean, ValueId variance) {
  constexpr double kSlopes[] = {0.41, 0.4, 0.37, 0.44, 0.39};
  const std::vector<double> shares = {-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654};
  op::Linear slopes, spreads;
  slopes.outputs = spreads.outputs = static_cast<uint32_t>(shares.size());
  for (double slope : kSlopes) {
    slopes.weights.push_back(slope * std::numbers::sqrt2);
    spreads.weights.push_back(2 * slope * slope);
    spreads.bias.push_back(1);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId centers, context.Add(std::move(slopes), {mean}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId squares, context.Add(std::move(spreads), {variance}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId widths, AddUnary(context, process, op::UnaryFunction::kSqrt, squares));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId places,
                            context.Add(op::Binary{op::BinaryFunction::kDivide}, {centers, widths}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId chances, AddUnary(context, process, op::UnaryFunction::kNormalCdf, places));
  op::Linear sum;
  sum.weights = shares;
  return context.Add(std::move(sum), {chances}, process);
}

}  // namespace

Result<Prediction> PredictGaussianRegressor(Context& context, const Object& process, const Table& in) {
  if (!process.Get("X_train_").has_value()) return context.Unsupported(process, "a process that was not fitted");
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix points, ReadTraining(process, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const Object kernel, process.Want("kernel_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix alpha, process.Numbers("alpha_"));
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, context.FiniteNumbers(process, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId similar, ProcessKernel(context, process, row, &points).Add(kernel));
  SCOREWAY_ASSIGN_OR_RETURN(op::Linear sum, LinearOfColumns(context, process, alpha));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(std::move(sum), {similar}, process));
  op::Affine scale{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  const size_t targets = context.width(mean);
  for (const auto& [name, otherwise, to] :
       {std::tuple("_y_train_mean", 0.0, &scale.offset), std::tuple("_y_train_std", 1.0, &scale.factor)}) {
    const Object at = process.Get(name);
    to->assign(targets, otherwise);
    if (!at.has_value()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix numbers, at.Numbers());
    if (numbers.size() != 1 && numbers.size() != targets) return at.Corrupt("not one number a target");
    for (size_t i = 0; i < targets; ++i) (*to)[i] = numbers.values[numbers.size() == 1 ? 0 : i];
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(scale), {mean}, process));
  return RegressorOf(out);
}

Result<Prediction> PredictGaussianClassifier(Context& context, const Object& process, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, process.Want("base_estimator_"));
  return context.Predict(inner, in);
}

Result<Prediction> PredictLaplaceClassifier(Context& context, const Object& process, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix points, ReadTraining(process, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const Object kernel, process.Want("kernel_"));
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, process.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> residuals, process.Vector("y_train_", points.rows()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> chances, process.Vector("pi_", points.rows()));
  if (labels.size() != 2) return process.Corrupt("two classes were expected");
  for (size_t i = 0; i < residuals.size(); ++i) residuals[i] -= chances[i];
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, context.FiniteNumbers(process, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId similar, ProcessKernel(context, process, row, &points).Add(kernel));
  op::Linear sum;
  sum.weights = std::move(residuals);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(std::move(sum), {similar}, process));
  Prediction prediction;
  prediction.labels = std::move(labels);
  SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{}, {mean}, process));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId variance, AddVariance(context, process, kernel, row, similar));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, AddMeanLogistic(context, process, mean, variance));
  SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, BothProbabilities(context, process, positive));
  return prediction;
}

}  // namespace scoreway::sklearn
