// TimedConnection: a connection to another server, plain or with TLS, on which each step is waited for, all of them
// together no longer than a timeout. What calls others (webhooks, mail) stands on it.
//
// Errors: kUnavailable, with what went wrong; nothing more may be asked of it then. Exceptions of the libraries beneath
// may leave it, where memory is out; callers catch them. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

class TimedConnection {
 public:
  explicit TimedConnection(std::chrono::milliseconds timeout);
  ~TimedConnection();
  TimedConnection(const TimedConnection&) = delete;
  TimedConnection& operator=(const TimedConnection&) = delete;

  // What follows may take so long, together; from now on.
  void Renew(std::chrono::milliseconds timeout);

  Status Connect(const std::string& host, const std::string& port);
  // All that follows is encrypted. Asks for a certificate of that host that the system trusts.
  Status StartTls(const std::string& host);
  Status Write(std::string_view bytes);
  // Appends what comes next, at most `bytes_max`.
  Status Read(size_t bytes_max, std::string* bytes);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
