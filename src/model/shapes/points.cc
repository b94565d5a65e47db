// The shape rules of model/operators/points.h.

#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {
namespace {

Status WantPoints(const std::vector<double>& points, uint32_t width) {
  if (width != 0 && !points.empty() && points.size() % width == 0) return {};
  return Status(Wrong("points do not have the width of the input"));
}

Status WantSettings(op::PointMetric metric, const std::vector<double>& settings, size_t width) {
  SCOREWAY_RETURN_IF_ERROR(WantEnum("metric", metric, op::PointMetric::kNanEuclidean));
  switch (metric) {
    case op::PointMetric::kMinkowski: return WantSize("settings", settings.size(), 1);
    case op::PointMetric::kStandardized: return WantSize("settings", settings.size(), width);
    case op::PointMetric::kMahalanobis: return WantSize("settings", settings.size(), width * width);
    case op::PointMetric::kHaversine:
      if (width != 2) return Status(Wrong("takes two columns, latitude and longitude"));
      return WantSize("settings", settings.size(), 0);
    default: return WantSize("settings", settings.size(), 0);
  }
}

// A tree whose nodes all lie within it, so that no walk can leave it.
Status CheckTree(const op::NearestPoints& p, size_t width, size_t count) {
  const size_t nodes = p.begin.size();
  const bool box = p.search == op::NearestPoints::Search::kBoxTree;
  if (nodes == 0) return Status(Wrong("a tree without nodes"));
  SCOREWAY_RETURN_IF_ERROR(WantSize("order", p.order.size(), count));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.order, static_cast<uint32_t>(count)));
  SCOREWAY_RETURN_IF_ERROR(WantSize("end", p.end.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("leaf", p.leaf.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("bounds", p.bounds.size(), (box ? 2 : 1) * nodes * width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("radius", p.radius.size(), box ? 0 : nodes));
  size_t in_leaves = 0;
  for (size_t i = 0; i < nodes; ++i) {
    const bool fits = p.leaf[i] != 0 ? p.begin[i] <= p.end[i] && p.end[i] <= count : 2 * i + 2 < nodes;
    if (!fits) return Status(Code::kCorrupt, "node " + std::to_string(i) + " is out of range");
    if (p.leaf[i] != 0) in_leaves += p.end[i] - p.begin[i];
  }
  if (in_leaves > count) return Status(Wrong("a point lies in several leaves"));
  return {};
}

bool TreesTake(op::PointMetric metric) {
  switch (metric) {
    case op::PointMetric::kCosine:
    case op::PointMetric::kCorrelation:
    case op::PointMetric::kSquaredEuclidean:
    case op::PointMetric::kNanEuclidean: return false;
    default: return true;
  }
}

}  // namespace

Result<ValueShape> Infer(const op::KernelMatrix& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("similarity", p.similarity, op::Similarity::kPeriodic));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("scale", p.scale.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  return Numbers(p.points.size() / in[0].width);
}

Result<ValueShape> Infer(const op::PointDistances& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSettings(p.metric, p.settings, in[0].width));
  return Numbers(p.points.size() / in[0].width);
}

Result<ValueShape> Infer(const op::NearestPoints& p, const Shapes& in) {
  using Search = op::NearestPoints::Search;
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSettings(p.metric, p.settings, in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("search", p.search, Search::kBallTree));
  const size_t count = p.points.size() / in[0].width;
  if (count > UINT32_MAX || p.count == 0 || p.count > count) {
    return Wrong("the " + std::to_string(p.count) + " nearest of " + std::to_string(count) + " points");
  }
  if (p.search == Search::kScanByProduct && p.metric != op::PointMetric::kEuclidean &&
      p.metric != op::PointMetric::kSquaredEuclidean) {
    return Wrong("a product is for Euclidean distances only");
  }
  if (p.search == Search::kBoxTree || p.search == Search::kBallTree) {
    if (!TreesTake(p.metric)) return Wrong("a metric that no tree takes");
    SCOREWAY_RETURN_IF_ERROR(CheckTree(p, in[0].width, count));
  }
  return Numbers(uint64_t{p.count} * 2);
}

Result<ValueShape> Infer(const op::DistanceWeights&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return in[0];
}

Result<ValueShape> Infer(const op::CellVotes& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 2, ValueKind::kNumber));
  if (in[0].width != in[1].width) return Wrong("not one weight a code");
  if (p.classes == 0) return Wrong("has no classes");
  return Numbers(p.classes);
}

Result<ValueShape> Infer(const op::ImputeNearest& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("fill", p.fill.size(), in[0].width));
  if (p.count == 0) return Wrong("the mean of no points");
  return in[0];
}

Result<ValueShape> Infer(const op::PathDistances& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 2, ValueKind::kNumber));
  if (in[0].width != in[1].width) return Wrong("not one distance an index");
  if (p.points == 0) return Wrong("has no points");
  SCOREWAY_RETURN_IF_ERROR(WantSize("paths", p.paths.size(), size_t{p.points} * p.points));
  return Numbers(p.points);
}

Result<ValueShape> Infer(const op::BarycenterWeights& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 2, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  constexpr uint32_t kPointsMax = 4096;  // a matrix of their squared number is solved for every row
  if (in[1].width > kPointsMax) return Wrong("too many points make up a row");
  return in[1];
}

Result<ValueShape> Infer(const op::GreatestProducts& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantPoints(p.points, in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("ids", p.ids.size(), p.points.size() / in[0].width));
  if (p.count == 0) return Wrong("a list of no points");
  return ValueShape{ValueKind::kText, 2};
}

}  // namespace scoreway
