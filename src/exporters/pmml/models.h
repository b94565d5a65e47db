// Model elements that stand at more than one place of a document.
#pragma once

#include "exporters/pmml/site.h"

namespace scoreway::pmml_export {

// One output of a Linear, as a RegressionModel without target.
ModelElement RegressionElement(const op::Linear& op, size_t output, const Cells& inputs);

}  // namespace scoreway::pmml_export
