#include "importers/pmml/matrix.h"

#include <algorithm>

#include "base/number_text.h"
#include "importers/pmml/number_array.h"

namespace scoreway::pmml {
namespace {

constexpr int64_t kSideMax = 1 << 20;

Result<size_t> ReadCount(const Element& element, std::string_view attribute, size_t otherwise) {
  const auto text = element.Attribute(attribute);
  if (!text) return otherwise;
  int64_t count = 0;
  if (ParseInt64(*text, &count) != NumberParse::kOk || count < 1 || count > kSideMax) {
    return Context::Corrupt(element,
                            "attribute " + std::string(attribute) + " is no size: '" + std::string(*text) + "'");
  }
  return static_cast<size_t>(count);
}

Status ReadArrays(const std::vector<Element>& arrays, bool symmetric, Matrix* matrix) {
  if (arrays.size() != matrix->rows)
    return Status(Context::Corrupt(arrays[0], "the Matrix has not as many rows as it says"));
  for (size_t r = 0; r < arrays.size(); ++r) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> row, ReadNumberArray(arrays[r]));
    if (row.size() != (symmetric ? r + 1 : matrix->columns)) {
      return Status(Context::Corrupt(arrays[r], "the row is not as long as the Matrix is wide"));
    }
    for (size_t c = 0; c < row.size(); ++c) {
      matrix->cells[r * matrix->columns + c] = row[c];
      if (symmetric) matrix->cells[c * matrix->columns + r] = row[c];
    }
  }
  return {};
}

Status ReadDiagonal(const Element& array, Matrix* matrix) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> diagonal, ReadNumberArray(array));
  if (diagonal.size() != matrix->rows || matrix->rows != matrix->columns) {
    return Status(Context::Corrupt(array, "the diagonal is not as long as the Matrix"));
  }
  for (size_t i = 0; i < diagonal.size(); ++i) matrix->cells[i * matrix->columns + i] = diagonal[i];
  return {};
}

Status ReadCells(const std::vector<Element>& cells, bool symmetric, Matrix* matrix) {
  for (const Element& cell : cells) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t row, ReadCount(cell, "row", 0));
    SCOREWAY_ASSIGN_OR_RETURN(const size_t column, ReadCount(cell, "col", 0));
    const auto number = ParseDouble(cell.text());
    if (row < 1 || row > matrix->rows || column < 1 || column > matrix->columns || !number) {
      return Status(Context::Corrupt(cell, "it is no cell of the Matrix"));
    }
    matrix->cells[(row - 1) * matrix->columns + column - 1] = *number;
    if (symmetric) matrix->cells[(column - 1) * matrix->columns + row - 1] = *number;
  }
  return {};
}

}  // namespace

Result<Matrix> ReadMatrix(Context& context, const Element& element) {
  const std::vector<Element> arrays = element.Children("Array");
  const std::vector<Element> cells = element.Children("MatCell");
  const std::string_view kind = element.Attribute("kind", "any");
  size_t rows = arrays.size(), columns = 0;
  if (kind == "diagonal" || kind == "symmetric") columns = rows;
  if (kind == "any" && !arrays.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> first, ReadNumberArray(arrays[0]));
    columns = first.size();
  }
  for (const Element& cell : cells) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t row, ReadCount(cell, "row", 1));
    SCOREWAY_ASSIGN_OR_RETURN(const size_t column, ReadCount(cell, "col", 1));
    rows = std::max(rows, row);
    columns = std::max(columns, column);
  }
  Matrix matrix;
  SCOREWAY_ASSIGN_OR_RETURN(matrix.rows, ReadCount(element, "nbRows", rows));
  SCOREWAY_ASSIGN_OR_RETURN(matrix.columns, ReadCount(element, "nbCols", columns));
  if (kind == "symmetric" && matrix.rows != matrix.columns)
    return Context::Corrupt(element, "it is not as wide as high");
  SCOREWAY_RETURN_IF_ERROR(context.Charge(matrix.rows * matrix.columns * sizeof(double), element));
  SCOREWAY_ASSIGN_OR_RETURN(const double on_diagonal, context.NumberOr(element, "diagDefault", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const double beside, context.NumberOr(element, "offDiagDefault", 0));
  matrix.cells.assign(matrix.rows * matrix.columns, beside);
  for (size_t i = 0; i < std::min(matrix.rows, matrix.columns); ++i) matrix.cells[i * matrix.columns + i] = on_diagonal;
  if (!cells.empty()) {
    SCOREWAY_RETURN_IF_ERROR(ReadCells(cells, kind == "symmetric", &matrix));
  } else if (kind == "diagonal" && arrays.size() == 1) {
    SCOREWAY_RETURN_IF_ERROR(ReadDiagonal(arrays[0], &matrix));
  } else if (!arrays.empty()) {
    SCOREWAY_RETURN_IF_ERROR(ReadArrays(arrays, kind == "symmetric", &matrix));
  }
  return matrix;
}

}  // namespace scoreway::pmml
