// The operators of model/operators/shape.h.

#include <algorithm>
#include <numeric>

#include "exporters/onnx/lower.h"

namespace scoreway::onnx_export {

void Lower(const op::Concat&, Site& site) {
  std::vector<std::string> parts;
  bool whole = true, codes = true;
  uint32_t code_count = 0;
  for (size_t i = 0; i < site.input_count(); ++i) {
    if (site.width(i) == 0) continue;
    parts.push_back(site.in(i));
    whole &= site.input(i).whole;
    codes &= site.input(i).code_count > 0;
    code_count = std::max(code_count, site.input(i).code_count);
  }
  const std::string joined = site.graph().SideBySide(parts);
  if (!whole) return site.Give(joined, site.any_missing());
  site.GiveCodes(joined, site.any_missing(), codes ? code_count : 0);
}

void Lower(const op::Select& op, Site& site) {
  std::vector<uint32_t> all(site.width());
  std::iota(all.begin(), all.end(), 0U);
  const Tensor& in = site.input();
  const std::string columns = op.columns == all ? in.name : site.graph().Columns(in.name, op.columns);
  if (!in.whole) return site.Give(columns, in.may_be_missing);
  site.GiveCodes(columns, in.may_be_missing, in.code_count);
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
