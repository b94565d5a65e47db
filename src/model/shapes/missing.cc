// The shape rules of model/operators/missing.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::ImputeNumber& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("fill", p.fill.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::ImputeText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantSize("fill", p.fill.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::MissingIndicator& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 1));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.columns, in[0].width));
  return Numbers(p.columns.size());
}

}  // namespace scoreway
