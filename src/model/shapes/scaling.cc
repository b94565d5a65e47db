// The shape rules of model/operators/scaling.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::Affine& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("form", p.form, op::Affine::Form::kMultiplyAdd));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("offset", p.offset.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("factor", p.factor.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::NormalizeRows& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("norm", p.norm, op::NormalizeRows::Norm::kMax));
  return in[0];
}

Result<ValueShape> Infer(const op::PowerTransform& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("method", p.method, op::PowerTransform::Method::kYeoJohnsonByPow));
  SCOREWAY_RETURN_IF_ERROR(WantSize("lambdas", p.lambdas.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::QuantileTransform& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (p.references.empty()) return Wrong("has no references");
  SCOREWAY_RETURN_IF_ERROR(WantSize("quantiles", p.quantiles.size(), p.references.size() * in[0].width));
  return in[0];
}

}  // namespace scoreway
