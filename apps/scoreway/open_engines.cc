#include "open_engines.h"

#include <utility>
#include <vector>

#include "engines/onnxruntime/onnxruntime_engine.h"
#include "engines/python/python_engine.h"

namespace scoreway {

Result<std::shared_ptr<const Engines>> OpenEngines(const EngineOptions& options) {
  std::vector<std::unique_ptr<const Engine>> engines;
  engines.push_back(MakeOnnxRuntimeEngine());
  if (!options.python_venv.empty()) {
    PythonOptions python;
    python.venv = options.python_venv;
    python.memory_bytes_max = options.python_memory_bytes_max;
    python.call_timeout = std::chrono::milliseconds(static_cast<int64_t>(options.python_timeout_seconds * 1000));
    python.processes = options.python_processes;
    Result<std::unique_ptr<const Engine>> engine = MakePythonEngine(python);
    if (!engine.ok()) return AtPlace("--python-worker", std::move(engine).error());
    engines.push_back(std::move(*engine));
  }
  return std::make_shared<const Engines>(std::move(engines));
}

}  // namespace scoreway
