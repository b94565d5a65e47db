#include "gateways/http/alias_request.h"

#include <simdjson.h>

namespace scoreway::http {
namespace {

Error Fault(std::string message, std::string_view member) {
  return {Code::kInvalidArgument, std::move(message), "member '" + std::string(member) + "'"};
}

Status ReadVersion(simdjson::dom::element value, std::string_view key, int64_t least, std::optional<int64_t>* number) {
  int64_t read = 0;
  if (value.get(read) != simdjson::SUCCESS || read < least) return Fault("not a version", key);
  *number = read;
  return {};
}

Status ReadText(simdjson::dom::element value, std::string_view key, std::string* text) {
  std::string_view read;
  if (value.get(read) != simdjson::SUCCESS) return Fault("not a string", key);
  *text = read;
  return {};
}

}  // namespace

Result<AliasRequest> ReadAliasRequest(std::string_view json) {
  AliasRequest request;
  if (json.empty()) return request;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) {
    return Error{Code::kInvalidArgument, "the body is not a JSON object", "body"};
  }
  for (const auto& [key, value] : object) {
    if (key == "version") {
      SCOREWAY_RETURN_IF_ERROR(ReadVersion(value, key, 1, &request.version));
    } else if (key == "expected") {
      if (value.is_null()) {
        request.expected = 0;
      } else {
        SCOREWAY_RETURN_IF_ERROR(ReadVersion(value, key, 0, &request.expected));
      }
    } else if (key == "who") {
      SCOREWAY_RETURN_IF_ERROR(ReadText(value, key, &request.change.who));
    } else if (key == "why") {
      SCOREWAY_RETURN_IF_ERROR(ReadText(value, key, &request.change.why));
    } else {
      return Fault("unknown; known are version, expected, who and why", key);
    }
  }
  return request;
}

}  // namespace scoreway::http
