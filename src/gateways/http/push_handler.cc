// POST /v1/models/NAME/versions: the body is the file as it was saved, or a form with it; what is said about it stands
// in the query, or in the form's metadata.
#include "service/push.h"

#include <charconv>
#include <string>

#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/upload.h"
#include "service/push_with_sample.h"

namespace scoreway::http {
namespace {

Error BadParameter(std::string_view key, std::string_view message) {
  return {Code::kInvalidArgument, std::string(message), "query parameter '" + std::string(key) + "'"};
}

template <typename T>
bool ReadWhole(std::string_view text, T* value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return fault == std::errc() && end == text.data() + text.size();
}

Status ReadParameter(const std::string& key, std::string value, PushModelRequest* request) {
  PushRequest& push = request->push;
  const auto named = [&key](std::string_view prefix) { return key.size() > prefix.size() && key.starts_with(prefix); };
  if (key == "alias") {
    push.aliases.push_back(std::move(value));
  } else if (key == "description") {
    push.metadata.description = std::move(value);
  } else if (key == "training_data") {
    push.metadata.training_data = std::move(value);
  } else if (key == "who") {
    push.change.who = std::move(value);
  } else if (key == "why") {
    push.change.why = std::move(value);
  } else if (key == "parent_version") {
    if (!ReadWhole(value, &push.metadata.parent_version) || push.metadata.parent_version < 1) {
      return BadParameter(key, "not a version");
    }
  } else if (named("tag.")) {
    push.metadata.tags[key.substr(4)] = std::move(value);
  } else if (named("parameter.")) {
    push.metadata.parameters[key.substr(10)] = std::move(value);
  } else if (named("import.")) {
    push.metadata.import_options[key.substr(7)] = std::move(value);
  } else if (named("metric.")) {
    if (!ReadWhole(value, &push.metadata.metrics[key.substr(7)])) return BadParameter(key, "not a number");
  } else {
    return BadParameter(key,
                        "unknown; known are alias, description, training_data, parent_version, who, why, tag.NAME, "
                        "metric.NAME, parameter.NAME, import.recommend and import.feature_map");
  }
  return {};
}

// The form's metadata. The query's word counts where both speak.
Status ReadMetadata(std::string_view json, PushModelRequest* request) {
  VersionMetadata& metadata = request->push.metadata;
  Status status = ReadJsonBody(json, {{"aliases", Into(&request->push.aliases)},
                                      {"description", Into(&metadata.description)},
                                      {"training_data", Into(&metadata.training_data)},
                                      {"parent_version", Into(&metadata.parent_version)},
                                      {"metrics", Into(&metadata.metrics)},
                                      {"parameters", Into(&metadata.parameters)},
                                      {"tags", Into(&metadata.tags)},
                                      {"import_options", Into(&metadata.import_options)},
                                      {"who", Into(&request->push.change.who)},
                                      {"why", Into(&request->push.change.why)},
                                      {"require_parity", Into(&request->require_parity)},
                                      {"tolerance", Into(&request->parity.tolerance)}});
  if (!status.ok()) return AtPlace("part 'metadata'", ToError(std::move(status)));
  return {};
}

Status ReadSample(const Upload& upload, PushModelRequest* request) {
  if (upload.rows().empty() != upload.expected().empty()) {
    return Status(Code::kInvalidArgument, "rows and expected come together", "part 'rows'");
  }
  if (!upload.rows().empty()) request->sample = ParitySample{upload.rows(), upload.expected()};
  return {};
}

Result<PushModelAnswer> Push(const Service& service, PushModelRequest request, Upload& upload) {
  if (!upload.sample().empty()) {
    std::shared_ptr<const std::string> artifact = upload.bytes();
    if (artifact == nullptr) {
      SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, upload.writer().ReadBack());
      artifact = std::make_shared<const std::string>(std::move(bytes));
    }
    uint64_t rows = 0;
    return PushWithSample(service, std::move(request), std::move(artifact),
                          {std::make_shared<const TextBytes>(upload.sample()), TableFormat::kCsv}, &rows);
  }
  if (upload.bytes() == nullptr) return PushModel(service, std::move(request), upload.writer());
  return PushModel(service, std::move(request), upload.bytes());
}

}  // namespace

void HandlePush(Gateway& gateway, Call& call) {
  Upload* const upload = EndUpload(call);
  if (upload == nullptr) return;
  Answer(call, [&]() -> Status {
    PushModelRequest request;
    request.push.name = ModelName(call);
    request.push.change.who = "http";
    SCOREWAY_RETURN_IF_ERROR(ReadMetadata(upload->metadata(), &request));
    SCOREWAY_RETURN_IF_ERROR(ReadSample(*upload, &request));
    request.push.idempotency_key = call.request().Header("idempotency-key").value_or("");
    for (auto& [key, value] : call.request().QueryParameters()) {
      SCOREWAY_RETURN_IF_ERROR(ReadParameter(key, std::move(value), &request));
    }
    request.push.change.who = WhoOf(call, request.push.change.who);
    request.push.metadata.producer = request.push.change.who;
    if (!upload->has_artifact()) {
      return Status(Code::kInvalidArgument,
                    "the model's file is missing: it should be the body, or its part 'artifact'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, Push(gateway.service(), std::move(request), *upload));
    WritePushed(answer, &call.response());
    return {};
  });
}

}  // namespace scoreway::http
