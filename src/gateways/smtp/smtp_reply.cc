#include "gateways/smtp/smtp_reply.h"

#include <algorithm>

namespace scoreway::smtp {
namespace {

constexpr size_t kTextBytesMax = 500;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool BeginsWithWord(std::string_view line, std::string_view word) {
  return line.size() >= word.size() &&
         std::ranges::equal(line.substr(0, word.size()), word, [](char a, char b) { return Upper(a) == Upper(b); }) &&
         (line.size() == word.size() || line[word.size()] == ' ' || line[word.size()] == '=');
}

}  // namespace

std::optional<std::string_view> SmtpReply::Extension(std::string_view keyword) const {
  for (const std::string& line : lines) {
    if (BeginsWithWord(line, keyword)) return std::string_view(line).substr(std::min(line.size(), keyword.size() + 1));
  }
  return std::nullopt;
}

std::string SmtpReply::ToString() const {
  std::string text = std::to_string(code);
  for (const std::string& line : lines) {
    text += ' ';
    for (const char c : line) {
      if (c >= ' ' && c <= '~') text += c;
    }
  }
  return text.substr(0, kTextBytesMax);
}

Result<bool> TakeReply(std::string* bytes, SmtpReply* reply) {
  const Error no_smtp{Code::kUnavailable, "its answer is no SMTP", {}};
  *reply = {};
  size_t at = 0;
  while (true) {
    const size_t end = bytes->find('\n', at);
    if (end == std::string::npos) {
      if (bytes->size() < SmtpReply::kBytesMax) return false;
      return Error{Code::kUnavailable, "its answer has no end", {}};
    }
    std::string_view line(bytes->data() + at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, IsDigit)) return no_smtp;
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (code < 200 || code > 599 || (reply->code != 0 && code != reply->code)) return no_smtp;
    const char mark = line.size() == 3 ? ' ' : line[3];
    if (mark != ' ' && mark != '-') return no_smtp;
    reply->code = code;
    reply->lines.emplace_back(line.substr(std::min<size_t>(line.size(), 4)));
    if (mark == ' ') break;
  }
  bytes->erase(0, at);
  return true;
}

}  // namespace scoreway::smtp
