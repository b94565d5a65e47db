// CallWebhook: one POST over HTTP or HTTPS, as a SendWebhook (service/notify_job_end.h).
#pragma once

#include "service/notify_job_end.h"

namespace scoreway::http {

// Waits for the answer some seconds. Follows no redirect. HTTPS asks for a certificate that the system trusts.
// kInvalidArgument: not such a URL; kUnavailable: no answer.
Result<int> CallWebhook(const WebhookCall& call);

}  // namespace scoreway::http
