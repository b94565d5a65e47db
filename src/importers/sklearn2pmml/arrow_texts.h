// Texts that pandas keeps in an array of Arrow (ArrowStringArray).
#pragma once

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

bool IsArrowTexts(const Object& saved);
// CORRUPT where the buffers do not hold what the array says; UNSUPPORTED for other layouts than text's.
Result<Labels> ReadArrowTexts(const Object& saved);

}  // namespace scoreway::sklearn2pmml
