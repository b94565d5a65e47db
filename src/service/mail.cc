#include "service/mail.h"

#include <algorithm>

namespace scoreway {
namespace {

constexpr size_t kAddressBytesMax = 254;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

// What an address may have without quotes, which we do not take.
bool IsLocalByte(char c) {
  return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

bool IsDomainByte(char c) {
  return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

Status CheckMailAddress(std::string_view address) {
  const size_t at = address.rfind('@');
  const bool has_both = at != std::string_view::npos && at > 0 && at + 1 < address.size();
  if (has_both && address.size() <= kAddressBytesMax && std::ranges::all_of(address.substr(0, at), IsLocalByte) &&
      std::ranges::all_of(address.substr(at + 1), IsDomainByte)) {
    return {};
  }
  return Status(Code::kInvalidArgument, "not an address such as ops@example.org",
                "'" + std::string(address.substr(0, kAddressBytesMax)) + "'");
}

bool IsMailAllowed(std::string_view address, const std::vector<std::string>& allowed) {
  const std::string_view domain = address.substr(address.rfind('@') + 1);
  return std::ranges::any_of(allowed, [&](const std::string& each) {
    if (each.find('@') != std::string::npos) return EqualsIgnoringCase(each, address);
    if (EqualsIgnoringCase(each, domain)) return true;
    return domain.size() > each.size() && domain[domain.size() - each.size() - 1] == '.' &&
           EqualsIgnoringCase(each, domain.substr(domain.size() - each.size()));
  });
}

}  // namespace scoreway
