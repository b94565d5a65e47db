// Watcher: looks at the watched models when their time has come, and tells of changes.
//
// Several servers may watch one registry: each look, each call of a webhook and each letter is claimed by
// compare-and-set, so that one of them does it. A call goes out until it is answered with 2xx, a letter until a mail
// server takes it or refuses it for good, with growing pauses, as the retry policy says; both may come more than once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "jobs/retry_policy.h"
#include "service/mail.h"
#include "service/notify_job_end.h"
#include "service/reference_profiles.h"
#include "service/service.h"
#include "service/watch_findings.h"
#include "service/watch_store.h"

namespace scoreway {

struct WatcherOptions {
  std::chrono::milliseconds tick{1000};  // from round to round; 0: no thread, Round is called
  RetryPolicy retry = {};
  std::vector<std::string> webhook_prefixes = {};  // what a URL may begin with; none: nobody is called
  std::string webhook_secret = {};
  std::vector<std::string> mail_allowed = {};  // IsMailAllowed (mail.h); none: nobody is written to
};

class Watcher {
 public:
  // The service needs registry, records and profiles, which must outlive this.
  // `send_mail`: null where there is no mail server.
  Watcher(const Service& service, WatcherOptions options, SendWebhook send_webhook, SendMail send_mail);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Looks at what is due and makes the calls that are. Errors stay with the watch they belong to, but for those of
  // listing them. One thread at a time.
  Status Round();

 private:
  void Run();
  Status LookAt(const Watch& watch, int64_t now_micros);
  WatchFindings Look(const Watch& watch);
  // What became of a try.
  struct Outcome {
    bool is_over = false;  // no other try is made
    std::string text;
  };
  using Send = Outcome (Watcher::*)(const Watch& watch, const WatchAlert& alert, int64_t now_micros);

  Status Tell(const Watch& watch, WatchNotice WatchAlert::*channel, Send send, int64_t now_micros);
  Outcome Call(const Watch& watch, const WatchAlert& alert, int64_t now_micros);
  Outcome Write(const Watch& watch, const WatchAlert& alert, int64_t now_micros);

  const Service service_;
  WatchStore watches_;
  ReferenceProfiles references_;
  const WatcherOptions options_;
  const SendWebhook send_webhook_;
  const SendMail send_mail_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway
