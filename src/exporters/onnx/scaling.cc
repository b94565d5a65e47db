// The operators of model/operators/scaling.h.

#include <algorithm>
#include <cmath>
#include <limits>

#include "exporters/onnx/formulas.h"
#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// ((1 + size)^lambda - 1) / lambda, a lambda a column; log(1 + size) where `is_log` is true of the column.
std::string Grow(Graph& graph, const std::string& size, const std::vector<double>& lambdas,
                 const std::vector<bool>& is_log, bool by_pow) {
  std::vector<double> divisors = lambdas;
  std::vector<double> log_columns(lambdas.size());
  for (size_t c = 0; c < lambdas.size(); ++c) {
    if (!is_log[c]) continue;
    divisors[c] = 1;
    log_columns[c] = 1;
  }
  const std::string lambda = graph.Row(divisors);
  const std::string grown =
      by_pow ? graph.Op("Sub", graph.Op("Pow", graph.Op("Add", size, graph.Number(1)), lambda), graph.Number(1))
             : Expm1(graph, graph.Op("Mul", lambda, Log1p(graph, size)));
  const std::string power = graph.Op("Div", grown, lambda);
  if (std::find(is_log.begin(), is_log.end(), true) == is_log.end()) return power;
  const std::string takes_log = graph.Op("Greater", graph.Row(log_columns), graph.Number(0));
  return graph.Op("Where", takes_log, Log1p(graph, size), power);
}

std::string YeoJohnson(Graph& graph, const std::string& x, const op::PowerTransform& op) {
  const bool by_pow = op.method == op::PowerTransform::Method::kYeoJohnsonByPow;
  std::vector<double> mirrored;
  std::vector<bool> is_log, is_mirrored_log;
  for (const double lambda : op.lambdas) {
    is_log.push_back(std::fabs(lambda) < kEpsilon);
    mirrored.push_back(2 - lambda);
    is_mirrored_log.push_back(!(std::fabs(lambda - 2) > kEpsilon));
  }
  // Each branch is given sizes of its own side only, so that neither makes a NaN that the other would not.
  const std::string zero = graph.Number(0);
  const std::string is_negative = graph.Op("Less", x, zero);
  const std::string up = graph.Op("Where", is_negative, zero, x);
  const std::string down = graph.Op("Neg", graph.Op("Where", is_negative, x, zero));
  const std::string above = Grow(graph, up, op.lambdas, is_log, by_pow);
  const std::string below = graph.Op("Neg", Grow(graph, down, mirrored, is_mirrored_log, by_pow));
  return graph.Op("Where", is_negative, below, above);
}

// As scipy.special.boxcox, with its care where the power would overflow before it is divided.
std::string BoxCox(Graph& graph, const std::string& x, const std::vector<double>& lambdas) {
  std::vector<double> divisors = lambdas, log_columns(lambdas.size()), log_sizes, signs, inverses;
  for (size_t c = 0; c < lambdas.size(); ++c) {
    if (std::fabs(lambdas[c]) < 1e-19) {
      divisors[c] = 1;
      log_columns[c] = 1;
    }
    log_sizes.push_back(std::log(std::fabs(divisors[c])));
    signs.push_back(std::copysign(1.0, divisors[c]));
    inverses.push_back(1 / divisors[c]);
  }
  const std::string log = graph.Op("Log", x);
  const std::string lambda = graph.Row(divisors);
  const std::string exponent = graph.Op("Mul", lambda, log);
  const std::string power = graph.Op("Div", Expm1(graph, exponent), lambda);
  const std::string large =
      graph.Op("Mul", graph.Row(signs), graph.Op("Exp", graph.Op("Sub", exponent, graph.Row(log_sizes))));
  const std::string overflows = graph.Op("GreaterOrEqual", exponent, graph.Number(709.78));
  const std::string any = graph.Op("Where", overflows, graph.Op("Sub", large, graph.Row(inverses)), power);
  const std::string takes_log = graph.Op("Greater", graph.Row(log_columns), graph.Number(0));
  return graph.Op("Where", takes_log, log, any);
}

std::string RowNorm(Site& site, op::NormalizeRows::Norm norm) {
  using enum op::NormalizeRows::Norm;
  Graph& graph = site.graph();
  if (norm == kL2) return graph.Op("Sqrt", graph.OverColumns("ReduceSum", graph.Op("Mul", site.in(), site.in())));
  const std::string sizes = graph.Op("Abs", site.in());
  if (norm == kL1) return graph.OverColumns("ReduceSum", sizes);
  const std::string greatest = graph.OverColumns("ReduceMax", sizes);
  if (!site.input().may_be_missing) return greatest;
  const std::string missing = graph.OverColumns("ReduceMax", AsNumber(graph, graph.Op("IsNaN", site.in())));
  return MissingWhere(graph, graph.Cast(missing, Element::kBool), greatest);
}

}  // namespace

void Lower(const op::Affine& op, Site& site) {
  Graph& graph = site.graph();
  std::string x = site.in();
  if (op.form == op::Affine::Form::kSubtractDivide) {
    if (!op.offset.empty()) x = graph.Op("Sub", x, graph.Row(op.offset));
    if (!op.factor.empty()) x = graph.Op("Div", x, graph.Row(op.factor));
  } else {
    if (!op.factor.empty()) x = graph.Op("Mul", x, graph.Row(op.factor));
    if (!op.offset.empty()) x = graph.Op("Add", x, graph.Row(op.offset));
  }
  if (op.low > -op::kInfinity) x = AtLeast(graph, x, graph.Number(op.low));
  if (op.high < op::kInfinity) x = AtMost(graph, x, graph.Number(op.high));
  site.Give(x, site.input().may_be_missing);
}

void Lower(const op::NormalizeRows& op, Site& site) {
  Graph& graph = site.graph();
  const std::string norm = RowNorm(site, op.norm);
  const std::string is_small =
      graph.Op(op.least_norm > 0 ? "Less" : "LessOrEqual", norm, graph.Number(std::max(op.least_norm, 0.0)));
  site.Give(graph.Op("Div", site.in(), graph.Op("Where", is_small, graph.Number(1), norm)),
            site.input().may_be_missing);
}

void Lower(const op::PowerTransform& op, Site& site) {
  const bool box_cox = op.method == op::PowerTransform::Method::kBoxCox;
  site.Give(box_cox ? BoxCox(site.graph(), site.in(), op.lambdas) : YeoJohnson(site.graph(), site.in(), op),
            site.input().may_be_missing || box_cox);
}

void Lower(const op::QuantileTransform& op, Site& site) {
  if (op.to_normal) return site.Refuse("ONNX has no quantiles of the normal distribution");
  Graph& graph = site.graph();
  const size_t count = op.references.size();
  std::vector<std::string> columns;
  for (uint32_t c = 0; c < site.width(); ++c) {
    const auto begin = op.quantiles.begin() + static_cast<ptrdiff_t>(c * count);
    const std::vector<double> quantiles(begin, begin + static_cast<ptrdiff_t>(count));
    if (!CanInterpolate(quantiles, op.references)) return site.Refuse("it interpolates through an infinite point");
    const std::string x = graph.Column(site.in(), c);
    const std::string both = graph.Op("Add", Interpolated(graph, x, quantiles, op.references, From::kLeft),
                                      Interpolated(graph, x, quantiles, op.references, From::kRight));
    // Cells at the ends are the ends, though quantiles repeat there.
    std::string y = graph.Op("Mul", graph.Number(0.5), both);
    y = graph.Op("Where", graph.Op("Equal", x, graph.Number(quantiles.back())), graph.Number(1), y);
    columns.push_back(graph.Op("Where", graph.Op("Equal", x, graph.Number(quantiles.front())), graph.Number(0), y));
  }
  std::string y = graph.SideBySide(columns);
  if (site.input().may_be_missing) y = MissingWhere(graph, graph.Op("IsNaN", site.in()), y);
  site.Give(y, site.input().may_be_missing);
}

}  // namespace scoreway::onnx_export
