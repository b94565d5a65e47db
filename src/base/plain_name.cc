#include "base/plain_name.h"

#include <algorithm>

namespace scoreway {
namespace {

bool IsNameByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

}  // namespace

Status CheckPlainName(std::string_view what, std::string_view name) {
  const std::string subject = "the name of " + std::string(what);
  // Cut short, as a place must stay readable whatever was sent.
  const std::string place =
      std::string(what.substr(what.find(' ') + 1)) + " '" + std::string(name.substr(0, 160)) + "'";
  if (name.empty()) return Status(Code::kInvalidArgument, subject + " is empty");
  if (name.size() > kNameBytesMax) {
    return Status(Code::kInvalidArgument, subject + " has more than " + std::to_string(kNameBytesMax) + " characters",
                  place);
  }
  if (!std::ranges::all_of(name, IsNameByte)) {
    return Status(Code::kInvalidArgument, subject + " may have letters, digits, '_', '-' and '.' only", place);
  }
  if (std::ranges::all_of(name, [](char c) { return c == '.'; })) {
    return Status(Code::kInvalidArgument, subject + " is only dots", place);
  }
  return {};
}

}  // namespace scoreway
