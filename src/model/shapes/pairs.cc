// The shape rules of model/operators/pairs.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {
namespace {

Status WantPairs(const Shapes& in, uint64_t classes) {
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kNumber || shape.width != classes * (classes - 1) / 2) {
      return Status(Wrong("not one column a pair of classes"));
    }
  }
  return {};
}

}  // namespace

Result<ValueShape> Infer(const op::PairVotes& p, const Shapes& in) {
  if (p.classes < 2 || in.empty() || in.size() > 2) return Wrong("takes the pairs of at least two classes");
  SCOREWAY_RETURN_IF_ERROR(WantPairs(in, p.classes));
  return Numbers(p.classes);
}

Result<ValueShape> Infer(const op::CouplePairs& p, const Shapes& in) {
  if (p.classes < 2 || in.size() != 1) return Wrong("takes the pairs of at least two classes");
  SCOREWAY_RETURN_IF_ERROR(WantPairs(in, p.classes));
  return Numbers(p.classes);
}

}  // namespace scoreway
