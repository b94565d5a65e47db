// The functions of op::Unary and op::Binary over numbers, for one cell: what their kernels compute in loops.
#pragma once

#include "model/operators.h"

namespace scoreway {

using UnaryCell = double (*)(double x);
using BinaryCell = double (*)(double a, double b);

UnaryCell UnaryCellOf(op::UnaryFunction function);
// With missing_aware as op::Binary says.
BinaryCell BinaryCellOf(op::BinaryFunction function, bool missing_aware);

}  // namespace scoreway
