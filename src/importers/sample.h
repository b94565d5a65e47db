// Samples: rows and answers that an artifact brings along, so that a model can be checked without any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

struct ModelSample {
  std::string rows;      // CSV: inputs, by name
  std::string expected;  // CSV with as many rows: outputs, by name
  // A number is equal within this relative difference, or if it differs by no more than the absolute one.
  double relative_tolerance = 0;
  double absolute_tolerance = 0;
};

// Of an artifact that ImportModel reads: nothing if its format has no such thing (PMML has: ModelVerification) or it
// has none. Thread-safe.
Result<std::optional<ModelSample>> ReadSample(std::string_view artifact);

}  // namespace scoreway
