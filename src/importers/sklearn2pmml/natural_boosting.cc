// ngboost: the parameters of a distribution, boosted, and what is expected under it.

#include "importers/sklearn2pmml/natural_boosting.h"

#include <cmath>
#include <numbers>

#include "importers/sklearn/decision.h"

namespace scoreway::sklearn2pmml {
namespace {

// The columns that a round of boosting looks at.
Result<Table> SelectRound(const Object& columns_at, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Labels columns, columns_at.ReadLabels());
  std::vector<size_t> positions;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns.type == Type::kBool) {
      if (columns.numbers[i] != 0) positions.push_back(i);
      continue;
    }
    if (columns.type == Type::kString || !(columns.numbers[i] >= 0)) return columns_at.Corrupt("not a list of columns");
    positions.push_back(static_cast<size_t>(columns.numbers[i]));
  }
  for (size_t position : positions) {
    if (position >= in.width()) return columns_at.Corrupt("a column out of range");
  }
  return in.Select(positions);
}

Result<std::vector<Object>> ReadRounds(const Object& boosting, std::string_view name, size_t rounds) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Object> items, boosting.Items(name));
  if (items.size() < rounds) return boosting.Corrupt("not one entry a round");
  return items;
}

// The start less the learning rate times the scaled predictions of every round, a column a parameter.
Result<ValueId> AddParameters(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(sklearn::Matrix start, boosting.Numbers("init_params"));
  SCOREWAY_ASSIGN_OR_RETURN(const double rate, boosting.Number("learning_rate"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> rounds, boosting.Items("base_models"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> scalings, ReadRounds(boosting, "scalings", rounds.size()));
  const Object columns_at = boosting.Get("col_idxs");
  std::vector<Object> columns;
  if (columns_at.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(columns, ReadRounds(boosting, "col_idxs", rounds.size()));
  }
  const size_t parameters = start.size();
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId begin, context.Add(op::Constant{std::move(start.values)}, {}, boosting));
  op::WeightedSum sum;
  sum.weights = {1};
  std::vector<ValueId> parts = {begin};
  for (size_t round = 0; round < rounds.size(); ++round) {
    Table table = in;
    if (!columns.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(table, SelectRound(columns[round], in));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> models, rounds[round].Items());
    if (models.size() != parameters) return rounds[round].Corrupt("not one model a parameter");
    std::vector<ValueId> values;
    for (const Object& model : models) {
      SCOREWAY_ASSIGN_OR_RETURN(const Prediction one, context.Predict(model, table));
      if (!one.numbers || context.width(*one.numbers) != 1) return model.Corrupt("a regressor was expected");
      values.push_back(*one.numbers);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const double scaling, scalings[round].Number());
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context.Concat(std::move(values), boosting));
    parts.push_back(part);
    sum.weights.push_back(-rate * scaling);
  }
  return context.Add(std::move(sum), std::move(parts), boosting);
}

Result<ValueId> Column(Context& context, const Object& at, ValueId value, uint32_t column) {
  if (column >= context.width(value)) return at.Corrupt("a parameter is missing");
  return context.SelectColumns(value, {column}, at);
}

Result<ValueId> AddExp(Context& context, const Object& at, ValueId value) {
  return sklearn::AddUnary(context, at, op::UnaryFunction::kExp, value);
}

// Of a probability between a half and 1, by Newton's method.
double NormalQuantile(double probability) {
  double x = 0;
  for (int i = 0; i < 100; ++i) {
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    const double step = (0.5 * std::erfc(-x / std::numbers::sqrt2) - probability) / density;
    x -= step;
    if (std::fabs(step) < 1e-16) break;
  }
  return x;
}

// exp(m + s^2 / 2) for s = exp(second parameter).
Result<ValueId> MeanOfLogNormal(Context& context, const Object& at, ValueId parameters) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId location, Column(context, at, parameters, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId log_scale, Column(context, at, parameters, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scale, AddExp(context, at, log_scale));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId square, sklearn::AddUnary(context, at, op::UnaryFunction::kSquare, scale));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId half, sklearn::MultiplyAdd(context, at, square, 0.5, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(op::Binary{op::BinaryFunction::kAdd}, {location, half}, at));
  return AddExp(context, at, sum);
}

// Of survival times the saved object keeps the distribution that it was made from.
std::string DistributionOf(const Object& boosting) { return boosting.GetFirst({"Dist", "_basedist"}).class_name(); }

Result<ValueId> AddMean(Context& context, const Object& boosting, ValueId parameters) {
  const std::string name = DistributionOf(boosting);
  const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
  if (last == "LogNormal") return MeanOfLogNormal(context, boosting, parameters);
  const bool located = last == "Normal" || last == "NormalFixedVar" || last == "Laplace";
  const bool positive = last == "Exponential" || last == "Poisson";
  if (!located && !positive) return context.Unsupported(boosting, "the distribution " + name);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, Column(context, boosting, parameters, 0));
  return positive ? AddExp(context, boosting, first) : Result<ValueId>(first);
}

}  // namespace

Result<Prediction> PredictNaturalRegressor(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId parameters, AddParameters(context, boosting, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, AddMean(context, boosting, parameters));
  return sklearn::RegressorOf(mean);
}

std::optional<double> WantedConfidence(const Object& estimator) {
  if (!estimator.class_name().starts_with("ngboost.")) return std::nullopt;
  const Result<double> confidence = estimator.Get("pmml_options_").Get("confidence_level").Number();
  if (!confidence.ok() || !(*confidence > 0 && *confidence < 1)) return std::nullopt;
  return *confidence;
}

Result<ValueId> AddBounds(Context& context, const Object& boosting, const Table& in, double confidence) {
  const std::string name = DistributionOf(boosting);
  if (!name.ends_with(".Normal")) return context.Unsupported(boosting, "bounds under the distribution " + name);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId parameters, AddParameters(context, boosting, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId middle, Column(context, boosting, parameters, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId log_scale, Column(context, boosting, parameters, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scale, AddExp(context, boosting, log_scale));
  const double wide = NormalQuantile(0.5 + confidence / 2);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId width, sklearn::MultiplyAdd(context, boosting, scale, wide, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId low,
                            context.Add(op::Binary{op::BinaryFunction::kSubtract}, {middle, width}, boosting));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId high,
                            context.Add(op::Binary{op::BinaryFunction::kAdd}, {middle, width}, boosting));
  return context.Concat({low, high}, boosting);
}

// The first class has the score 0, each other a parameter.
Result<Prediction> PredictNaturalClassifier(Context& context, const Object& boosting, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId parameters, AddParameters(context, boosting, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, boosting));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, context.Concat({zero, parameters}, boosting));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probabilities,
                            sklearn::AddRow(context, boosting, op::RowFunction::kSoftmax, scores));
  Labels labels;
  labels.type = Type::kInt64;
  for (size_t k = 0; k < context.width(scores); ++k) labels.numbers.push_back(static_cast<double>(k));
  return sklearn::ClassifierOfProbabilities(context, boosting, std::move(labels), probabilities);
}

}  // namespace scoreway::sklearn2pmml
