// SmtpReply: what an SMTP server says: lines of three digits, "250-..." before others and "250 ..." the last.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::smtp {

struct SmtpReply {
  static constexpr size_t kBytesMax = 64 * 1024;

  int code = 0;
  std::vector<std::string> lines;  // without codes

  bool is_good() const { return code < 400; }
  // The words behind the keyword of one of the lines, as of "AUTH PLAIN LOGIN"; nothing if there is no such line.
  std::optional<std::string_view> Extension(std::string_view keyword) const;
  // In one line, for people; control characters are left out.
  std::string ToString() const;
};

// Takes a whole reply off the front of *bytes into *reply; false while it is not whole. kUnavailable: this is no SMTP,
// or there is no end of it.
Result<bool> TakeReply(std::string* bytes, SmtpReply* reply);

}  // namespace scoreway::smtp
