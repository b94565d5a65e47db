// The shape rules of model/operators/factors.h.

#include <algorithm>
#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {
namespace {

// Rows settle within some hundred steps; more would only let a broken model work for ever.
constexpr uint32_t kStepsMax = 100'000;

}  // namespace

Result<ValueShape> Infer(const op::SparseCode& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("method", p.method, op::SparseCode::Method::kLassoPath));
  const size_t width = in[0].width;
  if (width == 0 || p.dictionary.empty() || p.dictionary.size() % width != 0) {
    return Wrong("atoms do not have the width of the input");
  }
  // Their dot products with each other are kept, too.
  constexpr size_t kAtomsMax = 1 << 13;
  const size_t atoms = p.dictionary.size() / width;
  if (atoms > kAtomsMax) return Wrong("more than " + std::to_string(kAtomsMax) + " atoms");
  if (!(p.penalty >= 0)) return Wrong("a penalty below 0");
  if (p.steps > kStepsMax) return Wrong("so many steps for a row");
  const bool counts =
      p.method == op::SparseCode::Method::kMatchingPursuit || p.method == op::SparseCode::Method::kLeastAngle;
  if (counts && (p.count == 0 || p.count > atoms)) return Wrong("as many atoms are not there");
  return Numbers(atoms);
}

Result<ValueShape> Infer(const op::TopicShares& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t width = in[0].width;
  if (width == 0 || p.topics.empty() || p.topics.size() % width != 0) {
    return Wrong("topics are no rows, one a column of the input");
  }
  if (!(p.prior > 0)) return Wrong("a prior that is not positive");
  if (p.steps > kStepsMax) return Wrong("so many steps for a row");
  return Numbers(p.topics.size() / width);
}

Result<ValueShape> Infer(const op::CircularConvolution&, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  SCOREWAY_RETURN_IF_ERROR(Want(in, in.size(), ValueKind::kNumber));
  const bool one_width =
      std::all_of(in.begin(), in.end(), [&in](const ValueShape& shape) { return shape.width == in[0].width; });
  return one_width ? Result<ValueShape>(in[0]) : Result<ValueShape>(Wrong("inputs of several widths"));
}

}  // namespace scoreway
