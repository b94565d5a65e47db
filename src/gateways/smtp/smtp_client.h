// SmtpClient: hands mail to a server of the Simple Mail Transfer Protocol (RFC 5321), with TLS at once or by STARTTLS,
// and with a name and a password (AUTH PLAIN or LOGIN) where it has them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/mail.h"

namespace scoreway::smtp {

// When a connection is encrypted.
enum class Encryption : uint8_t {
  kStartTls,  // after the greeting; without it nothing is sent
  kAtOnce,
  kNone,  // neither letters nor anything else are secret; a password is not sent
};

struct SmtpOptions {
  std::string host, port;
  Encryption encryption = Encryption::kStartTls;
  std::string user, password;  // empty: without
  std::string from;            // the sender's address
  std::chrono::milliseconds timeout{30'000};
};

// Of "smtp://mail.example.org:587" (STARTTLS) or "smtps://mail.example.org" (TLS at once); host, port and encryption.
// kInvalidArgument says what is wrong.
Result<SmtpOptions> ParseSmtpUrl(std::string_view url);

// As SendMail (service/mail.h). kUnavailable: the server cannot be reached or asks to come again; other codes: it
// refuses for good, and its words are in the message.
Result<std::string> SendBySmtp(const SmtpOptions& options, const Mail& mail);

}  // namespace scoreway::smtp
