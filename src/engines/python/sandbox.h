// Sandbox: what a process may still do once it has shut itself in. Linux; for a child between fork and exec.
//
// No network (a network namespace of its own where the kernel grants one, and no sockets in any case), no new
// privileges, no signals to others, no tracing, no writing to any file, reading only beneath the folders given, running
// no program but the one given (Landlock, where the kernel has it), and limits on memory, file descriptors and
// processes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scoreway {

struct SandboxOptions {
  std::vector<std::string>
      readable;         // folders and files; others cannot be opened. Those that do not exist are left out
  std::string program;  // the only file that may be executed
  uint64_t memory_bytes_max = uint64_t{4} << 30;
};

// A sandbox is prepared by the parent, so that the child need not allocate, and entered by the child.
class Sandbox {
 public:
  explicit Sandbox(const SandboxOptions& options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Async-signal-safe. Null, or the name of what the kernel refused and cannot be done without.
  const char* Enter() const;

 private:
  uint64_t memory_bytes_max_;
  std::string user_map_, group_map_;  // of the user namespace: one stays who one is
  int ruleset_ = -1;                  // of Landlock; -1 where the kernel has none
};

}  // namespace scoreway
