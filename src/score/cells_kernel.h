// CellsKernel: a Kernel of one Value of numbers that can do one row without a Tile, as it needs no scratch memory,
// makes no texts and never fails. With one row, looking up blocks and handing on a Status cost as much as a small
// kernel.
#pragma once

namespace scoreway {

class CellsKernel {
 public:
  // As Kernel::Run for a tile of one row, whose input and output are these cells, side by side.
  virtual void RunCells(const double* in, double* out) const = 0;

 protected:
  ~CellsKernel() = default;
};

}  // namespace scoreway
