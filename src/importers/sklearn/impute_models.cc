// Imputers that look at the other columns: the nearest rows of training, or a regression for each column.

#include <algorithm>
#include <cmath>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// Only NaN stands for a missing cell.
Status WantNaN(Context& context, const Object& imputer) {
  const Object marker = imputer.Get("missing_values");
  if (!marker.has_value() || !marker.is_number()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const double number, marker.Number());
  return std::isnan(number) ? Status() : Status(context.Unsupported(imputer, "a number that stands for missing"));
}

Table WithoutMissing(Table table) {
  for (TableColumn& column : table.columns) column.missing_from.clear();
  return table;
}

struct Points {
  Matrix matrix;
  std::vector<double> means;
  std::vector<bool> empty;  // a column without any value
};

Result<Points> ReadPoints(const Object& imputer, size_t width) {
  Points points;
  SCOREWAY_ASSIGN_OR_RETURN(points.matrix, imputer.Numbers("_fit_X"));
  if (points.matrix.shape.size() != 2 || points.matrix.columns() != width || points.matrix.rows() == 0) {
    return imputer.Corrupt("points do not fit the columns");
  }
  for (size_t column = 0; column < width; ++column) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = column; i < points.matrix.size(); i += width) {
      if (std::isnan(points.matrix.values[i])) continue;
      sum += points.matrix.values[i];
      ++count;
    }
    points.empty.push_back(count == 0);
    points.means.push_back(count == 0 ? 0 : sum / static_cast<double>(count));
  }
  return points;
}

// The single columns that an IterativeImputer fills one after the other.
class Chain {
 public:
  Chain(Context& context, const Object& imputer, const Table& filled, const Table& raw)
      : context_(context), imputer_(imputer), filled_(filled), raw_(raw) {}

  Status Bounds(std::string_view low, std::string_view high, size_t all, const std::vector<size_t>& kept) {
    for (const auto& [name, to] : {std::pair(low, &low_), std::pair(high, &high_)}) {
      SCOREWAY_ASSIGN_OR_RETURN(const Matrix numbers, imputer_.Numbers(name));
      if (numbers.size() == 1) {
        to->assign(kept.size(), numbers.values[0]);
      } else if (numbers.size() == kept.size()) {
        *to = numbers.values;
      } else if (numbers.size() == all) {
        for (size_t column : kept) to->push_back(numbers.values[column]);
      } else {
        return Status(imputer_.Corrupt("not one bound a column"));
      }
    }
    return {};
  }

  Status Step(const Object& triplet) {
    const pickle::Node* args = (*triplet.node().AsInstance())->args;
    if (args == nullptr) return Status(triplet.Corrupt("a step without its parts"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Object(args, triplet.path()).Items());
    if (parts.size() != 3) return Status(triplet.Corrupt("a step has three parts"));
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t feature, parts[0].Integer());
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> others, parts[1].Integers());
    Table in;
    for (int64_t other : others) {
      if (other < 0 || static_cast<size_t>(other) >= filled_.width())
        return Status(parts[1].Corrupt("a column out of range"));
      in.columns.push_back(filled_.columns[static_cast<size_t>(other)]);
    }
    if (feature < 0 || static_cast<size_t>(feature) >= filled_.width()) {
      return Status(parts[0].Corrupt("a column out of range"));
    }
    return Fill(static_cast<size_t>(feature), parts[2], in);
  }

  const Table& filled() const { return filled_; }

 private:
  Status Fill(size_t feature, const Object& estimator, const Table& in) {
    SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context_.Predict(estimator, in));
    if (!prediction.numbers || context_.width(*prediction.numbers) != 1) {
      return Status(estimator.Corrupt("a regressor was expected"));
    }
    op::Affine clip{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
    clip.low = low_[feature];
    clip.high = high_[feature];
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context_.Add(std::move(clip), {*prediction.numbers}, imputer_));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, One(raw_.columns[feature]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, AddUnary(context_, imputer_, op::UnaryFunction::kIsMissing, raw));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId before, One(filled_.columns[feature]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId now, context_.Add(op::Where{}, {missing, value, before}, imputer_));
    filled_.columns[feature].value = now;
    filled_.columns[feature].column = 0;
    return {};
  }

  Result<ValueId> One(const TableColumn& column) {
    Table one;
    one.columns.push_back(column);
    return context_.Numbers(imputer_, one);
  }

  Context& context_;
  const Object& imputer_;
  Table filled_, raw_;
  std::vector<double> low_, high_;
};

}  // namespace

Result<Table> TransformKnnImputer(Context& context, const Object& imputer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(WantNaN(context, imputer));
  const Object metric = imputer.Get("metric");
  if (metric.has_value() && !(metric.is_text() && *metric.Text() == "nan_euclidean")) {
    return context.Unsupported(imputer, "a metric of the user's own");
  }
  const Object weights_at = imputer.Get("weights");
  if (weights_at.has_value() && !weights_at.is_text()) return context.Unsupported(imputer, "weights of the user's own");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string weights, imputer.TextOr("weights", "uniform"));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, imputer.Integer("n_neighbors"));
  if (count <= 0 || count > UINT32_MAX) return imputer.Corrupt("n_neighbors out of range");
  SCOREWAY_ASSIGN_OR_RETURN(Points points, ReadPoints(imputer, in.width()));
  // Of rows equally far scikit-learn takes those that numpy's partition leaves in front, which depends on the
  // processor.
  const auto whole = [](double cell) { return std::isnan(cell) || cell == std::floor(cell); };
  if (std::all_of(points.matrix.values.begin(), points.matrix.values.end(), whole)) {
    return context.Unsupported(imputer, "rows of whole numbers only, of which many are equally far");
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(points.matrix.size() * sizeof(double), imputer));
  op::ImputeNearest impute;
  impute.count = static_cast<uint32_t>(count);
  impute.inverse = weights == "distance";
  impute.points = std::move(points.matrix.values);
  impute.fill = std::move(points.means);
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(imputer, &checked, {.allow_nan = true}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(impute), {numbers}, imputer));
  Table all = WithoutMissing(context.TableOf(value, in));
  SCOREWAY_ASSIGN_OR_RETURN(const bool keep_empty, imputer.BoolOr("keep_empty_features", false));
  Table out;
  for (size_t column = 0; column < in.width(); ++column) {
    if (!points.empty[column]) {
      out.columns.push_back(all.columns[column]);
    } else if (keep_empty) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, imputer));
      out.Append(context.TableOf(zero));
    }
  }
  return WithIndicator(context, imputer, in, std::move(out));
}

Result<Table> TransformIterativeImputer(Context& context, const Object& imputer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(WantNaN(context, imputer));
  SCOREWAY_ASSIGN_OR_RETURN(const bool sampled, imputer.BoolOr("sample_posterior", false));
  if (sampled) return context.Unsupported(imputer, "values drawn at random");
  SCOREWAY_ASSIGN_OR_RETURN(const Object initial, imputer.Want("initial_imputer_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> statistics, initial.Vector("statistics_", in.width()));
  std::vector<size_t> kept;
  for (size_t column = 0; column < statistics.size(); ++column) {
    if (!std::isnan(statistics[column])) kept.push_back(column);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool keep_empty, imputer.BoolOr("keep_empty_features", false));
  if (keep_empty && kept.size() != in.width()) return context.Unsupported(imputer, "columns without any value");
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.FiniteNumbers(imputer, &checked, {.allow_nan = true}));
  SCOREWAY_ASSIGN_OR_RETURN(const Table filled, context.Transform(initial, in));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(imputer, filled, kept.size()));

  Chain chain(context, imputer, filled, context.TableOf(numbers).Select(kept));
  const bool hidden = imputer.Get("_min_value").exists();
  SCOREWAY_RETURN_IF_ERROR(
      chain.Bounds(hidden ? "_min_value" : "min_value_", hidden ? "_max_value" : "max_value_", in.width(), kept));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> steps, imputer.Items("imputation_sequence_"));
  for (const Object& step : steps) {
    if (!step.is_instance()) return step.Corrupt("a step was expected");
    SCOREWAY_RETURN_IF_ERROR(chain.Step(step));
  }
  return WithIndicator(context, imputer, in, WithoutMissing(chain.filled()));
}

}  // namespace scoreway::sklearn
