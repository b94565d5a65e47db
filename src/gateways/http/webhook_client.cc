#include "gateways/http/webhook_client.h"

#include <chrono>
#include <utility>

#include "gateways/http/http_post.h"

namespace scoreway::http {
namespace {

constexpr std::chrono::seconds kTimeout{10};

}  // namespace

Result<int> CallWebhook(const WebhookCall& call) {
  auto url = ParseHttpUrl(call.url);
  if (!url.ok()) return AtPlace("webhook", std::move(url).error());
  HttpPost post{.url = std::move(url).value(), .body = call.body};
  if (!call.signature.empty()) post.headers.emplace_back("Scoreway-Signature", call.signature);
  auto status = Send(post, kTimeout);
  if (status.ok()) return status;
  return Error{status.code(), "the webhook cannot be called: " + status.error().message, {}};
}

}  // namespace scoreway::http
