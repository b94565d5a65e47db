// IEEE 754 binary16, all of whose values a float and a double have too.
#pragma once

#include <cstdint>

namespace scoreway {

double HalfToDouble(uint16_t half);

}  // namespace scoreway
