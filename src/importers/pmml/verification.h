// ModelVerification: rows that a document brings along, with the answers its producer gave for them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::pmml {

struct Verification {
  // CSV with a header: the inputs, and the answers expected for these rows (output fields, or where there are none the
  // target fields).
  std::string rows;
  std::string expected;
  // A number is equal within this relative difference, or if both are no further than this from 0.
  double precision = 1e-6;
  double zero_threshold = 1e-16;
};

// Nothing if the document's model has none, or none that says something about its answers. Errors as ImportPmml's.
Result<std::optional<Verification>> ReadVerification(std::string_view bytes);

}  // namespace scoreway::pmml
