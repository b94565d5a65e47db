// HttpPost: one POST over HTTP or HTTPS, and the status of its answer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace scoreway::http {

struct HttpUrl {
  bool is_tls = false;
  std::string host, port, path;  // the path with its query; "/" if there is none
};

// kInvalidArgument: no URL that begins with http:// or https:// and names a host. `port`: where the URL names none;
// empty: that of the scheme.
Result<HttpUrl> ParseHttpUrl(std::string_view url, std::string_view port = {});

struct HttpPost {
  HttpUrl url;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body;
};

// On a connection of its own, all within the timeout. Follows no redirect. HTTPS asks for a certificate that the system
// trusts. kUnavailable says why there is no answer.
Result<int> Send(const HttpPost& post, std::chrono::milliseconds timeout);

}  // namespace scoreway::http
