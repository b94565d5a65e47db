#include "importers/pmml/parameter_matrix.h"

#include <algorithm>
#include <optional>

#include "importers/pmml/matrix.h"

namespace scoreway::pmml {

namespace {

using op::BinaryFunction;

void AddPredictors(const Element& list, std::map<std::string_view, Element, std::less<>>* predictors) {
  if (!list) return;
  for (const Element& predictor : list.Children("Predictor"))
    predictors->emplace(predictor.Attribute("name", ""), predictor);
}

}  // namespace

Result<ParameterMatrix> ParameterMatrix::Read(ModelScope& scope) {
  const Element& model = scope.model();
  ParameterMatrix matrix;
  matrix.model_ = model;
  AddPredictors(model.Child("FactorList"), &matrix.factors_);
  AddPredictors(model.Child("CovariateList"), &matrix.covariates_);
  const Element list = model.Child("ParameterList");
  if (!list) return Context::Corrupt(model, "it has no ParameterList");
  for (const Element& parameter : list.Children("Parameter")) {
    matrix.parameters_.emplace(parameter.Attribute("name", ""), parameter);
  }
  SCOREWAY_RETURN_IF_ERROR(matrix.ReadCells(scope.context(), model));
  SCOREWAY_RETURN_IF_ERROR(matrix.ReadWeights(scope.context(), model));
  return matrix;
}

Status ParameterMatrix::ReadCells(const Context& context, const Element& model) {
  const Element element = model.Child("PPMatrix");
  if (!element) return {};
  for (const Element& cell : element.Children("PPCell")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view parameter, context.Want(cell, "parameterName"));
    cells_[cell.Attribute("targetCategory", "")][parameter].push_back(cell);
  }
  return {};
}

Status ParameterMatrix::ReadWeights(const Context& context, const Element& model) {
  const Element element = model.Child("ParamMatrix");
  if (!element) return Status(Context::Corrupt(model, "it has no ParamMatrix"));
  for (const Element& cell : element.Children("PCell")) {
    Weight weight;
    SCOREWAY_ASSIGN_OR_RETURN(weight.parameter, context.Want(cell, "parameterName"));
    SCOREWAY_ASSIGN_OR_RETURN(weight.beta, context.WantNumber(cell, "beta"));
    weights_[cell.Attribute("targetCategory", "")].push_back(weight);
  }
  return {};
}

Result<double> ParameterMatrix::ReferencePoint(std::string_view parameter) const {
  const auto it = parameters_.find(parameter);
  if (it == parameters_.end()) {
    return Context::Corrupt(model_, "parameter '" + std::string(parameter) + "' is not in the ParameterList");
  }
  const auto text = it->second.Attribute("referencePoint");
  if (!text) return 0.0;
  if (const auto number = ParseDouble(*text)) return *number;
  return Context::Corrupt(it->second, "referencePoint is no number");
}

// The columns that parameters are made of, each made once.
class ParameterColumns {
 public:
  ParameterColumns(ModelScope& scope, const ParameterMatrix& matrix) : scope_(scope), matrix_(matrix) {}

  // Every value that factors are compared with, before the first column is made: a field is encoded once.
  Status CollectFactors(const ParameterMatrix::Cells& cells, const std::vector<ParameterMatrix::Weight>& weights) {
    for (const ParameterMatrix::Weight& weight : weights) {
      const auto it = cells.find(weight.parameter);
      if (it == cells.end()) continue;
      for (const Element& cell : it->second) {
        SCOREWAY_ASSIGN_OR_RETURN(const std::string_view field, scope_.context().Want(cell, "predictorName"));
        if (!matrix_.factors_.contains(field)) continue;
        SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(cell, "value"));
        SCOREWAY_RETURN_IF_ERROR(AddValue(field, value, cell));
      }
    }
    return {};
  }

  Status EncodeFactors() {
    for (auto& [name, factor] : factors_) {
      Emit emit(scope_.context(), factor.predictor);
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.Field(name, factor.predictor));
      SCOREWAY_ASSIGN_OR_RETURN(factor.code,
                                emit.Encode(cell, factor.values, static_cast<double>(factor.values.size())));
      // It weighs nothing, but makes the row missing where the field is.
      ColumnOf(factor.code);
    }
    return {};
  }

  // The column of the product of cells.
  Result<uint32_t> Product(const std::vector<Element>& cells) {
    std::optional<ValueId> factors, covariates;
    for (const Element& cell : cells) {
      const std::string_view field = cell.Attribute("predictorName", "");
      Emit emit(scope_.context(), cell);
      if (const auto it = factors_.find(field); it != factors_.end()) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, FactorCell(emit, it->second, cell.Attribute("value", "")));
        SCOREWAY_RETURN_IF_ERROR(Multiply(emit, x, &factors));
      } else if (matrix_.covariates_.contains(field)) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, CovariateCell(emit, field));
        SCOREWAY_RETURN_IF_ERROR(Multiply(emit, x, &covariates));
      } else {
        return Context::Corrupt(cell, "field '" + std::string(field) + "' is neither a factor nor a covariate");
      }
    }
    if (!factors) return ColumnOf(*covariates);
    if (!covariates) return ColumnOf(*factors);
    Emit emit(scope_.context(), cells[0]);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId product, emit.Binary(BinaryFunction::kMultiply, *factors, *covariates));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, emit.Where(*factors, product, *factors));
    return ColumnOf(column);
  }

  const std::vector<ValueId>& columns() const { return columns_; }

 private:
  struct Factor {
    Element predictor;
    std::vector<std::string> values;  // in the order of the codes
    ValueId code = 0;
    std::optional<Matrix> contrasts;
    std::map<std::string_view, ValueId, std::less<>> cells;  // by value
  };

  Status AddValue(std::string_view field, std::string_view value, const Element& cell) {
    auto it = factors_.find(field);
    if (it == factors_.end()) {
      it = factors_.emplace(field, Factor{}).first;
      SCOREWAY_RETURN_IF_ERROR(ReadFactor(matrix_.factors_.find(field)->second, &it->second));
    }
    Factor& factor = it->second;
    if (std::ranges::find(factor.values, value) != factor.values.end()) return {};
    if (factor.contrasts) {
      return Status(Context::Corrupt(cell, "value '" + std::string(value) + "' is none of the factor's Categories"));
    }
    factor.values.emplace_back(value);
    return {};
  }

  Status ReadFactor(const Element& predictor, Factor* factor) {
    factor->predictor = predictor;
    const Element matrix = predictor.Child("Matrix");
    if (!matrix) return {};
    const Element categories = predictor.Child("Categories");
    if (!categories) {
      return Status(scope_.context().Unsupported(predictor, "a contrast matrix without Categories"));
    }
    for (const Element& category : categories.Children("Category")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(category, "value"));
      factor->values.emplace_back(value);
    }
    SCOREWAY_ASSIGN_OR_RETURN(factor->contrasts, ReadMatrix(scope_.context(), matrix));
    if (factor->contrasts->rows < factor->values.size()) {
      return Status(Context::Corrupt(matrix, "it has fewer rows than there are Categories"));
    }
    return {};
  }

  // 1 where the field has the value, or its row's entry in the column of the value; missing where the field is, and
  // where a contrast matrix does not know its value.
  Result<ValueId> FactorCell(Emit& emit, Factor& factor, std::string_view value) {
    auto [it, is_new] = factor.cells.emplace(value, 0);
    if (!is_new) return it->second;
    const auto column = static_cast<size_t>(std::ranges::find(factor.values, value) - factor.values.begin());
    std::vector<double> table(factor.values.size() + (factor.contrasts ? 0 : 1), 0);
    if (!factor.contrasts) {
      table[column] = 1;
    } else if (column >= factor.contrasts->columns) {
      return Context::Corrupt(emit.at(), "the contrast matrix has no column for it");
    } else {
      for (size_t row = 0; row < table.size(); ++row) table[row] = factor.contrasts->at(row, column);
    }
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(table.size() * sizeof(double), emit.at()));
    SCOREWAY_ASSIGN_OR_RETURN(it->second, emit.Add(op::DecodeNumber{std::move(table)}, {factor.code}));
    return it->second;
  }

  Result<ValueId> CovariateCell(Emit& emit, std::string_view field) {
    SCOREWAY_ASSIGN_OR_RETURN(const double exponent, scope_.context().WantNumber(emit.at(), "value"));
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.Field(field, emit.at()));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(cell));
    if (exponent == 1) return x;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(exponent));
    return emit.Binary(BinaryFunction::kPower, x, by);
  }

  static Status Multiply(Emit& emit, ValueId x, std::optional<ValueId>* product) {
    if (*product) {
      SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(BinaryFunction::kMultiply, **product, x));
    }
    *product = x;
    return {};
  }

  uint32_t ColumnOf(ValueId value) {
    const auto [it, is_new] = column_of_value_.emplace(value, static_cast<uint32_t>(columns_.size()));
    if (is_new) columns_.push_back(value);
    return it->second;
  }

  ModelScope& scope_;
  const ParameterMatrix& matrix_;
  std::map<std::string_view, Factor, std::less<>> factors_;
  std::vector<ValueId> columns_;
  std::map<ValueId, uint32_t> column_of_value_;
};

Result<ValueId> ParameterMatrix::Lower(ModelScope& scope, const std::vector<Score>& scores) const {
  static const Cells kNoCells;
  ParameterColumns columns(scope, *this);
  std::vector<const Cells*> cells_of;
  for (const Score& score : scores) {
    auto it = cells_.find(score.category);
    if (it == cells_.end()) it = cells_.find("");
    if (it == cells_.end() && !cells_.empty()) {
      return Context::Corrupt(model_, "PPMatrix says nothing of category '" + std::string(score.category) + "'");
    }
    cells_of.push_back(it == cells_.end() ? &kNoCells : &it->second);
    SCOREWAY_RETURN_IF_ERROR(columns.CollectFactors(*cells_of.back(), score.weights));
  }
  SCOREWAY_RETURN_IF_ERROR(columns.EncodeFactors());

  op::Linear linear;
  linear.precision = scope.precision();
  linear.outputs = static_cast<uint32_t>(scores.size());
  linear.bias.assign(scores.size(), 0);
  std::vector<std::map<uint32_t, double>> weights(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    for (const Weight& weight : scores[i].weights) {
      const auto it = cells_of[i]->find(weight.parameter);
      if (it == cells_of[i]->end()) {
        linear.bias[i] += weight.beta;
        continue;
      }
      SCOREWAY_ASSIGN_OR_RETURN(const uint32_t column, columns.Product(it->second));
      weights[i][column] += weight.beta;
    }
  }
  Emit emit(scope.context(), model_);
  if (columns.columns().empty()) return emit.Numbers(linear.bias);
  const size_t width = columns.columns().size();
  SCOREWAY_RETURN_IF_ERROR(scope.context().Charge(width * scores.size() * sizeof(double), model_));
  linear.weights.assign(width * scores.size(), 0);
  for (size_t i = 0; i < scores.size(); ++i) {
    for (const auto& [column, beta] : weights[i]) linear.weights[i * width + column] = beta;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(columns.columns()));
  return emit.Add(std::move(linear), {row});
}

}  // namespace scoreway::pmml
