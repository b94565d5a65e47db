// Outputs asked for by name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/schema.h"

namespace scoreway {

// The columns of those names, in their order; none if there are no names, which means all. INVALID_ARGUMENT names an
// output that the model does not have.
Status FindOutputs(const Schema& outputs, std::span<const std::string> names, std::vector<size_t>* columns);

}  // namespace scoreway
