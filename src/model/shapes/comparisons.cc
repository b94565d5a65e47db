// The shape rules of model/operators/comparisons.h.

#include <algorithm>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::FieldDistances& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("measure", p.measure, op::FieldDistances::Measure::kMinkowski));
  if (!(p.exponent > 0)) return Wrong("the exponent is not positive");
  const uint32_t width = in[0].width;
  if (width == 0) return Wrong("has no columns");
  SCOREWAY_RETURN_IF_ERROR(WantSize("compare", p.compare.size(), width));
  for (const op::FieldCompare compare : p.compare) {
    SCOREWAY_RETURN_IF_ERROR(WantEnum("compare", compare, op::FieldCompare::kEqual));
  }
  SCOREWAY_RETURN_IF_ERROR(WantSize("scale", p.scale.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("weight", p.weight.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("presence_weight", p.presence_weight.size(), width));
  if (p.points.empty() || p.points.size() % width != 0) return Wrong("points are no rows of the input's width");
  return Numbers(p.points.size() / width);
}

Result<ValueShape> Infer(const op::FlagSimilarities& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("numerator", p.numerator.size(), 4));
  SCOREWAY_RETURN_IF_ERROR(WantSize("denominator", p.denominator.size(), 4));
  const uint32_t width = in[0].width;
  if (width == 0) return Wrong("has no columns");
  if (p.points.empty() || p.points.size() % width != 0) return Wrong("points are no rows of the input's width");
  if (std::ranges::any_of(p.points, [](uint8_t flag) { return flag > 1; })) return Wrong("a flag is neither 0 nor 1");
  return Numbers(p.points.size() / width);
}

Result<ValueShape> Infer(const op::RankRow& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (p.count == 0 || p.count > in[0].width) return Wrong("ranks more cells than there are, or none");
  return Numbers(uint64_t{p.count} * 2);
}

}  // namespace scoreway
