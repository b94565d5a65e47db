// The shape rules of model/operators/categories.h.

#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

template <typename Encode>
Result<ValueShape> InferEncode(const Encode& p, const Shapes& in, ValueKind kind) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, kind));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("categories", p.categories.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("unknown", p.unknown.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("missing", p.missing.size(), in[0].width));
  return Numbers(in[0].width);
}
Result<ValueShape> Infer(const op::EncodeNumber& p, const Shapes& in) { return InferEncode(p, in, ValueKind::kNumber); }
Result<ValueShape> Infer(const op::EncodeText& p, const Shapes& in) { return InferEncode(p, in, ValueKind::kText); }

Result<ValueShape> Infer(const op::DecodeNumber&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return in[0];
}
Result<ValueShape> Infer(const op::DecodeText&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return ValueShape{ValueKind::kText, in[0].width};
}

Result<ValueShape> Infer(const op::OneHot& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("widths", p.widths.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("slots", p.slots.size(), in[0].width));
  uint64_t width = 0;
  for (size_t c = 0; c < p.widths.size(); ++c) {
    for (int32_t slot : p.slots[c]) {
      if (slot < -1 || slot >= static_cast<int64_t>(p.widths[c]))
        return Wrong("slot " + std::to_string(slot) + " is out of range");
    }
    width += p.widths[c];
  }
  return Numbers(width);
}

Result<ValueShape> Infer(const op::Bin& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("edges", p.edges.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("codes", p.codes.size(), in[0].width));
  for (size_t c = 0; c < p.edges.size(); ++c) {
    SCOREWAY_RETURN_IF_ERROR(WantRising("edges", p.edges[c]));
    if (p.codes[c] == 0) return Wrong("a column has no codes");
  }
  return in[0];
}

}  // namespace scoreway
