// Errors of kernels: they name the row and the column of a cell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "score/kernel.h"

namespace scoreway {

// INVALID_ARGUMENT at "row 3, column 'age'"; "row 3, column 7" if the operator knows no names.
Status CellError(const Tile& tile, size_t row, const std::vector<std::string>& column_names, uint32_t column,
                 std::string message);
// The same with "missing value, and the model has no rule for it".
Status MissingCellError(const Tile& tile, size_t row, const std::vector<std::string>& column_names, uint32_t column);

// For messages: shortest text that reads back as the same number.
std::string ShownCell(double value);
// For messages: in quotes, long texts cut short.
std::string ShownCell(std::string_view text);

}  // namespace scoreway
