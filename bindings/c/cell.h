// One value that a program gives, into a column; strict as JSON's cells are (data/codec/json_cell.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway::c_api {

// Append the value, or give an error without a place if it does not suit the column's type. A NaN is a null cell where
// the column has no floats.
Status AppendNumberCell(double value, Column* column);
Status AppendInt64Cell(int64_t value, Column* column);
Status AppendBoolCell(bool value, Column* column);
Status AppendTextCell(std::string_view text, Column* column);

}  // namespace scoreway::c_api
