#include "gateways/http/request.h"

#include <algorithm>

namespace scoreway::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = Lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kDelete: return "DELETE";
    case Method::kOptions: return "OPTIONS";
    case Method::kOther: return "OTHER";
  }
  return "OTHER";
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return x == y || Lower(x) == Lower(y); });
}

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::optional<std::string_view> Request::Header(std::string_view name) const {
  for (const HeaderField& field : headers_) {
    if (field.name.size != name.size()) continue;
    const std::string_view text = View(field.name);
    // Most names of one length differ in their last letter.
    if (!name.empty() && Lower(text.back()) != Lower(name.back())) continue;
    if (EqualsIgnoringCase(text, name)) return View(field.value);
  }
  return std::nullopt;
}

std::optional<std::string> Request::Query(std::string_view name) const {
  if (query_.size == 0) return std::nullopt;
  for (auto& [key, value] : QueryParameters()) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> Request::QueryParameters() const {
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view rest = query();
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    if (item.empty()) continue;
    const size_t equals = item.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    parameters.emplace_back(PercentDecode(item.substr(0, equals), true), PercentDecode(value, true));
  }
  return parameters;
}

void Request::Clear() {
  method_ = Method::kOther;
  path_ = query_ = {};
  text_.clear();
  headers_.clear();
  body_.clear();
  // One big upload must not pin its memory to an idle connection.
  if (body_.capacity() > size_t{1} << 20) body_.shrink_to_fit();
}

Request::Span Request::Keep(std::string_view text) {
  const Span span{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())};
  text_.append(text);
  return span;
}

void Request::SetTarget(Method method, std::string_view target) {
  method_ = method;
  // The absolute form names scheme and host first; the path begins at the third slash.
  if (!target.empty() && target[0] != '/' && target != "*") {
    const size_t host = target.find("://");
    const size_t slash = host == std::string_view::npos ? host : target.find('/', host + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  path_ = Keep(target.substr(0, question));
  query_ = question == std::string_view::npos ? Span{} : Keep(target.substr(question + 1));
}

void Request::AddHeader(std::string_view name, std::string_view value) {
  headers_.push_back({Keep(name), Keep(value)});
}

}  // namespace scoreway::http
