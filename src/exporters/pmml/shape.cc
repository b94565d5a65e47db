// The operators of model/operators/shape.h.

#include <cmath>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {

void Lower(const op::Concat&, Site& site) {
  for (size_t i = 0; i < site.input_count(); ++i) {
    for (const Cell& cell : site.in(i)) site.Give(cell);
  }
}

void Lower(const op::Select& op, Site& site) {
  for (const uint32_t column : op.columns) site.Give(site.in()[column]);
}

void Lower(const op::Constant& op, Site& site) {
  for (const double value : op.values) {
    const bool missing = std::isnan(value);
    site.Give(missing ? Missing() : Number(value), missing);
  }
}

}  // namespace scoreway::pmml_export
