// The engines that a command's options ask for.
#pragma once

#include <memory>

#include "base/result.h"
#include "engines/engines.h"
#include "options.h"

namespace scoreway {

Result<std::shared_ptr<const Engines>> OpenEngines(const EngineOptions& options);

}  // namespace scoreway
