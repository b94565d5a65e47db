// The shape rules of model/operators/shape.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::Concat&, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  uint64_t width = 0;
  for (const ValueShape& shape : in) {
    if (shape.kind != in[0].kind) return Wrong("mixes numbers and text");
    width += shape.width;
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueShape shape, Numbers(width));
  shape.kind = in[0].kind;
  return shape;
}

Result<ValueShape> Infer(const op::Select& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 1));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.columns, in[0].width));
  SCOREWAY_ASSIGN_OR_RETURN(ValueShape shape, Numbers(p.columns.size()));
  shape.kind = in[0].kind;
  return shape;
}

Result<ValueShape> Infer(const op::Constant& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 0));
  return Numbers(p.values.size());
}

}  // namespace scoreway
