// Progress of long work on standard error: nothing in the first second, nothing where nobody looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace scoreway {

class Progress {
 public:
  // `unit` is plural: "rows". With `quiet`, or when standard error is no terminal, nothing is ever shown.
  Progress(std::string unit, bool quiet);
  ~Progress() { Finish(); }

  // `done` units so far; `fraction` of the whole, or negative if that is not known. Cheap; call often.
  void Update(uint64_t done, double fraction);
  // Clears the line.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;

  const std::string unit_;
  const bool shown_;
  const Clock::time_point started_ = Clock::now();
  Clock::time_point next_ = started_ + std::chrono::seconds(1);
  bool line_open_ = false;
};

}  // namespace scoreway
