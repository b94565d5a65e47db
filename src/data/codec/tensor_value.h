// One value of a tensor, as a number or text of its own, into a column. Errors, without a place, say what does not fit;
// the rules are those of JSON cells (json_cell.h), so that a tensor means the same in every form in which it comes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

// To a column of floats, rounded; of int64 or bools, if it is one; of texts, as its digits.
Status AppendTensorInteger(int64_t value, Column* column);
Status AppendTensorUnsigned(uint64_t value, Column* column);
// The same; NaN is missing in a column of int64, and like the infinities nothing that bools or texts could hold.
Status AppendTensorFloat32(float value, Column* column);
Status AppendTensorFloat64(double value, Column* column);
// To a column of numbers as 0 or 1, to texts as False and True.
Status AppendTensorBool(bool value, Column* column);
// To a column of texts only; valid UTF-8.
Status AppendTensorText(std::string_view value, Column* column);

}  // namespace scoreway
