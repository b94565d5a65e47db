// NotifyJobEnd: the webhook of a job that has ended: the job as JSON, signed, sent until it is taken.
//
// The call goes through the queue, so that it survives whoever was to make it. It may come more than once.
#pragma once

#include <functional>
#include <string>

#include "jobs/job.h"
#include "service/job_service.h"
#include "store/queue.h"

namespace scoreway {

struct WebhookCall {
  std::string url;
  std::string body;       // JSON
  std::string signature;  // of the header Scoreway-Signature: "t=SECONDS,v1=HEX"; empty without a secret
};

// Makes the call and gives the HTTP status; an error if there was no answer.
using SendWebhook = std::function<Result<int>(const WebhookCall& call)>;

// The queue's entry for the call.
QueueEntry NotifyEntry(const Job& job);
// Whether an entry is one.
bool IsNotifyEntry(const Lease& lease);

// HMAC-SHA-256 over "SECONDS.BODY".
std::string SignWebhook(const std::string& secret, int64_t seconds, const std::string& body);

// Makes the call of a leased entry; what is to be settled.
Settlement NotifyJobEnd(JobService& jobs, const SendWebhook& send, const Lease& lease);

}  // namespace scoreway
