// The shape rules of model/operators/decisions.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::Row& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::RowFunction::kSort));
  if (in[0].width == 0) return Wrong("has no columns");
  constexpr uint32_t kSortedMax = 4096;
  if (p.function == op::RowFunction::kSort && in[0].width > kSortedMax) return Wrong("has too many columns to sort");
  const bool index = p.function == op::RowFunction::kArgMax || p.function == op::RowFunction::kArgMin;
  return Numbers(index ? 1 : in[0].width);
}

Result<ValueShape> Infer(const op::Threshold&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return in[0];
}

Result<ValueShape> Infer(const op::WeightedSum& p, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kNumber || shape.width != in[0].width) return Wrong("inputs differ in width or kind");
  }
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("weights", p.weights.size(), in.size()));
  if (!(p.divisor != 0)) return Wrong("divisor is 0");
  return in[0];
}

Result<ValueShape> Infer(const op::Votes& p, const Shapes& in) {
  uint64_t voters = 0;
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kNumber) return Wrong("takes numbers");
    voters += shape.width;
  }
  if (voters == 0 || p.classes == 0) return Wrong("has no voters or no classes");
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("weights", p.weights.size(), voters));
  return Numbers(p.classes);
}

Result<ValueShape> Infer(const op::Interpolate& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (p.x.empty()) return Wrong("has no points");
  SCOREWAY_RETURN_IF_ERROR(WantSize("y", p.y.size(), p.x.size()));
  SCOREWAY_RETURN_IF_ERROR(WantRising("x", p.x));
  return in[0];
}

Result<ValueShape> Infer(const op::GaussianLikelihood& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t cells = p.log_prior.size() * in[0].width;
  SCOREWAY_RETURN_IF_ERROR(WantSize("mean", p.mean.size(), cells));
  SCOREWAY_RETURN_IF_ERROR(WantSize("variance", p.variance.size(), cells));
  return Numbers(p.log_prior.size());
}

Result<ValueShape> Infer(const op::WeightedMedian& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (in[0].width == 0) return Wrong("has no columns");
  SCOREWAY_RETURN_IF_ERROR(WantSize("weights", p.weights.size(), in[0].width));
  return Numbers(1);
}

}  // namespace scoreway
