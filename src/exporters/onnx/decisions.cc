// The operators of model/operators/decisions.h.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "exporters/onnx/formulas.h"
#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

// A column more is a handful of nodes more.
constexpr size_t kMedianColumnsMax = 500;

// x, but missing in rows of which a cell is missing; some runtimes pass over NaN.
std::string UnlessAnyMissing(Site& site, const std::string& x) {
  if (!site.input().may_be_missing) return x;
  Graph& graph = site.graph();
  const std::string any = graph.OverColumns("ReduceMax", AsNumber(graph, graph.Op("IsNaN", site.in())));
  return MissingWhere(graph, graph.Cast(any, Element::kBool), x);
}

// The index of the greatest or least cell, the first of equals; NaN counts as the best.
std::string ArgBest(Site& site, std::string_view type) {
  Graph& graph = site.graph();
  const std::vector<Attribute> attributes = {{"axis", int64_t{1}}, {"keepdims", int64_t{1}}};
  std::string best = AsNumber(graph, graph.Node(type, {site.in()}, attributes));
  if (!site.input().may_be_missing) return best;
  const std::string missing = AsNumber(graph, graph.Op("IsNaN", site.in()));
  const std::string first = AsNumber(graph, graph.Node("ArgMax", {missing}, attributes));
  const std::string any = graph.Cast(graph.OverColumns("ReduceMax", missing), Element::kBool);
  return graph.Op("Where", any, first, best);
}

void NormalizeSum(bool zero_sum_uniform, Site& site) {
  Graph& graph = site.graph();
  const std::string sum = graph.OverColumns("ReduceSum", site.in());
  const std::string is_zero = graph.Op("Equal", sum, graph.Number(0));
  std::string shares = graph.Op("Div", site.in(), graph.Op("Where", is_zero, graph.Number(1), sum));
  if (zero_sum_uniform) shares = graph.Op("Where", is_zero, graph.Number(1.0 / site.width()), shares);
  site.Give(shares, site.input().may_be_missing);
}

}  // namespace

void Lower(const op::Row& op, Site& site) {
  using enum op::RowFunction;
  Graph& graph = site.graph();
  const bool missing = site.input().may_be_missing;
  const std::vector<Attribute> over_columns = {{"axis", int64_t{1}}};
  switch (op.function) {
    case kSoftmax: return site.Give(UnlessAnyMissing(site, graph.Node("Softmax", {site.in()}, over_columns)), missing);
    case kLogSoftmax:
      return site.Give(UnlessAnyMissing(site, graph.Node("LogSoftmax", {site.in()}, over_columns)), missing);
    case kNormalizeSum: return NormalizeSum(op.zero_sum_uniform, site);
    case kArgMax: return site.GiveCodes(ArgBest(site, "ArgMax"), false, site.width());
    case kArgMin: return site.GiveCodes(ArgBest(site, "ArgMin"), false, site.width());
    case kSort: return site.Refuse("ONNX sorts no missing numbers");
    case kCumulativeSum: return site.Give(graph.Op("CumSum", site.in(), graph.Constant(Ints({1}))), missing);
  }
}

void Lower(const op::Threshold& op, Site& site) {
  Graph& graph = site.graph();
  const std::string passes =
      graph.Op(op.or_equal ? "GreaterOrEqual" : "Greater", site.in(), graph.Number(op.threshold));
  std::string answer = AsNumber(graph, passes);
  if (site.input().may_be_missing) answer = MissingWhere(graph, graph.Op("IsNaN", site.in()), answer);
  site.GiveCodes(answer, site.input().may_be_missing, 2);
}

void Lower(const op::WeightedSum& op, Site& site) {
  Graph& graph = site.graph();
  std::string sum;
  for (size_t i = 0; i < site.input_count(); ++i) {
    std::string x = site.in(i);
    if (!op.weights.empty() && op.weights[i] != 1) x = graph.Op("Mul", x, graph.Number(op.weights[i]));
    sum = i == 0 ? x : graph.Op("Add", sum, x);
  }
  if (op.divisor != 1) sum = graph.Op("Div", sum, graph.Number(op.divisor));
  site.Give(sum, site.any_missing());
}

void Lower(const op::Votes& op, Site& site) {
  Graph& graph = site.graph();
  std::vector<std::string> voters;
  bool whole = true;
  for (size_t i = 0; i < site.input_count(); ++i) {
    voters.push_back(site.in(i));
    whole &= site.input(i).whole;
  }
  std::string codes = graph.SideBySide(voters);
  if (!whole) codes = graph.Op("Floor", codes);
  std::vector<std::string> columns;
  for (uint32_t k = 0; k < op.classes; ++k) {
    std::string votes = AsNumber(graph, graph.Op("Equal", codes, graph.Number(k)));
    if (!op.weights.empty()) votes = graph.Op("Mul", votes, graph.Row(op.weights));
    columns.push_back(graph.OverColumns("ReduceSum", votes));
  }
  std::string answer = graph.SideBySide(columns);
  if (site.any_missing()) {
    const std::string missing = graph.OverColumns("ReduceMax", AsNumber(graph, graph.Op("IsNaN", codes)));
    answer = MissingWhere(graph, graph.Cast(missing, Element::kBool), answer);
  }
  site.Give(answer, site.any_missing());
}

void Lower(const op::Interpolate& op, Site& site) {
  Graph& graph = site.graph();
  if (!CanInterpolate(op.x, op.y)) return site.Refuse("it interpolates through an infinite point");
  std::vector<std::string> columns;
  for (uint32_t c = 0; c < site.width(); ++c) {
    columns.push_back(Interpolated(graph, graph.Column(site.in(), c), op.x, op.y, From::kLeft));
  }
  std::string y = graph.SideBySide(columns);
  const std::string& x = site.in();
  if (op.nan_outside) {
    const std::string within = graph.Op("And", graph.Op("GreaterOrEqual", x, graph.Number(op.x[0])),
                                        graph.Op("LessOrEqual", x, graph.Number(op.x.back())));
    y = MissingWhere(graph, graph.Op("Not", within), y);
  } else if (site.input().may_be_missing) {
    y = MissingWhere(graph, graph.Op("IsNaN", x), y);
  }
  site.Give(y, op.nan_outside || site.input().may_be_missing);
}

// The least cell at which the weights of the cells up to it reach half of all.
void Lower(const op::WeightedMedian& op, Site& site) {
  Graph& graph = site.graph();
  if (op.weights.size() > kMedianColumnsMax)
    return site.Refuse("it has more columns than a graph should have nodes for");
  const double half = 0.5 * std::accumulate(op.weights.begin(), op.weights.end(), 0.0);
  std::vector<std::string> candidates;
  for (uint32_t c = 0; c < op.weights.size(); ++c) {
    const std::string cell = graph.Column(site.in(), c);
    const std::string weights =
        graph.Op("Mul", AsNumber(graph, graph.Op("LessOrEqual", site.in(), cell)), graph.Row(op.weights));
    const std::string reaches = graph.Op("GreaterOrEqual", graph.OverColumns("ReduceSum", weights), graph.Number(half));
    candidates.push_back(graph.Op("Where", reaches, cell, graph.Number(op::kInfinity)));
  }
  const std::string median = graph.OverColumns("ReduceMin", graph.SideBySide(candidates));
  site.Give(UnlessAnyMissing(site, median), site.input().may_be_missing);
}

void Lower(const op::GaussianLikelihood& op, Site& site) {
  Graph& graph = site.graph();
  const size_t width = site.width();
  std::vector<std::string> columns;
  std::vector<double> offsets;
  for (size_t k = 0; k < op.log_prior.size(); ++k) {
    const auto begin = static_cast<ptrdiff_t>(k * width), end = static_cast<ptrdiff_t>((k + 1) * width);
    const std::vector<double> means(op.mean.begin() + begin, op.mean.begin() + end);
    const std::vector<double> variances(op.variance.begin() + begin, op.variance.begin() + end);
    double scale = 0;
    for (const double variance : variances) scale += std::log(2 * std::numbers::pi * variance);
    offsets.push_back(-0.5 * scale);
    const std::string apart = graph.Op("Sub", site.in(), graph.Row(means));
    const std::string shares = graph.Op("Div", graph.Op("Mul", apart, apart), graph.Row(variances));
    columns.push_back(graph.OverColumns("ReduceSum", shares));
  }
  const std::string halves = graph.Op("Mul", graph.SideBySide(columns), graph.Number(0.5));
  const std::string likelihood = graph.Op("Sub", graph.Row(offsets), halves);
  site.Give(graph.Op("Add", graph.Row(op.log_prior), likelihood), site.input().may_be_missing);
}

}  // namespace scoreway::onnx_export
