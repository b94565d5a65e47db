#include "gateways/smtp/letter.h"

#include <ctime>

#include "base/base64.h"

namespace scoreway::smtp {
namespace {

constexpr size_t kLineBytesMax = 76;

// "Fri, 27 Nov 2026 06:45:00 +0000"; names of days and months are English whatever the locale.
std::string DateText(int64_t unix_seconds) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::string(kDays[parts.tm_wday]) + ", " + std::to_string(parts.tm_mday) + " " + kMonths[parts.tm_mon] + " " +
         std::to_string(1900 + parts.tm_year) + " " + two(parts.tm_hour) + ":" + two(parts.tm_min) + ":" +
         two(parts.tm_sec) + " +0000";
}

// A value of a header: no control character begins a line of its own.
std::string Plain(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c < ' ' || c > '~') c = '?';
  }
  return plain;
}

}  // namespace

std::string LetterText(const Mail& mail, std::string_view from, int64_t unix_seconds) {
  std::string to;
  for (const std::string& each : mail.to) to += (to.empty() ? "" : ",\r\n ") + Plain(each);
  std::string text = "From: Scoreway <" + Plain(from) + ">\r\nTo: " + to + "\r\nSubject: " + Plain(mail.subject) +
                     "\r\nDate: " + DateText(unix_seconds) + "\r\nMessage-ID: <" + Plain(mail.id) + "@" +
                     Plain(from.substr(from.rfind('@') + 1)) +
                     ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                     "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const std::string body = Base64(mail.body);
  for (size_t at = 0; at < body.size(); at += kLineBytesMax) text += body.substr(at, kLineBytesMax) + "\r\n";
  return text;
}

}  // namespace scoreway::smtp
