// Linear predictors, and the regressions on one number.

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// coefficients * features + intercept, of a model of one output.
Result<ValueId> Margin(Context& context, const Stage& stage, const parquet::Table& table) {
  op::Linear linear;
  SCOREWAY_ASSIGN_OR_RETURN(linear.weights, stage.VectorOf(table, "coefficients"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, linear.weights.size()));
  SCOREWAY_ASSIGN_OR_RETURN(linear.bias.emplace_back(), stage.NumberOf(table, "intercept"));
  return context.Add(stage, std::move(linear), {features.value});
}

Result<ValueId> Unary(Context& context, const Stage& stage, op::UnaryFunction function, ValueId value) {
  return context.Add(stage, op::Unary{function}, {value});
}

Result<ValueId> Binary(Context& context, const Stage& stage, op::BinaryFunction function, ValueId a, ValueId b) {
  return context.Add(stage, op::Binary{function}, {a, b});
}

}  // namespace

Status LowerLinearRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, Margin(context, stage, table));
  return SetPrediction(context, stage, margin);
}

Status LowerLinearSvc(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, Margin(context, stage, table));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, BothSides(context, stage, margin));
  SCOREWAY_ASSIGN_OR_RETURN(const double threshold, stage.Number("threshold", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, context.Add(stage, op::Threshold{threshold}, {margin}));
  return SetClassifierColumns(context, stage, raw, std::nullopt, prediction);
}

namespace {

// Of two classes: probability 0 is 1 / (1 + exp(-raw_0)) and probability 1 what is left; the threshold is on the
// margin.
Status LowerBinomial(Context& context, const Stage& stage, const Matrix& weights, const std::vector<double>& bias,
                     ValueId features) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin,
                            context.Add(stage, op::Linear{.weights = weights.values, .bias = bias}, {features}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId raw, BothSides(context, stage, margin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, ProbabilitiesOfMargin(context, stage, margin, 1));

  SCOREWAY_ASSIGN_OR_RETURN(double threshold, stage.Number("threshold", 0.5));
  if (stage.IsSet("thresholds")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> thresholds, stage.Numbers("thresholds"));
    if (thresholds.size() != 2) return stage.Corrupt("has not one threshold a class");
    threshold = 1 / (1 + thresholds[0] / thresholds[1]);
  }
  const double on_margin = threshold == 0   ? -kInfinity
                           : threshold == 1 ? kInfinity
                                            : std::log(threshold / (1 - threshold));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, context.Add(stage, op::Threshold{on_margin}, {margin}));
  return SetClassifierColumns(context, stage, raw, probability, prediction);
}

}  // namespace

Status LowerLogisticRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix weights, stage.MatrixOf(table, "coefficientMatrix"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, weights.columns));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> bias, stage.VectorOf(table, "interceptVector"));
  SCOREWAY_ASSIGN_OR_RETURN(const double multinomial, stage.NumberOf(table, "isMultinomial"));
  if (multinomial == 0) return LowerBinomial(context, stage, weights, bias, features.value);
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId raw,
      context.Add(stage,
                  op::Linear{.outputs = static_cast<uint32_t>(weights.rows), .weights = weights.values, .bias = bias},
                  {features.value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Row{op::RowFunction::kSoftmax}, {raw}));
  return SetClassifierColumns(context, stage, raw, probability);
}

namespace {

// The inverse of a link of GeneralizedLinearRegression; `power` is that of the link of the tweedie family.
Result<ValueId> Unlink(Context& context, const Stage& stage, const std::string& link, double power, ValueId eta) {
  using op::UnaryFunction;
  if (link == "identity") return eta;
  if (link == "log") return Unary(context, stage, UnaryFunction::kExp, eta);
  if (link == "logit") return Unary(context, stage, UnaryFunction::kLogistic, eta);
  if (link == "inverse") return Unary(context, stage, UnaryFunction::kReciprocal, eta);
  if (link == "sqrt") return Unary(context, stage, UnaryFunction::kSquare, eta);
  if (link == "probit") return Unary(context, stage, UnaryFunction::kNormalCdf, eta);
  if (link == "cloglog") return Unary(context, stage, UnaryFunction::kCloglogInverse, eta);
  if (link == "power") {
    if (power == 0) return Unary(context, stage, UnaryFunction::kExp, eta);
    if (power == 1) return eta;
    if (power == -1) return Unary(context, stage, UnaryFunction::kReciprocal, eta);
    if (power == 0.5) return Unary(context, stage, UnaryFunction::kSquare, eta);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId exponent, context.Add(stage, op::Constant{{1 / power}}, {}));
    return Binary(context, stage, op::BinaryFunction::kPower, eta, exponent);
  }
  return context.Unsupported(stage, "the link '" + link + "'");
}

// A mean of 0s and 1s is the probability of class 1.
Status NoteBinomial(Context& context, const Stage& stage, ValueId mean) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, Rest(context, stage, mean));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId probability, context.Add(stage, op::Concat{}, {rest, mean}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, context.Add(stage, op::Threshold{0.5}, {mean}));
  return NoteLabel(context, stage, code, probability);
}

std::string CanonicalLink(const std::string& family) {
  if (family == "binomial") return "logit";
  if (family == "poisson") return "log";
  if (family == "gamma") return "inverse";
  return "identity";
}

}  // namespace

Status LowerGeneralizedLinearRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(ValueId eta, Margin(context, stage, table));
  SCOREWAY_ASSIGN_OR_RETURN(std::string family, stage.Text("family", "gaussian"));
  family = AsciiLower(std::move(family));
  if (stage.IsSet("offsetCol")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("offsetCol"));
    if (!name.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn offset, context.Number(stage, name));
      SCOREWAY_ASSIGN_OR_RETURN(eta, Binary(context, stage, op::BinaryFunction::kAdd, eta, offset.value));
    }
  }
  std::string link = "power";
  double power = 1;
  if (family == "tweedie") {
    SCOREWAY_ASSIGN_OR_RETURN(const double variance_power, stage.Number("variancePower", 0));
    SCOREWAY_ASSIGN_OR_RETURN(power, stage.Number("linkPower", 1 - variance_power));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(link, stage.Text("link", CanonicalLink(family)));
    link = AsciiLower(std::move(link));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, Unlink(context, stage, link, power, eta));
  SCOREWAY_RETURN_IF_ERROR(SetPrediction(context, stage, mean));
  if (family == "binomial") SCOREWAY_RETURN_IF_ERROR(NoteBinomial(context, stage, mean));  // takes its place
  SCOREWAY_ASSIGN_OR_RETURN(const std::string link_column, stage.Text("linkPredictionCol", ""));
  if (link_column.empty()) return {};
  context.SetNumber(link_column, eta);
  context.MarkAnswer(link_column);
  return {};
}

// Linear between the boundaries, constant outside.
Status LowerIsotonicRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("featuresCol", "features"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, context.Any(stage, name));
  SCOREWAY_ASSIGN_OR_RETURN(const double index, stage.Number("featureIndex", 0));
  op::Interpolate interpolate;
  SCOREWAY_ASSIGN_OR_RETURN(interpolate.x, stage.NumbersOf(table, "boundaries"));
  SCOREWAY_ASSIGN_OR_RETURN(interpolate.y, stage.NumbersOf(table, "predictions"));
  ValueId x = features.value;
  if (features.kind == FrameColumn::Kind::kVector) {
    if (!(index >= 0 && index < features.width)) return stage.Corrupt("takes a feature that is not there");
    SCOREWAY_ASSIGN_OR_RETURN(x, context.Select(stage, x, {static_cast<uint32_t>(index)}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, context.Add(stage, std::move(interpolate), {x}));
  return SetPrediction(context, stage, prediction);
}

Status LowerAftSurvivalRegression(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId margin, Margin(context, stage, table));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction, Unary(context, stage, op::UnaryFunction::kExp, margin));
  SCOREWAY_RETURN_IF_ERROR(SetPrediction(context, stage, prediction));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string quantiles, stage.Text("quantilesCol", ""));
  if (quantiles.empty()) return {};
  // exp(margin) * exp(log(-log(1 - p)) * scale), a quantile each.
  SCOREWAY_ASSIGN_OR_RETURN(const double scale, stage.NumberOf(table, "scale"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> probabilities, stage.Numbers("quantileProbabilities"));
  std::vector<double> factors;
  for (const double p : probabilities) factors.push_back(std::exp(std::log(-std::log(1 - p)) * scale));
  const std::vector<uint32_t> same(factors.size(), 0);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId repeated, context.Select(stage, prediction, same));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId scaled,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, std::move(factors)}, {repeated}));
  context.SetVector(quantiles, scaled);
  context.MarkAnswer(quantiles);
  return {};
}

}  // namespace scoreway::spark
