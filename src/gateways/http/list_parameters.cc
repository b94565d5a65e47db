#include "gateways/http/list_parameters.h"

#include <algorithm>
#include <charconv>

namespace scoreway::http {
namespace {

constexpr int64_t kLimitMax = ListOptions::kCountMax;

Error NotA(std::string_view what, std::string_view name) {
  return {Code::kInvalidArgument, "not " + std::string(what), "query parameter '" + std::string(name) + "'"};
}

}  // namespace

Result<int64_t> ReadNumber(const Request& request, std::string_view name, int64_t otherwise) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  int64_t number = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (fault != std::errc() || end != text->data() + text->size()) return NotA("a whole number", name);
  return number;
}

Result<bool> ReadFlag(const Request& request, std::string_view name) {
  const auto text = request.Query(name);
  if (!text || *text == "false" || *text == "0") return false;
  if (*text == "true" || *text == "1" || text->empty()) return true;
  return NotA("true or false", name);
}

Result<ListOptions> ReadListOptions(const Request& request) {
  ListOptions options;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t limit, ReadNumber(request, "limit", static_cast<int64_t>(options.count_max)));
  if (limit < 1 || limit > kLimitMax) return NotA("a number from 1 to " + std::to_string(kLimitMax), "limit");
  options.count_max = static_cast<size_t>(limit);
  options.page_token = request.Query("page_token").value_or("");
  SCOREWAY_ASSIGN_OR_RETURN(options.include_deleted, ReadFlag(request, "include_deleted"));
  return options;
}

void ReadOutputsParameter(const Request& request, std::vector<std::string>* outputs) {
  const auto list = request.Query("outputs");
  if (!list) return;
  std::string_view rest = *list;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    if (!name.empty()) outputs->emplace_back(name);
  }
}

}  // namespace scoreway::http
