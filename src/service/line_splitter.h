// LineSplitter: passes bytes on line by line, as they come; lines beyond a length are passed on in pieces.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace scoreway {

class LineSplitter {
 public:
  static constexpr size_t kLineBytesMax = 4096;

  explicit LineSplitter(std::function<void(std::string_view)> use) : use_(std::move(use)) {}
  // The last line may have no end.
  ~LineSplitter() {
    if (!line_.empty()) use_(line_);
  }
  LineSplitter(const LineSplitter&) = delete;
  LineSplitter& operator=(const LineSplitter&) = delete;

  void Add(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n' && c != '\r') line_ += c;
      if (c != '\n' && c != '\r' && line_.size() < kLineBytesMax) continue;
      if (!line_.empty()) use_(line_);
      line_.clear();
    }
  }

 private:
  const std::function<void(std::string_view)> use_;
  std::string line_;
};

}  // namespace scoreway
