// Scalers of vectors, and the imputer.

#include <algorithm>
#include <cmath>

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// The vector of inputCol as (x - offset) * factor + shift, in that order; an empty vector skips its step.
Status Scale(Context& context, const Stage& stage, std::vector<double> offset, std::vector<double> factor,
             std::vector<double> shift = {}) {
  const size_t width = std::max(offset.size(), factor.size());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in_name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out_name, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Vector(stage, in_name, width));
  ValueId value = in.value;
  if (!offset.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(
        value, context.Add(stage, op::Affine{op::Affine::Form::kSubtractDivide, std::move(offset), {}}, {value}));
  }
  if (!factor.empty() || !shift.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(
        value,
        context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, std::move(shift), std::move(factor)}, {value}));
  }
  context.SetVector(out_name, value);
  return {};
}

// One over each; 0 where it is 0, so that the column becomes 0.
std::vector<double> Inverses(std::vector<double> values) {
  for (double& value : values) value = value == 0 ? 0 : 1 / value;
  return values;
}

}  // namespace

Status LowerStandardScaler(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const bool with_mean, stage.Bool("withMean", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool with_std, stage.Bool("withStd", true));
  std::vector<double> mean, factor;
  if (with_mean) {
    SCOREWAY_ASSIGN_OR_RETURN(mean, stage.VectorOf(table, "mean"));
  }
  if (with_std) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> deviation, stage.VectorOf(table, "std"));
    factor = Inverses(std::move(deviation));
  }
  return Scale(context, stage, std::move(mean), std::move(factor));
}

// (x - min) * scale + lower; a column that was constant becomes the middle of the range.
Status LowerMinMaxScaler(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> least, stage.VectorOf(table, "originalMin"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> most, stage.VectorOf(table, "originalMax"));
  SCOREWAY_ASSIGN_OR_RETURN(const double lower, stage.Number("min", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const double upper, stage.Number("max", 1));
  if (least.size() != most.size()) return stage.Corrupt("its data differ in length");
  std::vector<double> factor, shift;
  for (size_t i = 0; i < least.size(); ++i) {
    const double range = most[i] - least[i];
    factor.push_back(range == 0 ? 0 : (upper - lower) / range);
    shift.push_back(range == 0 ? 0.5 * (upper + lower) : lower);
  }
  return Scale(context, stage, least, std::move(factor), std::move(shift));
}

// Spark divides by the greatest absolute value through its inverse.
Status LowerMaxAbsScaler(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> greatest, stage.VectorOf(table, "maxAbs"));
  for (double& value : greatest) value = value == 0 ? 1 : value;
  return Scale(context, stage, {}, Inverses(std::move(greatest)));
}

Status LowerRobustScaler(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const bool with_centering, stage.Bool("withCentering", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool with_scaling, stage.Bool("withScaling", true));
  std::vector<double> median, factor;
  if (with_centering) {
    SCOREWAY_ASSIGN_OR_RETURN(median, stage.VectorOf(table, "median"));
  }
  if (with_scaling) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> range, stage.VectorOf(table, "range"));
    factor = Inverses(std::move(range));
  }
  return Scale(context, stage, std::move(median), std::move(factor));
}

// The data are one row of surrogates, a column each, named as the input columns.
Status LowerImputer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const ColumnPairs columns, stage.Columns());
  SCOREWAY_ASSIGN_OR_RETURN(const double marker, stage.Number("missingValue", std::nan("")));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  for (size_t i = 0; i < columns.in.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Number(stage, columns.in[i]));
    SCOREWAY_ASSIGN_OR_RETURN(const double surrogate, stage.NumberOf(table, columns.in[i]));
    context.AllowMissing(column);
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value,
                              context.Add(stage, op::ImputeNumber{std::nan(""), {surrogate}}, {column.value}));
    if (!std::isnan(marker)) {
      SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, op::ImputeNumber{marker, {surrogate}}, {value}));
    }
    context.SetNumber(columns.out[i], value);
  }
  return {};
}

}  // namespace scoreway::spark
