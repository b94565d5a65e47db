#include "gateways/http/registry_call.h"

#include <charconv>

#include "data/codec/json_writer.h"
#include "service/run_reference.h"

namespace scoreway::http {

Result<int64_t> VersionNumber(const Call& call) {
  const std::string_view digits = call.parameters[1];
  int64_t version = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (fault == std::errc() && end == digits.data() + digits.size() && version > 0) return version;
  return Error{Code::kInvalidArgument, "not a version: '" + std::string(digits) + "'", "path"};
}

Result<int64_t> RunNumber(Gateway& gateway, const Call& call) {
  return FindRun(*gateway.service().runs, ModelName(call), call.parameters[1]);
}

std::string WhoOf(const Call& call, std::string_view said) {
  return call.exchange.caller.empty() ? std::string(said) : call.exchange.caller;
}

Change ChangeOf(const Call& call) {
  const Request& request = call.request();
  return {WhoOf(call, request.Query("who").value_or("http")), request.Query("why").value_or("")};
}

void WritePushed(const PushModelAnswer& answer, Response* response) {
  const VersionInfo& version = answer.version;
  response->status = answer.is_new ? 201 : 200;
  response->AddHeader("Location", "/v1/models/" + version.name + "/versions/" + std::to_string(version.number));
  JsonWriter json(&response->body);
  WriteJson(version, &json);
}

}  // namespace scoreway::http
