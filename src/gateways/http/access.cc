#include "gateways/http/access.h"

#include <algorithm>

namespace scoreway::http {
namespace {

constexpr std::string_view kOpen[] = {"/", "/ping", "/v2/health/live", "/v2/health/ready"};

}  // namespace

std::optional<Role> RoleOf(const Route& route) {
  if (std::ranges::find(kOpen, route.pattern) != std::end(kOpen)) return std::nullopt;
  if (route.pattern.starts_with("/v1/keys") || route.method == Method::kDelete) return Role::kAdmin;
  // What takes a request's rows where they were read is scoring.
  const bool reads = route.method == Method::kGet || route.place == Place::kHere || route.pattern.ends_with(":read") ||
                     route.pattern == "/v2/repository/index";
  return reads ? Role::kPredict : Role::kPush;
}

std::string_view BearerKey(const Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view value = request.Header("authorization").value_or("");
  if (value.size() < kScheme.size() || !EqualsIgnoringCase(value.substr(0, kScheme.size()), kScheme)) return {};
  std::string_view key = value.substr(kScheme.size());
  key.remove_prefix(std::min(key.find_first_not_of(' '), key.size()));
  return key.substr(0, key.find_last_not_of(' ') + 1);
}

}  // namespace scoreway::http
