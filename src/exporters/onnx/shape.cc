// The operators of model/operators/shape.h.

#include <numeric>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {

void Lower(const op::Concat&, Site& site) {
  std::vector<std::string> parts;
  bool whole = true;
  for (size_t i = 0; i < site.input_count(); ++i) {
    parts.push_back(site.in(i));
    whole &= site.width(i) == 0 || site.input(i).whole;
  }
  site.Give(site.graph().SideBySide(parts), site.any_missing(), whole);
}

void Lower(const op::Select& op, Site& site) {
  std::vector<uint32_t> all(site.width());
  std::iota(all.begin(), all.end(), 0U);
  site.Give(op.columns == all ? site.in() : site.graph().Columns(site.in(), op.columns), site.input().may_be_missing,
            site.input().whole);
}

void Lower(const op::Constant& op, Site& site) {
  bool missing = false, whole = true;
  for (const double value : op.values) {
    missing |= value != value;
    whole &= value == static_cast<double>(static_cast<int32_t>(value));
  }
  site.Give(SameRows(site, op.values), missing, whole);
}

}  // namespace scoreway::onnx_export
