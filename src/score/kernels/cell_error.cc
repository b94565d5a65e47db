#include "score/kernels/cell_error.h"

#include <utility>

#include "base/number_text.h"

namespace scoreway {

namespace {
constexpr size_t kShownBytesMax = 80;
}

Status CellError(const Tile& tile, size_t row, const std::vector<std::string>& column_names, uint32_t column,
                 std::string message) {
  std::string place = "row " + std::to_string(tile.row_number + row) + ", column ";
  place += column_names.empty() ? std::to_string(column) : "'" + column_names[column] + "'";
  return Status(Code::kInvalidArgument, std::move(message), std::move(place));
}

Status MissingCellError(const Tile& tile, size_t row, const std::vector<std::string>& column_names, uint32_t column) {
  return CellError(tile, row, column_names, column, "missing value, and the model has no rule for it");
}

std::string ShownCell(double value) {
  std::string text;
  AppendShortest(value, &text);
  return text;
}

std::string ShownCell(std::string_view text) {
  if (text.size() <= kShownBytesMax) return "'" + std::string(text) + "'";
  size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // whole UTF-8 characters
  return "'" + std::string(text.substr(0, end)) + "...'";
}

}  // namespace scoreway
