#include "importers/pmml/vector_machine.h"

#include <algorithm>
#include <map>
#include <optional>

#include "importers/pmml/number_array.h"

namespace scoreway::pmml {
namespace {

using op::UnaryFunction;

struct VectorFields {
  ValueId row = 0;
  size_t count = 0;
};

// Fields that CategoricalPredictors name, each encoded once.
class CategoricalFields {
 public:
  explicit CategoricalFields(ModelScope& scope) : scope_(scope) {}

  Status Collect(const Element& fields) {
    for (const Element& predictor : fields.Children("CategoricalPredictor")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(predictor, "value"));
      // A field may come with one value more than once.
      std::vector<std::string>& values = fields_[predictor.Attribute("name", "")].values;
      if (std::ranges::find(values, value) == values.end()) values.emplace_back(value);
      SCOREWAY_ASSIGN_OR_RETURN(const double coefficient, scope_.context().NumberOr(predictor, "coefficient", 1));
      if (coefficient != 1) return Status(Context::Corrupt(predictor, "its coefficient is not 1"));
    }
    return {};
  }

  // 1 where the field has the value.
  Result<ValueId> Indicator(const Element& predictor) {
    Emit emit(scope_.context(), predictor);
    Field& field = fields_[predictor.Attribute("name", "")];
    if (!field.code) {
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.FieldOf(predictor, "name"));
      SCOREWAY_ASSIGN_OR_RETURN(field.code, emit.Encode(cell, field.values, static_cast<double>(field.values.size())));
    }
    const auto own = std::ranges::find(field.values, predictor.Attribute("value", "")) - field.values.begin();
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Number(static_cast<double>(own)));
    return emit.Binary(op::BinaryFunction::kEqual, *field.code, code);
  }

 private:
  struct Field {
    std::vector<std::string> values;
    std::optional<ValueId> code;
  };
  ModelScope& scope_;
  std::map<std::string_view, Field, std::less<>> fields_;
};

Result<VectorFields> LowerFields(ModelScope& scope, const Element& dictionary) {
  const Element fields = dictionary.Child("VectorFields");
  if (!fields) return Context::Corrupt(dictionary, "it has no VectorFields");
  CategoricalFields categorical(scope);
  SCOREWAY_RETURN_IF_ERROR(categorical.Collect(fields));
  std::vector<ValueId> columns;
  for (Element field = fields.first_child(); field; field = field.next_sibling()) {
    Emit emit(scope.context(), field);
    if (field.Is("FieldRef")) {
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.Evaluate(field));
      SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), emit.AsNumber(cell));
    } else if (field.Is("CategoricalPredictor")) {
      SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), categorical.Indicator(field));
    }
  }
  if (columns.empty()) return Context::Corrupt(fields, "it has no fields");
  VectorFields result;
  result.count = columns.size();
  Emit emit(scope.context(), fields);
  SCOREWAY_ASSIGN_OR_RETURN(result.row, emit.Concat(std::move(columns)));
  return result;
}

// The vectors back to back, and which has which id.
struct Vectors {
  std::vector<double> cells;
  std::map<std::string_view, size_t, std::less<>> index_of_id;

  size_t count() const { return index_of_id.size(); }
};

Result<Vectors> ReadVectors(Context& context, const Element& dictionary, size_t width) {
  Vectors vectors;
  for (const Element& instance : dictionary.Children("VectorInstance")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, context.Want(instance, "id"));
    if (!vectors.index_of_id.emplace(id, vectors.count()).second) {
      return Context::Corrupt(instance, "another vector has the id '" + std::string(id) + "'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> cells, ReadNumbers(context, instance, width));
    vectors.cells.insert(vectors.cells.end(), cells.begin(), cells.end());
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(vectors.cells.size() * sizeof(double), dictionary));
  return vectors;
}

Element FindKernel(const Element& model) {
  for (Element child = model.first_child(); child; child = child.next_sibling()) {
    if (child.name().ends_with("KernelType")) return child;
  }
  return {};
}

Result<ValueId> Products(Emit& emit, ValueId row, const Vectors& vectors) {
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(vectors.count());
  linear.weights = vectors.cells;
  return emit.Add(std::move(linear), {row});
}

// gamma <x,y> + coef0.
Result<ValueId> ScaledProducts(Emit& emit, ValueId row, const Vectors& vectors) {
  SCOREWAY_ASSIGN_OR_RETURN(const double gamma, emit.context().NumberOr(emit.at(), "gamma", 1));
  SCOREWAY_ASSIGN_OR_RETURN(const double offset, emit.context().NumberOr(emit.at(), "coef0", 1));
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.factor.assign(vectors.count(), gamma);
  affine.offset.assign(vectors.count(), offset);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId products, Products(emit, row, vectors));
  return emit.Add(std::move(affine), {products});
}

// exp(-gamma |x - y|^2).
Result<ValueId> RadialBasis(Emit& emit, ValueId row, const Vectors& vectors) {
  SCOREWAY_ASSIGN_OR_RETURN(const double gamma, emit.context().NumberOr(emit.at(), "gamma", 1));
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.factor.assign(vectors.count(), -gamma);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distances,
                            emit.Add(op::Distances{op::Distances::Metric::kSquaredEuclidean, vectors.cells}, {row}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId powers, emit.Add(std::move(affine), {distances}));
  return emit.Unary(UnaryFunction::kExp, powers);
}

// The kernel of the row and each vector.
Result<ValueId> LowerKernel(ModelScope& scope, const Element& kernel, ValueId row, const Vectors& vectors) {
  Emit emit(scope.context(), kernel);
  if (kernel.Is("LinearKernelType")) return Products(emit, row, vectors);
  if (kernel.Is("RadialBasisKernelType")) return RadialBasis(emit, row, vectors);
  if (kernel.Is("PolynomialKernelType")) {
    SCOREWAY_ASSIGN_OR_RETURN(const double degree, scope.context().NumberOr(kernel, "degree", 1));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId base, ScaledProducts(emit, row, vectors));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, emit.Number(degree));
    return emit.Binary(op::BinaryFunction::kPower, base, exponent);
  }
  if (kernel.Is("SigmoidKernelType")) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, ScaledProducts(emit, row, vectors));
    return emit.Unary(UnaryFunction::kTanh, scaled);
  }
  return scope.context().Unsupported(kernel, "this kernel");
}

// The numbers of the Coefficient elements and the absolute value of a machine.
struct Coefficients {
  std::vector<double> values;
  double absolute = 0;
};

Result<Coefficients> ReadCoefficients(const Context& context, const Element& machine) {
  const Element element = machine.Child("Coefficients");
  if (!element) return Context::Corrupt(machine, "it has no Coefficients");
  Coefficients coefficients;
  SCOREWAY_ASSIGN_OR_RETURN(coefficients.absolute, context.NumberOr(element, "absoluteValue", 0));
  for (Element child = element.first_child(); child; child = child.next_sibling()) {
    if (!child.Is("Coefficient")) continue;
    SCOREWAY_ASSIGN_OR_RETURN(coefficients.values.emplace_back(), context.NumberOr(child, "value", 0));
  }
  return coefficients;
}

// A row of weights over the kernel's columns for each machine.
Status WeighVectors(const Context& context, const Element& machine, const Coefficients& coefficients,
                    const Vectors& vectors, double* weights) {
  const Element supports = machine.Child("SupportVectors");
  const std::vector<Element> vectors_of_machine =
      supports ? supports.Children("SupportVector") : std::vector<Element>();
  if (vectors_of_machine.size() != coefficients.values.size()) {
    return Status(Context::Corrupt(machine, "it has not as many Coefficients as SupportVectors"));
  }
  for (size_t i = 0; i < vectors_of_machine.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, context.Want(vectors_of_machine[i], "vectorId"));
    const auto it = vectors.index_of_id.find(id);
    if (it == vectors.index_of_id.end()) {
      return Status(Context::Corrupt(vectors_of_machine[i], "there is no vector '" + std::string(id) + "'"));
    }
    weights[it->second] += coefficients.values[i];
  }
  return {};
}

}  // namespace

Result<ValueId> LowerVectorMachines(ModelScope& scope, const std::vector<Element>& machines) {
  Context& context = scope.context();
  const Element& model = scope.model();
  if (scope.precision() == op::Precision::kFloat32) return context.Unsupported(model, "x-mathContext float");
  const Element dictionary = model.Child("VectorDictionary");
  const Element kernel = FindKernel(model);
  if (!dictionary || !kernel) return Context::Corrupt(model, "it has no VectorDictionary or no kernel");
  SCOREWAY_ASSIGN_OR_RETURN(const VectorFields fields, LowerFields(scope, dictionary));
  // svmRepresentation="Coefficients": the coefficients are those of the fields, as a linear kernel sums up to.
  const bool direct = model.Attribute("svmRepresentation", "SupportVectors") == "Coefficients";
  if (direct && !kernel.Is("LinearKernelType")) {
    return Context::Corrupt(model, "svmRepresentation Coefficients with a kernel that is not linear");
  }
  Vectors vectors;
  if (!direct) {
    SCOREWAY_ASSIGN_OR_RETURN(vectors, ReadVectors(context, dictionary, fields.count));
  }
  const size_t width = direct ? fields.count : vectors.count();
  op::Linear linear;
  linear.outputs = static_cast<uint32_t>(machines.size());
  SCOREWAY_RETURN_IF_ERROR(context.Charge(width * machines.size() * sizeof(double), model));
  linear.weights.assign(width * machines.size(), 0);
  for (size_t i = 0; i < machines.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const Coefficients coefficients, ReadCoefficients(context, machines[i]));
    linear.bias.push_back(coefficients.absolute);
    if (!direct) {
      SCOREWAY_RETURN_IF_ERROR(
          WeighVectors(context, machines[i], coefficients, vectors, linear.weights.data() + i * width));
    } else if (coefficients.values.size() != width) {
      return Context::Corrupt(machines[i], "it has not as many Coefficients as there are VectorFields");
    } else {
      std::ranges::copy(coefficients.values, linear.weights.begin() + static_cast<ptrdiff_t>(i * width));
    }
  }
  Emit emit(context, model);
  ValueId row = fields.row;
  if (!direct) {
    // Machines without vectors say their absolute value, of rows that are known.
    if (vectors.count() == 0) return context.Unsupported(dictionary, "a dictionary without vectors");
    SCOREWAY_ASSIGN_OR_RETURN(row, LowerKernel(scope, kernel, fields.row, vectors));
  }
  return emit.Add(std::move(linear), {row});
}

}  // namespace scoreway::pmml
