// WarmUp: a version that was just loaded scores a row before it serves, so that no request pays for first times: memory
// that is allocated, pages that are read, an engine that compiles.
#pragma once

#include "service/loaded_model.h"

namespace scoreway {

// Scores one row made from the signature: known categories and ones. That a model refuses such a row does not matter.
void WarmUp(const LoadedModel& model);

}  // namespace scoreway
