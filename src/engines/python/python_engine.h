// The Python engine: runs what a pickle holds, when it is no model that the importers know, in the user's own virtual
// environment. It is never there unless asked for: loading such a pickle runs code of whoever wrote it. The code runs
// in processes of its own, shut in (sandbox.h), one or more for each loaded model.
#pragma once

#include <memory>

#include "engines/engines.h"
#include "engines/python/worker_process.h"

namespace scoreway {

// INVALID_ARGUMENT if the virtual environment has no Python.
Result<std::unique_ptr<const Engine>> MakePythonEngine(const PythonOptions& options);

}  // namespace scoreway
