// RunCommand: a user's program, with limits, its output passed on as it comes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct CommandToRun {
  std::vector<std::string> command;      // the program, looked for in PATH, and its arguments
  std::string folder;                    // that it works in
  std::vector<std::string> environment;  // NAME=VALUE, besides that of this process
  int64_t seconds_max = 3600;            // then it and all it started are ended
  int64_t memory_bytes_max = 0;          // address space of each process; 0: no limit
  // Asked several times a second; once it is true all is ended. Null: never.
  std::function<bool()> is_stopping = nullptr;
};

// Waits for its end. NOT_FOUND if there is no such program; DEADLINE_EXCEEDED after its time; UNAVAILABLE if it was
// stopped; INVALID_ARGUMENT names the exit status or signal it ended with. `on_output` is given what it writes to
// standard output and error.
Status RunCommand(const CommandToRun& run, const std::function<void(std::string_view)>& on_output);

}  // namespace scoreway
