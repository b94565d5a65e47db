// For tests: small models, one for each thing that an operator can be asked to do, which exporters are checked with.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace scoreway {

struct OperatorModel {
  std::string name;  // "bin_right_closed", or "bin_right_closed_missing" where cells may be missing
  Model model;
};

// Inputs are numbers x0, x1 ... and texts t0, t1 ...; outputs y0, y1 ...
std::vector<OperatorModel> OperatorModels();

}  // namespace scoreway
