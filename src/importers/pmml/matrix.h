// The Matrix element of PMML, in any of its forms.
#pragma once

#include <vector>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<double> cells;  // row by row

  double at(size_t row, size_t column) const { return cells[row * columns + column]; }
};

// As rows of Array elements, as MatCell elements, symmetric or diagonal.
Result<Matrix> ReadMatrix(Context& context, const Element& element);

}  // namespace scoreway::pmml
