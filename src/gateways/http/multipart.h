// MultipartReader: takes a body of multipart/form-data (RFC 7578) apart as it comes, in pieces of any size.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::http {

// The boundary that a Content-Type of multipart/form-data names; nothing if it is another type. INVALID_ARGUMENT for a
// multipart type without a good boundary, or another multipart than form-data.
Result<std::optional<std::string>> BoundaryOf(std::string_view content_type);

// One thread at a time.
class MultipartReader {
 public:
  // Is told what comes, in this order. An error ends the reading, and is returned.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual Status OnPart(std::string_view name) = 0;
    virtual Status OnData(std::string_view bytes) = 0;
  };

  // The listener must outlive the reader.
  MultipartReader(std::string_view boundary, Listener* listener);

  // INVALID_ARGUMENT for what is no multipart body, RESOURCE_EXHAUSTED for a part's head of more than 8 KiB.
  Status Feed(std::string_view bytes);
  // INVALID_ARGUMENT if the last boundary is missing.
  Status End() const;

 private:
  enum class State { kPreamble, kBoundary, kHead, kData, kDone };

  // Each takes what it can from the unread bytes; false: it needs more of them.
  Result<bool> Step();
  Result<bool> ReadData();
  Result<bool> ReadBoundary();
  Result<bool> ReadHead();

  const std::string delimiter_;
  Listener* const listener_;
  State state_ = State::kPreamble;
  std::string unread_;
  size_t at_ = 0;  // of unread_, from here on
};

}  // namespace scoreway::http
