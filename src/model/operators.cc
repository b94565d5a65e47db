#include "model/operators.h"

namespace scoreway::op {

Params::Params() = default;
Params::Params(const Params& other) = default;
Params::Params(Params&& other) noexcept = default;
Params& Params::operator=(const Params& other) = default;
Params& Params::operator=(Params&& other) noexcept = default;
Params::~Params() = default;

}  // namespace scoreway::op
