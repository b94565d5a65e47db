// The operators of model/operators/missing.h.

#include <cmath>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {

void Lower(const op::ImputeNumber& op, Site& site) {
  for (size_t c = 0; c < op.fill.size(); ++c) {
    const Cell& cell = site.in()[c];
    const bool fills_missing = std::isnan(op.fill[c]);
    if (std::isnan(op.marker)) {
      if (!cell.may_be_missing || fills_missing) {
        site.Give(cell);
      } else {
        site.Give(RefOr(cell.field, NumberText(op.fill[c])), false);
      }
      continue;
    }
    const Expression marked = Apply("equal", {Ref(cell.field), Number(op.marker)});
    site.Give(Guarded(cell, If(marked, fills_missing ? Missing() : Number(op.fill[c]), Ref(cell.field))),
              cell.may_be_missing || fills_missing);
  }
}

void Lower(const op::ImputeText& op, Site& site) {
  for (size_t c = 0; c < op.fill.size(); ++c) {
    const Cell& cell = site.in()[c];
    if (op.has_marker) {
      const Expression marked = Apply("equal", {Ref(cell.field), Text(op.marker)});
      site.GiveText(Guarded(cell, If(marked, Text(op.fill[c]), Ref(cell.field))), cell.may_be_missing);
    } else if (cell.may_be_missing) {
      site.GiveText(If(IsMissing(cell.field), Text(op.fill[c]), Ref(cell.field)), false);
    } else {
      site.Give(cell);
    }
  }
}

void Lower(const op::MissingIndicator& op, Site& site) {
  const bool by_marker = site.kind() == ValueKind::kNumber && !std::isnan(op.marker);
  for (const uint32_t column : op.columns) {
    const Cell& cell = site.in()[column];
    const Expression marked = AsNumber(Apply("equal", {Ref(cell.field), Number(op.marker)}));
    site.Give(by_marker ? Unless(cell, Number(0), marked) : AsNumber(IsMissing(cell.field)), false);
  }
}

}  // namespace scoreway::pmml_export
