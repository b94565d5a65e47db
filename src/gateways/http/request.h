// Request: one HTTP request as the core hands it to a handler. Views into the connection's own memory, valid until the
// answer is sent. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway::http {

enum class Method : uint8_t { kGet, kHead, kPost, kPut, kDelete, kOptions, kOther };

std::string_view MethodName(Method method);

class Request {
 public:
  Method method() const { return method_; }
  // The path before '?', as sent (percent-encoded).
  std::string_view path() const { return View(path_); }
  // Behind the '?'; empty if none.
  std::string_view query() const { return View(query_); }
  std::string_view body() const { return body_; }
  // The body followed by at least this many readable bytes, as JSON parsers want; they mean nothing.
  static constexpr size_t kBodyPadding = 64;

  // The first header of that name (any case), or nothing.
  std::optional<std::string_view> Header(std::string_view name) const;
  // The first query parameter of that name, percent-decoded, or nothing.
  std::optional<std::string> Query(std::string_view name) const;
  // All query parameters in order, percent-decoded.
  std::vector<std::pair<std::string, std::string>> QueryParameters() const;

  // ---- for the core, which fills it -----------------------------------------------------------------------------
  void Clear();
  void SetTarget(Method method, std::string_view target);
  void AddHeader(std::string_view name, std::string_view value);
  std::string* mutable_body() { return &body_; }

 private:
  struct Span {
    uint32_t offset = 0, size = 0;
  };
  struct HeaderField {
    Span name, value;
  };
  std::string_view View(Span span) const { return std::string_view(text_).substr(span.offset, span.size); }
  Span Keep(std::string_view text);

  Method method_ = Method::kOther;
  Span path_, query_;
  std::string text_;  // target and headers; kept from request to request, so that it stops growing
  std::vector<HeaderField> headers_;
  std::string body_;
};

// %41 to A and, if plus_is_space, + to a space. A broken escape stays as it is.
std::string PercentDecode(std::string_view text, bool plus_is_space);

// Whether two header names or tokens are the same but for case.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace scoreway::http
