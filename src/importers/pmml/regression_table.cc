#include "importers/pmml/regression_table.h"

#include <cmath>
#include <map>

#include "importers/pmml/normalization.h"

namespace scoreway::pmml {
namespace {

// The columns that the tables' coefficients apply to, each made once.
class Predictors {
 public:
  Predictors(ModelScope& scope, size_t tables) : scope_(scope), tables_(tables) {}

  Status AddTable(size_t index, const Element& table) {
    Context& context = scope_.context();
    SCOREWAY_ASSIGN_OR_RETURN(const double intercept, context.WantNumber(table, "intercept"));
    bias_.push_back(intercept);
    for (Element child = table.first_child(); child; child = child.next_sibling()) {
      if (child.Is("NumericPredictor")) {
        SCOREWAY_RETURN_IF_ERROR(AddNumeric(index, child));
      } else if (child.Is("CategoricalPredictor")) {
        SCOREWAY_RETURN_IF_ERROR(AddCategorical(index, child));
      } else if (child.Is("PredictorTerm")) {
        SCOREWAY_RETURN_IF_ERROR(AddTerm(index, child));
      }
    }
    return {};
  }

  Result<ValueId> Finish() {
    Emit emit(scope_.context(), scope_.model());
    SCOREWAY_RETURN_IF_ERROR(AddIndicators(emit));
    if (columns_.empty()) return emit.Numbers(bias_);
    op::Linear linear;
    linear.precision = scope_.precision();
    linear.outputs = static_cast<uint32_t>(tables_);
    linear.weights.assign(tables_ * width_, 0);
    for (const auto& [place, coefficient] : coefficients_) {
      linear.weights[place.first * width_ + place.second] += coefficient;
    }
    for (double& weight : linear.weights) weight = RoundTo(weight, linear.precision);
    for (double& bias : bias_) bias = RoundTo(bias, linear.precision);
    linear.bias = bias_;
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(linear.weights.size() * sizeof(double), scope_.model()));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(columns_));
    return emit.Add(std::move(linear), {row});
  }

 private:
  struct Categories {
    Cell cell;
    std::vector<std::string> values;
    std::map<std::string, std::vector<std::pair<size_t, double>>, std::less<>> coefficients;  // by value: table, number
  };

  void Weigh(size_t table, uint32_t column, double coefficient) {
    coefficients_.push_back({{table, column}, coefficient});
  }

  // The column of a value of width 1, added if it is new.
  uint32_t ColumnOf(ValueId value) {
    const auto [it, is_new] = column_of_value_.emplace(value, width_);
    if (is_new) {
      columns_.push_back(value);
      ++width_;
    }
    return it->second;
  }

  Status AddNumeric(size_t table, const Element& predictor) {
    Context& context = scope_.context();
    Emit emit(context, predictor);
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.FieldOf(predictor, "name"));
    SCOREWAY_ASSIGN_OR_RETURN(const double coefficient, context.WantNumber(predictor, "coefficient"));
    SCOREWAY_ASSIGN_OR_RETURN(const double exponent, context.NumberOr(predictor, "exponent", 1));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.AsNumber(cell));
    if (exponent != 1) {
      auto [it, is_new] = powers_.emplace(std::pair(x, exponent), 0);
      if (is_new) {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId by, emit.Number(exponent));
        SCOREWAY_ASSIGN_OR_RETURN(it->second, emit.Binary(op::BinaryFunction::kPower, x, by));
      }
      x = it->second;
    }
    Weigh(table, ColumnOf(x), coefficient);
    return {};
  }

  Status AddCategorical(size_t table, const Element& predictor) {
    Context& context = scope_.context();
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(predictor, "name"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(predictor, "value"));
    SCOREWAY_ASSIGN_OR_RETURN(const double coefficient, context.WantNumber(predictor, "coefficient"));
    auto it = categories_.find(name);
    if (it == categories_.end()) {
      it = categories_.emplace(std::string(name), Categories{}).first;
      SCOREWAY_ASSIGN_OR_RETURN(it->second.cell, scope_.Field(name, predictor));
    }
    auto [entry, is_new] = it->second.coefficients.try_emplace(std::string(value));
    if (is_new) it->second.values.emplace_back(value);
    entry->second.emplace_back(table, coefficient);
    return {};
  }

  // A product of fields; a field of text counts as the number it is.
  Status AddTerm(size_t table, const Element& term) {
    Context& context = scope_.context();
    Emit emit(context, term);
    SCOREWAY_ASSIGN_OR_RETURN(const double coefficient, context.WantNumber(term, "coefficient"));
    std::optional<ValueId> product;
    for (const Element& ref : term.Children("FieldRef")) {
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.Evaluate(ref));
      SCOREWAY_ASSIGN_OR_RETURN(ValueId x, emit.AsNumber(cell));
      if (product) {
        SCOREWAY_ASSIGN_OR_RETURN(x, emit.Binary(op::BinaryFunction::kMultiply, *product, x));
      }
      product = x;
    }
    if (!product) return Status(Context::Corrupt(term, "it has no FieldRef"));
    Weigh(table, ColumnOf(*product), coefficient);
    return {};
  }

  // One column a category, 0 for what is missing or none of them.
  Status AddIndicators(Emit& emit) {
    for (auto& [name, categories] : categories_) {
      const auto count = static_cast<uint32_t>(categories.values.size());
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit.Encode(categories.cell, categories.values, op::kNaN));
      op::OneHot one_hot;
      one_hot.widths = {count};
      one_hot.slots.resize(1);
      for (uint32_t i = 0; i < count; ++i) one_hot.slots[0].push_back(static_cast<int32_t>(i));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId indicators, emit.Add(std::move(one_hot), {code}));
      for (uint32_t i = 0; i < count; ++i) {
        for (const auto& [table, coefficient] : categories.coefficients[categories.values[i]]) {
          Weigh(table, width_ + i, coefficient);
        }
      }
      columns_.push_back(indicators);
      width_ += count;
    }
    return {};
  }

  ModelScope& scope_;
  size_t tables_;
  std::vector<double> bias_;
  std::vector<ValueId> columns_;
  uint32_t width_ = 0;
  std::map<ValueId, uint32_t> column_of_value_;
  std::map<std::pair<ValueId, double>, ValueId> powers_;
  std::map<std::string, Categories, std::less<>> categories_;
  std::vector<std::pair<std::pair<size_t, uint32_t>, double>> coefficients_;
};

}  // namespace

Result<ValueId> LowerRegressionTables(ModelScope& scope, const std::vector<Element>& tables) {
  Predictors predictors(scope, tables.size());
  for (size_t i = 0; i < tables.size(); ++i) SCOREWAY_RETURN_IF_ERROR(predictors.AddTable(i, tables[i]));
  return predictors.Finish();
}

}  // namespace scoreway::pmml
