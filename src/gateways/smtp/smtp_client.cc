#include "gateways/smtp/smtp_client.h"

#include <unistd.h>

#include <ctime>
#include <exception>

#include "base/base64.h"
#include "gateways/client/timed_connection.h"
#include "gateways/smtp/letter.h"
#include "gateways/smtp/smtp_reply.h"

namespace scoreway::smtp {
namespace {

constexpr size_t kReadBytes = 4096;

// How this machine calls itself in the greeting.
std::string GreetingName() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost";
  return name;
}

// 4xx: another try may end otherwise.
Error Refused(std::string_view what, const SmtpReply& reply) {
  return {reply.code < 500 ? Code::kUnavailable : Code::kPermissionDenied,
          "the mail server says to " + std::string(what) + ": " + reply.ToString(),
          {}};
}

class Session {
 public:
  explicit Session(const SmtpOptions& options) : options_(options), connection_(options.timeout) {}

  Result<std::string> Send(const Mail& mail) {
    SCOREWAY_RETURN_IF_ERROR(connection_.Connect(options_.host, options_.port));
    if (options_.encryption == Encryption::kAtOnce) SCOREWAY_RETURN_IF_ERROR(connection_.StartTls(options_.host));
    SCOREWAY_RETURN_IF_ERROR(Expect("its greeting"));
    SCOREWAY_RETURN_IF_ERROR(Greet());
    if (options_.encryption == Encryption::kStartTls) SCOREWAY_RETURN_IF_ERROR(Encrypt());
    if (!options_.user.empty()) SCOREWAY_RETURN_IF_ERROR(Authenticate());
    return Deliver(mail);
  }

 private:
  Result<SmtpReply> Read() {
    SmtpReply reply;
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool is_whole, TakeReply(&waiting_, &reply));
      if (is_whole) return reply;
      SCOREWAY_RETURN_IF_ERROR(connection_.Read(kReadBytes, &waiting_));
    }
  }

  Result<SmtpReply> Ask(const std::string& line) {
    SCOREWAY_RETURN_IF_ERROR(connection_.Write(line + "\r\n"));
    return Read();
  }

  // `what` stands for it in an error, as passwords are not told.
  Status Expect(std::string_view what) {
    SCOREWAY_ASSIGN_OR_RETURN(const SmtpReply reply, Read());
    return reply.is_good() ? Status() : Status(Refused(what, reply));
  }
  Status Command(const std::string& line, std::string_view what) {
    SCOREWAY_RETURN_IF_ERROR(connection_.Write(line + "\r\n"));
    return Expect(what);
  }

  Status Greet() {
    SCOREWAY_ASSIGN_OR_RETURN(extensions_, Ask("EHLO " + GreetingName()));
    return extensions_.is_good() ? Status() : Status(Refused("EHLO", extensions_));
  }

  Status Encrypt() {
    if (!extensions_.Extension("STARTTLS")) {
      return Status(Code::kPermissionDenied, "the mail server does not offer STARTTLS; nothing was sent in the clear");
    }
    SCOREWAY_RETURN_IF_ERROR(Command("STARTTLS", "STARTTLS"));
    // What came with the answer was said in the clear by whoever stands between.
    if (!waiting_.empty()) return Status(Code::kUnavailable, "the mail server speaks before TLS has begun");
    SCOREWAY_RETURN_IF_ERROR(connection_.StartTls(options_.host));
    return Greet();
  }

  Status Authenticate() {
    const std::string ways(extensions_.Extension("AUTH").value_or(""));
    if (ways.find("PLAIN") != std::string::npos) {
      using std::string_literals::operator""s;
      return Command("AUTH PLAIN " + Base64("\0"s + options_.user + "\0"s + options_.password), "AUTH PLAIN");
    }
    if (ways.find("LOGIN") == std::string::npos) {
      return Status(Code::kUnsupported, "the mail server takes passwords neither by AUTH PLAIN nor by AUTH LOGIN");
    }
    SCOREWAY_RETURN_IF_ERROR(Command("AUTH LOGIN", "AUTH LOGIN"));
    SCOREWAY_RETURN_IF_ERROR(Command(Base64(options_.user), "AUTH LOGIN"));
    return Command(Base64(options_.password), "AUTH LOGIN");
  }

  // To those who are not refused, if there is one.
  Result<std::string> Deliver(const Mail& mail) {
    SCOREWAY_RETURN_IF_ERROR(Command("MAIL FROM:<" + options_.from + ">", "MAIL FROM"));
    std::string refused;
    size_t taken = 0;
    for (const std::string& to : mail.to) {
      SCOREWAY_ASSIGN_OR_RETURN(const SmtpReply reply, Ask("RCPT TO:<" + to + ">"));
      taken += reply.is_good() ? 1 : 0;
      if (!reply.is_good() && taken == 0 && &to == &mail.to.back()) return Refused("RCPT TO:<" + to + ">", reply);
      if (!reply.is_good()) refused += (refused.empty() ? ", but not to " : " and ") + to + ": " + reply.ToString();
    }
    SCOREWAY_RETURN_IF_ERROR(Command("DATA", "DATA"));
    SCOREWAY_RETURN_IF_ERROR(Command(LetterText(mail, options_.from, std::time(nullptr)) + ".", "the letter"));
    (void)connection_.Write("QUIT\r\n");  // it is the server's now
    return "sent" + refused;
  }

  const SmtpOptions& options_;
  TimedConnection connection_;
  std::string waiting_;  // read, and not looked at yet
  SmtpReply extensions_;
};

}  // namespace

Result<SmtpOptions> ParseSmtpUrl(std::string_view url) {
  const Error bad{Code::kInvalidArgument, "not a URL such as smtp://mail.example.org:587 or smtps://mail.example.org",
                  std::string(url)};
  SmtpOptions options;
  options.encryption = url.starts_with("smtps://") ? Encryption::kAtOnce : Encryption::kStartTls;
  if (!url.starts_with("smtps://") && !url.starts_with("smtp://")) return bad;
  std::string_view place = url.substr(url.find("//") + 2);
  if (place.ends_with('/')) place.remove_suffix(1);
  const size_t bracket = place.rfind(']'), colon = place.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  options.host = place.substr(0, has_port ? colon : place.size());
  options.port = has_port ? place.substr(colon + 1) : options.encryption == Encryption::kAtOnce ? "465" : "587";
  if (options.host.starts_with('[') && options.host.ends_with(']')) {
    options.host = options.host.substr(1, options.host.size() - 2);
  }
  const bool is_plain = place.find_first_of("/@?# \t\r\n") == std::string_view::npos;
  const bool is_number = options.port.find_first_not_of("0123456789") == std::string::npos;
  if (options.host.empty() || options.port.empty() || !is_plain || !is_number) return bad;
  return options;
}

Result<std::string> SendBySmtp(const SmtpOptions& options, const Mail& mail) {
  try {
    return Session(options).Send(mail);
  } catch (const std::exception& fault) {
    return Error{Code::kUnavailable, fault.what(), {}};
  }
}

}  // namespace scoreway::smtp
