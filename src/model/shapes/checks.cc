// The shape rules of model/operators/checks.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::RequireFinite& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::NumberDomain& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t width = in[0].width;
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("low", p.low.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("high", p.high.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("allowed", p.allowed.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("clip_low", p.clip_low.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("clip_high", p.clip_high.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("invalid", p.invalid, op::InvalidCell::kReplace));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("outlier", p.outlier, op::NumberDomain::Outlier::kClip));
  if (p.outlier != op::NumberDomain::Outlier::kKeep) {
    SCOREWAY_RETURN_IF_ERROR(WantSize("clip_low", p.clip_low.size(), width));
    SCOREWAY_RETURN_IF_ERROR(WantSize("clip_high", p.clip_high.size(), width));
  }
  return in[0];
}

Result<ValueShape> Infer(const op::TextDomain& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("allowed", p.allowed.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("invalid", p.invalid, op::InvalidCell::kReplace));
  return in[0];
}

}  // namespace scoreway
