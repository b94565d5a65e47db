// The operators of model/operators/checks.h.

#include <cmath>

#include "exporters/onnx/formulas.h"
#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {
namespace {

// From here on upwards a number rounds to the infinite float32.
constexpr double kFloat32Overflow = 0x1.ffffffp+127;

// Bools [N, 1]: whether the cells of a column are among a list.
std::string IsAmong(Graph& graph, const std::string& column, const TensorData& list) {
  const std::string hits = AsNumber(graph, graph.Op("Equal", column, graph.Constant(list)));
  return graph.Cast(graph.OverColumns("ReduceMax", hits), Element::kBool);
}

TensorData List(const std::vector<double>& values) { return Doubles(values); }
TensorData List(const std::vector<std::string>& values) { return Texts(values); }

// Bools: whether each cell is among its column's allowed ones; an empty list allows all.
template <typename Cell>
std::string IsAllowed(Site& site, const std::string& cells, const std::vector<std::vector<Cell>>& allowed) {
  Graph& graph = site.graph();
  std::vector<std::string> columns;
  for (uint32_t c = 0; c < allowed.size(); ++c) {
    const std::string column = graph.Column(cells, c);
    columns.push_back(allowed[c].empty() ? graph.Op("Equal", column, column)
                                         : IsAmong(graph, column, List(allowed[c])));
  }
  return graph.SideBySide(columns);
}

// x where the cells are outliers made missing or clipped.
std::string TreatOutliers(Graph& graph, const op::NumberDomain& op, const std::string& x) {
  using Outlier = op::NumberDomain::Outlier;
  if (op.outlier == Outlier::kKeep) return x;
  const std::string low = graph.Row(op.clip_low), high = graph.Row(op.clip_high);
  const std::string missing = graph.Number(op::kNaN);
  const bool clips = op.outlier == Outlier::kClip;
  const std::string below = graph.Op("Where", graph.Op("Less", x, low), clips ? low : missing, x);
  return graph.Op("Where", graph.Op("Greater", x, high), clips ? high : missing, below);
}

}  // namespace

void Lower(const op::RequireFinite& op, Site& site) {
  Graph& graph = site.graph();
  const std::string size = graph.Op("Abs", site.in());
  const std::string limit = graph.Number(op.as_float32 ? kFloat32Overflow : op::kInfinity);
  // A comparison with NaN is false.
  if (op.allow_nan) {
    site.RejectRows(graph.Op("GreaterOrEqual", size, limit));
  } else {
    site.RejectRows(graph.Op("Not", graph.Op("Less", size, limit)));
  }
  site.Give(site.in(), op.allow_nan && site.input().may_be_missing, site.input().whole);
}

void Lower(const op::NumberDomain& op, Site& site) {
  Graph& graph = site.graph();
  std::string x = site.in();
  for (const double marker : op.missing_markers) {
    if (!std::isnan(marker)) x = MissingWhere(graph, graph.Op("Equal", x, graph.Number(marker)), x);
  }
  std::string result = TreatOutliers(graph, op, x);
  if (op.invalid != op::InvalidCell::kKeep || result != x) {
    std::string valid = graph.Op("And", graph.Op("GreaterOrEqual", x, graph.Row(op.low)),
                                 graph.Op("LessOrEqual", x, graph.Row(op.high)));
    if (!op.allowed.empty()) valid = graph.Op("And", valid, IsAllowed(site, x, op.allowed));
    const std::string invalid = graph.Op("Not", graph.Op("Or", valid, graph.Op("IsNaN", x)));
    switch (op.invalid) {
      case op::InvalidCell::kReject: site.RejectRows(invalid); break;
      case op::InvalidCell::kMissing: result = MissingWhere(graph, invalid, result); break;
      case op::InvalidCell::kKeep: result = graph.Op("Where", invalid, x, result); break;
      case op::InvalidCell::kReplace:
        result = graph.Op("Where", invalid, graph.Number(op.invalid_value), result);
        break;
    }
  }
  const bool stays_missing = std::isnan(op.missing_value) && !op.reject_missing;
  if (op.reject_missing) {
    site.RejectRows(graph.Op("IsNaN", result));
  } else if (!stays_missing) {
    result = graph.Op("Where", graph.Op("IsNaN", result), graph.Number(op.missing_value), result);
  }
  site.Give(result, stays_missing);
}

void Lower(const op::TextDomain& op, Site& site) {
  Graph& graph = site.graph();
  const Tensor& in = site.input();
  const std::string empty = graph.Constant(Texts({""}));
  const bool makes_missing = !op.missing_markers.empty() || op.invalid == op::InvalidCell::kMissing;
  const bool missing = in.may_be_missing || makes_missing;
  std::string x = in.name;
  // From here on empty text means missing text; a cell that was empty before could not be told from those made so.
  if (!in.may_be_missing && makes_missing) site.RejectRows(graph.Op("Equal", x, empty));
  for (const std::string& marker : op.missing_markers) {
    x = graph.Op("Where", graph.Op("Equal", x, graph.Constant(Texts({marker}))), empty, x);
  }
  if (op.invalid != op::InvalidCell::kKeep && !op.allowed.empty()) {
    std::string valid = IsAllowed(site, x, op.allowed);
    if (missing) valid = graph.Op("Or", valid, graph.Op("Equal", x, empty));
    const std::string invalid = graph.Op("Not", valid);
    if (op.invalid == op::InvalidCell::kReject) {
      site.RejectRows(invalid);
    } else {
      const std::string other = op.invalid == op::InvalidCell::kMissing ? "" : op.invalid_value;
      x = graph.Op("Where", invalid, graph.Constant(Texts({other})), x);
    }
  }
  if (!missing) return site.Give(x, false);
  if (op.reject_missing) {
    site.RejectRows(graph.Op("Equal", x, empty));
  } else if (op.has_missing_value) {
    x = graph.Op("Where", graph.Op("Equal", x, empty), graph.Constant(Texts({op.missing_value})), x);
  }
  site.Give(x, !op.reject_missing && !op.has_missing_value);
}

}  // namespace scoreway::onnx_export
