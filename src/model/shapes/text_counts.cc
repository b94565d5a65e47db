// The shape rule of model/operators/text_counts.h.

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

Result<ValueShape> Infer(const op::CountText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("unit", p.unit, op::CountText::Unit::kWordCharacters));
  if (in[0].width != 1) return Wrong("takes one column");
  if (p.least == 0 || p.most < p.least) return Wrong("terms of no tokens");
  if (p.terms.empty() == (p.hash_columns == 0)) return Wrong("takes either terms or a number of columns to hash to");
  return Numbers(p.hash_columns != 0 ? p.hash_columns : p.terms.size());
}

}  // namespace scoreway
