// What a model's operators tell of the cells of its inputs.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace scoreway {

// Of one input.
struct ProbeHints {
  std::vector<double> numbers;     // where answers turn, or what cells are like; finite, distinct, rising
  std::vector<std::string> texts;  // known categories, distinct, in order of their first mention
};

// One for each input of the signature.
std::vector<ProbeHints> FindProbeHints(const Model& model);

}  // namespace scoreway
