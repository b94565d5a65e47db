// WorkerProcess: a Python interpreter in a sandbox that answers for one model. One thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

struct PythonOptions {
  std::string venv;  // the virtual environment that holds the model's libraries, and pyarrow
  uint64_t memory_bytes_max = uint64_t{4} << 30;    // of a process
  std::chrono::milliseconds start_timeout{60'000};  // to start, load the model and describe it
  std::chrono::milliseconds call_timeout{30'000};   // for a batch of rows
  unsigned processes = 1;                           // that a model may have, to answer at the same time
};

// INVALID_ARGUMENT if the virtual environment has no Python.
Status CheckVirtualEnvironment(const std::string& venv);

class WorkerProcess {
 public:
  // Errors of CheckVirtualEnvironment, and UNAVAILABLE if no process can be started.
  static Result<std::unique_ptr<WorkerProcess>> Start(const PythonOptions& options);
  // Kills the process.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Loads the model; the answer is its description (worker.py says the lines).
  Result<std::string> Load(std::string_view artifact, std::chrono::milliseconds timeout);
  // Scores rows, an Arrow stream; so is the answer.
  Result<std::string> Predict(std::string_view rows, std::chrono::milliseconds timeout);
  // False once it has died or was killed: at a deadline, at a broken frame. Errors of the model itself leave it alive.
  bool alive() const { return socket_ >= 0; }

 private:
  WorkerProcess(pid_t process, int socket) : process_(process), socket_(socket) {}
  Result<std::string> Call(char kind, std::string_view payload, char expected, std::chrono::milliseconds timeout);
  Status Transfer(char* in, const char* out, size_t size, std::chrono::steady_clock::time_point deadline);
  Error End(Error reason);

  pid_t process_;
  int socket_;
};

}  // namespace scoreway
