// HttpCall: one request to a server over HTTP or HTTPS, and its answer. The body may be larger than memory.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateways/http/http_post.h"

namespace scoreway::http {

struct HttpCall {
  HttpUrl url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};
  // Gives the next piece of the body; empty at its end. Null: there is no body.
  std::function<Result<std::string>()> next_piece = nullptr;
  size_t answer_bytes_max = size_t{256} << 20;
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers = {};  // by names in lower case
  std::string body;
};

// On a connection of its own; each step (a piece sent, some bytes that come) may take the timeout. Follows no redirect.
// HTTPS asks for a certificate that the system trusts. kUnavailable says why there is no answer; errors of next_piece
// are given on. Any answer is ok, whatever its status.
Result<HttpAnswer> CallServer(const HttpCall& call, std::chrono::milliseconds timeout);

// What an answer of 400 or more says: problem details, as our servers write them, or else its text.
Error ProblemOf(const HttpAnswer& answer);

}  // namespace scoreway::http
