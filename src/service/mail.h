// Mail: a letter to people, and how it is sent. Values and pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct Mail {
  static constexpr size_t kRecipientsMax = 20;

  std::vector<std::string> to;
  std::string subject;  // ASCII
  std::string body;     // UTF-8
  std::string id;       // the same of a letter that is sent again; a plain name
};

// Sends it, and gives what is to be told of it: "sent", or who was refused. kUnavailable where another try may end
// otherwise.
using SendMail = std::function<Result<std::string>(const Mail& mail)>;

// LOCAL@DOMAIN of printable ASCII, as it stands between < and >; kInvalidArgument names what is none.
Status CheckMailAddress(std::string_view address);

// Whether one of `allowed` is the address, or the domain behind its @, or a domain that this one lies in.
bool IsMailAllowed(std::string_view address, const std::vector<std::string>& allowed);

}  // namespace scoreway
