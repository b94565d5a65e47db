#include "gateways/http/access.h"

#include <algorithm>

namespace scoreway::http {
namespace {

constexpr std::string_view kOpen[] = {"/", "/ping", "/v2/health/live", "/v2/health/ready", "/ui", "/ui/", "/ui/{file}"};

}  // namespace

std::optional<Role> RoleOf(const Route& route) {
  if (std::ranges::find(kOpen, route.pattern) != std::end(kOpen)) return std::nullopt;
  // A stream makes the server speak to brokers that it names.
  if (route.pattern.starts_with("/v1/streams") && route.method != Method::kGet) return Role::kAdmin;
  // Answers of a batch are written where it says.
  if (route.pattern == "/v1/batches" && route.method != Method::kGet) return Role::kAdmin;
  // As submitting a job: rows to be scored later.
  if (route.pattern == "/v1/batches/{batch}/rows") return Role::kPredict;
  if (route.pattern.starts_with("/v1/keys") || route.pattern == "/debug" || route.method == Method::kDelete)
    return Role::kAdmin;
  // What others have asked and been answered is not for everybody who may ask.
  for (const std::string_view ending : {"/predictions", "/labels", "/drift", "/performance", "/events", "/trainer"}) {
    if (route.pattern.ends_with(ending)) return Role::kPush;
  }
  // What takes a request's rows where they were read is scoring.
  const bool reads = route.method == Method::kGet || route.place == Place::kHere || route.place == Place::kJobs ||
                     route.pattern.ends_with(":read") || route.pattern == "/v2/repository/index";
  return reads ? Role::kPredict : Role::kPush;
}

bool TellsOfHealth(const Route& route) {
  return route.pattern.starts_with("/v2/health/") || route.pattern == "/metrics" || route.pattern == "/ping";
}

}  // namespace scoreway::http
