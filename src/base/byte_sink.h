// ByteSink: where a streaming writer puts its bytes. What writes models opens no files; whoever does wraps one in this.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status Write(std::string_view bytes) = 0;
};

// Appends to a string that must outlive it.
class StringSink final : public ByteSink {
 public:
  explicit StringSink(std::string* out) : out_(out) {}

  Status Write(std::string_view bytes) override {
    out_->append(bytes);
    return {};
  }

 private:
  std::string* out_;
};

}  // namespace scoreway
