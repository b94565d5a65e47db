#include "gateways/http/media_type.h"

#include <algorithm>

#include "gateways/http/request.h"

namespace scoreway::http {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view WithoutParameters(std::string_view text) { return Trim(text.substr(0, text.find(';'))); }

std::optional<RowForm> FormOf(std::string_view type) {
  const auto is = [type](std::string_view name) { return EqualsIgnoringCase(type, name); };
  if (is("application/json")) return RowForm::kJson;
  if (is("text/csv")) return RowForm::kCsv;
  if (is("application/jsonl") || is("application/x-ndjson") || is("application/jsonlines") ||
      is("application/x-jsonlines")) {
    return RowForm::kJsonLines;
  }
  if (is("application/vnd.apache.arrow.stream")) return RowForm::kArrow;
  return std::nullopt;
}

bool IsExcluded(std::string_view item) {
  const size_t weight = item.find("q=0");
  return weight != std::string_view::npos && item.find_first_of("123456789", weight + 3) == std::string_view::npos;
}

}  // namespace

std::optional<RowForm> FormOfContentType(std::optional<std::string_view> content_type) {
  if (!content_type) return RowForm::kJson;
  const std::string_view type = WithoutParameters(*content_type);
  if (EqualsIgnoringCase(type, "application/x-www-form-urlencoded")) return RowForm::kJson;
  return FormOf(type);
}

std::optional<RowForm> FormOfAccept(std::optional<std::string_view> accept, RowForm otherwise) {
  if (!accept || *accept == "*/*") return otherwise;
  std::string_view rest = *accept;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    const std::string_view type = WithoutParameters(item);
    if (IsExcluded(item)) continue;
    if (type == "*/*" || (type == "text/*" && otherwise == RowForm::kCsv) ||
        (type == "application/*" && otherwise != RowForm::kCsv)) {
      return otherwise;
    }
    if (type == "text/*") return RowForm::kCsv;
    if (type == "application/*") return RowForm::kJson;
    if (const auto form = FormOf(type)) return form;
  }
  return std::nullopt;
}

std::string_view ContentType(RowForm form) {
  switch (form) {
    case RowForm::kJson: return "application/json";
    case RowForm::kCsv: return "text/csv; charset=utf-8";
    case RowForm::kJsonLines: return "application/jsonl";
    case RowForm::kArrow: return "application/vnd.apache.arrow.stream";
  }
  return "application/json";
}

}  // namespace scoreway::http
