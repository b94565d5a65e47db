// GaussianProcessModel, of regressions: the mean that instances of training let expect at a row.

#include <cmath>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/number_array.h"
#include "importers/pmml/training_table.h"

namespace scoreway::pmml {
namespace {

// More instances take too long to solve for.
constexpr size_t kInstancesMax = 3000;

// gamma * exp(-f), where f is of the differences of two points, each divided by its lambda:
//   kSquares: half the sum of their squares; kDifferences: their sum; kPowers: the sum of their powers of `degree`.
struct Kernel {
  enum class Form { kSquares, kDifferences, kPowers } form = Form::kSquares;
  double gamma = 1, noise_variance = 1, degree = 1;
  std::vector<double> lambda;  // a field each

  double Between(const double* x, const double* y) const {
    double sum = 0;
    for (size_t i = 0; i < lambda.size(); ++i) {
      const double difference = std::fabs(x[i] - y[i]) / lambda[i];
      switch (form) {
        case Form::kSquares: sum += difference * difference / 2; break;
        case Form::kDifferences: sum += difference; break;
        case Form::kPowers: sum += std::pow(difference, degree); break;
      }
    }
    return gamma * std::exp(-sum);
  }
};

Element FindKernel(const Element& model) {
  for (const std::string_view name : {"RadialBasisKernel", "ARDSquaredExponentialKernel", "AbsoluteExponentialKernel",
                                      "GeneralizedExponentialKernel"}) {
    if (const Element kernel = model.Child(name)) return kernel;
  }
  return {};
}

Result<Kernel> ReadKernel(Context& context, const Element& model, size_t fields) {
  const Element element = FindKernel(model);
  if (!element) return Context::Corrupt(model, "it has no kernel");
  Kernel kernel;
  SCOREWAY_ASSIGN_OR_RETURN(kernel.gamma, context.NumberOr(element, "gamma", 1));
  SCOREWAY_ASSIGN_OR_RETURN(kernel.noise_variance, context.NumberOr(element, "noiseVariance", 1));
  if (element.Is("RadialBasisKernel")) {
    SCOREWAY_ASSIGN_OR_RETURN(const double lambda, context.NumberOr(element, "lambda", 1));
    kernel.lambda.assign(fields, lambda);
  } else {
    const Element lambda = element.Child("Lambda");
    if (!lambda) return Context::Corrupt(element, "it has no Lambda");
    SCOREWAY_ASSIGN_OR_RETURN(kernel.lambda, ReadNumbers(context, lambda, fields));
  }
  if (element.Is("AbsoluteExponentialKernel")) kernel.form = Kernel::Form::kDifferences;
  if (element.Is("GeneralizedExponentialKernel")) {
    kernel.form = Kernel::Form::kPowers;
    SCOREWAY_ASSIGN_OR_RETURN(kernel.degree, context.NumberOr(element, "degree", 1));
  }
  bool fine = std::isfinite(kernel.gamma) && kernel.noise_variance >= 0 && kernel.degree > 0;
  for (const double lambda : kernel.lambda) fine = fine && lambda > 0 && std::isfinite(lambda);
  if (!fine) return Context::Corrupt(element, "its parameters are none of a kernel");
  return kernel;
}

// Solves matrix * x = b in place for a symmetric positive definite matrix, by Cholesky's method; false if it is none.
bool Solve(std::vector<double>* matrix, std::vector<double>* b) {
  const size_t n = b->size();
  double* a = matrix->data();
  double* x = b->data();
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i == j && !(sum > 0)) return false;
      a[i * n + j] = i == j ? std::sqrt(sum) : sum / a[j * n + j];
    }
    for (size_t k = 0; k < i; ++k) x[i] -= a[i * n + k] * x[k];
    x[i] /= a[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) x[i] -= a[k * n + i] * x[k];
    x[i] /= a[i * n + i];
  }
  return true;
}

struct Instances {
  std::vector<ValueId> columns;  // of the row
  std::vector<double> points;    // an instance after another
  std::vector<double> targets;
};

Result<Instances> ReadInstances(ModelScope& scope, const TrainingTable& table) {
  const Element fields = scope.model().Child("TrainingInstances").Child("InstanceFields");
  if (!fields) return Context::Corrupt(scope.model(), "it has no InstanceFields");
  Instances instances;
  std::vector<std::vector<double>> numbers;
  for (const Element& field : fields.Children("InstanceField")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, scope.context().Want(field, "field"));
    if (name == scope.target().name) {
      SCOREWAY_ASSIGN_OR_RETURN(instances.targets, table.Numbers(name, DataType::kDouble));
      continue;
    }
    Emit emit(scope.context(), field);
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.Field(name, field));
    if (!IsNumeric(cell.type)) return scope.context().Unsupported(field, "a field that is no number");
    SCOREWAY_ASSIGN_OR_RETURN(instances.columns.emplace_back(), emit.AsNumber(cell));
    SCOREWAY_ASSIGN_OR_RETURN(numbers.emplace_back(), table.Numbers(name, DataType::kDouble));
  }
  if (numbers.empty()) return Context::Corrupt(fields, "it has no fields besides the target");
  if (instances.targets.empty()) return Context::Corrupt(fields, "the instances do not have the target field");
  SCOREWAY_RETURN_IF_ERROR(scope.context().Charge(numbers.size() * table.size() * sizeof(double), fields));
  for (size_t i = 0; i < table.size(); ++i) {
    for (const std::vector<double>& column : numbers) instances.points.push_back(column[i]);
  }
  return instances;
}

// exp(-f) of the row and each instance.
Result<ValueId> Similarities(Emit& emit, const Kernel& kernel, ValueId row, std::vector<double> points) {
  if (kernel.form != Kernel::Form::kPowers) {
    op::KernelMatrix matrix;
    const bool squares = kernel.form == Kernel::Form::kSquares;
    matrix.similarity = squares ? op::Similarity::kRbf : op::Similarity::kLaplacian;
    matrix.gamma = squares ? 0.5 : 1;
    matrix.scale = kernel.lambda;
    matrix.points = std::move(points);
    return emit.Add(std::move(matrix), {row});
  }
  op::FieldDistances distances;  // its root is undone
  const size_t fields = kernel.lambda.size();
  distances.measure = op::FieldDistances::Measure::kMinkowski;
  distances.exponent = kernel.degree;
  distances.compare.assign(fields, op::FieldCompare::kAbsoluteDifference);
  distances.scale.assign(fields, 1);
  distances.presence_weight.assign(fields, 1);
  for (const double lambda : kernel.lambda) distances.weight.push_back(std::pow(lambda, -kernel.degree));
  distances.points = std::move(points);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId root, emit.Add(std::move(distances), {row}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId degree, emit.Number(kernel.degree));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Binary(op::BinaryFunction::kPower, root, degree));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, emit.Unary(op::UnaryFunction::kNegate, sum));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId powers, emit.Unary(op::UnaryFunction::kExp, negative));
  // Of a row that lacks a field nothing is known; the distance would do without it.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, emit.Add(op::AggregateRow{op::RowAggregate::kSum}, {row}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId whole, emit.Unary(op::UnaryFunction::kIsPresent, all));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Number(op::kNaN));
  return emit.Where(whole, powers, none);
}

}  // namespace

Result<Prediction> LowerGaussianProcessModel(ModelScope& scope) {
  const Element& model = scope.model();
  Context& context = scope.context();
  if (scope.function() != MiningFunction::kRegression) {
    return context.Unsupported(model, "a GaussianProcessModel with this functionName");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const TrainingTable table, TrainingTable::Read(scope));
  const size_t count = table.size();
  if (count == 0 || count > kInstancesMax) {
    return context.Unsupported(model, "not between 1 and " + std::to_string(kInstancesMax) + " instances");
  }
  SCOREWAY_ASSIGN_OR_RETURN(Instances instances, ReadInstances(scope, table));
  const size_t fields = instances.columns.size();
  SCOREWAY_ASSIGN_OR_RETURN(const Kernel kernel, ReadKernel(context, model, fields));
  std::vector<double> covariance(count * count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      covariance[i * count + j] = kernel.Between(&instances.points[i * fields], &instances.points[j * fields]);
    }
    covariance[i * count + i] += kernel.noise_variance;
  }
  if (!Solve(&covariance, &instances.targets)) {
    return Context::Corrupt(model, "the covariance of its instances is not positive definite");
  }
  Emit emit(context, model);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(instances.columns)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId similarities, Similarities(emit, kernel, row, std::move(instances.points)));
  op::Linear mean;
  mean.weights = std::move(instances.targets);
  for (double& weight : mean.weights) weight *= kernel.gamma;
  Prediction prediction;
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(std::move(mean), {similarities}));
  prediction.value = cell;
  return prediction;
}

}  // namespace scoreway::pmml
