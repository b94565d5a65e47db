// Polynomial and AggregateRow of model/operators/derived.h.

#include <algorithm>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

// Counts of present cells, [N, 1].
std::string CountPresent(Site& site) {
  Graph& graph = site.graph();
  return graph.OverColumns("ReduceSum", AsNumber(graph, graph.Op("Not", graph.Op("IsNaN", site.in()))));
}

struct Reduction {
  std::string_view type;
  double neutral;  // what a missing cell counts as when it is skipped
};

std::optional<Reduction> ReductionOf(op::RowAggregate function) {
  switch (function) {
    case op::RowAggregate::kSum:
    case op::RowAggregate::kMean: return Reduction{"ReduceSum", 0};
    case op::RowAggregate::kProduct: return Reduction{"ReduceProd", 1};
    case op::RowAggregate::kMin: return Reduction{"ReduceMin", op::kInfinity};
    case op::RowAggregate::kMax: return Reduction{"ReduceMax", -op::kInfinity};
    case op::RowAggregate::kMedian:
    case op::RowAggregate::kCount: break;
  }
  return std::nullopt;
}

}  // namespace

void Lower(const op::Polynomial& op, Site& site) {
  Graph& graph = site.graph();
  // Products of k factors, k the same for all: shorter ones are filled up with a column of ones.
  const uint32_t ones = site.width();
  size_t degree = 0;
  bool pads = false;
  for (size_t i = 0; i < op.ends.size(); ++i) degree = std::max<size_t>(degree, op.ends[i] - (i ? op.ends[i - 1] : 0));
  std::vector<std::vector<uint32_t>> factors(std::max<size_t>(degree, 1));
  for (size_t i = 0; i < op.ends.size(); ++i) {
    const uint32_t begin = i ? op.ends[i - 1] : 0;
    for (size_t k = 0; k < factors.size(); ++k) {
      const bool present = begin + k < op.ends[i];
      pads |= !present;
      factors[k].push_back(present ? op.factors[begin + k] : ones);
    }
  }
  const std::string x = pads ? graph.SideBySide({site.in(), SameRows(site, {1})}) : site.in();
  std::string product = graph.Columns(x, factors[0]);
  for (size_t k = 1; k < factors.size(); ++k) product = graph.Op("Mul", product, graph.Columns(x, factors[k]));
  site.Give(product, site.input().may_be_missing);
}

void Lower(const op::AggregateRow& op, Site& site) {
  Graph& graph = site.graph();
  const bool missing = site.input().may_be_missing;
  if (op.function == op::RowAggregate::kCount) return site.Give(CountPresent(site), false, true);
  const std::optional<Reduction> reduction = ReductionOf(op.function);
  if (!reduction) return site.Refuse("there are no ONNX operators for a median");
  std::string x = site.in();
  if (missing) x = graph.Op("Where", graph.Op("IsNaN", x), graph.Number(reduction->neutral), x);
  std::string answer = graph.OverColumns(reduction->type, x);
  const std::string all = graph.Number(static_cast<double>(site.width()));
  const std::string count = missing ? CountPresent(site) : all;
  if (op.function == op::RowAggregate::kMean) answer = graph.Op("Div", answer, count);
  if (missing) {
    const std::string least = op.skip_missing ? graph.Number(1) : all;
    answer = MissingWhere(graph, graph.Op("Less", count, least), answer);
  }
  site.Give(answer, missing);
}

}  // namespace scoreway::onnx_export
