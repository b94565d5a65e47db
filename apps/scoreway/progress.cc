#include "progress.h"

#include <unistd.h>

#include <cstdio>

namespace scoreway {

Progress::Progress(std::string unit, bool quiet) : unit_(std::move(unit)), shown_(!quiet && ::isatty(STDERR_FILENO)) {}

void Progress::Update(uint64_t done, double fraction) {
  if (!shown_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::string line = std::to_string(done) + " " + unit_ + ", " +
                     std::to_string(static_cast<uint64_t>(static_cast<double>(done) / seconds)) + " a second";
  if (fraction > 0) {
    line += ", " + std::to_string(static_cast<int>(fraction * 100)) + " %, " +
            std::to_string(static_cast<uint64_t>(seconds / fraction - seconds)) + " s left";
  }
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  line_open_ = true;
}

void Progress::Finish() {
  if (line_open_) std::fputs("\r\x1b[K", stderr);
  line_open_ = false;
}

}  // namespace scoreway
