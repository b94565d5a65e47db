// What the benches of this process's own work share: its clock, and its files.
#pragma once

#include <time.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/result.h"

namespace scoreway::bench {

// Processor time of this thread.
inline double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

inline Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Status(Code::kNotFound, "cannot read", path);
  return text.str();
}

}  // namespace scoreway::bench
