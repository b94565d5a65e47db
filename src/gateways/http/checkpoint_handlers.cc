// /v1/models/NAME/runs/RUN/checkpoints: the iterations of a training.
#include <utility>

#include "base/number_text.h"
#include "gateways/http/artifact_answer.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/run_request.h"
#include "gateways/http/upload.h"
#include "service/log_checkpoint.h"
#include "service/promote_checkpoint.h"
#include "service/run_reference.h"

namespace scoreway::http {
namespace {

Error BadParameter(const std::string& key, std::string message) {
  return {Code::kInvalidArgument, std::move(message), "query parameter '" + key + "'"};
}

Result<CheckpointWish> WishOf(const Call& call) {
  CheckpointWish wish;
  wish.metric = call.request().Query("metric").value_or("");
  wish.goal = call.request().Query("goal").value_or("");
  SCOREWAY_ASSIGN_OR_RETURN(wish.only_with_bytes, ReadFlag(call.request(), "with_bytes"));
  return wish;
}

// The checkpoint that the path means: a step's number, latest or best.
Result<CheckpointInfo> CheckpointOf(Gateway& gateway, const Call& call, int64_t run, bool only_with_bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(CheckpointWish wish, WishOf(call));
  wish.step = call.parameters[2];
  wish.only_with_bytes = wish.only_with_bytes || only_with_bytes;
  return FindCheckpoint(*gateway.service().runs, ModelName(call), run, wish);
}

Status ReadMetadata(std::string_view json, LogRequest* log) {
  Status status = ReadJsonBody(
      json, {{"metrics", Into(&log->metrics)}, {"reference", Into(&log->reference)}, {"replace", Into(&log->replace)}});
  if (!status.ok()) return AtPlace("part 'metadata'", ToError(std::move(status)));
  return {};
}

Result<LogRequest> ReadLogRequest(const Call& call, int64_t run, const std::string& metadata) {
  LogRequest log;
  log.name = ModelName(call);
  log.run = run;
  if (ParseInt64(call.parameters[2], &log.step) != NumberParse::kOk) {
    return Error{Code::kInvalidArgument, "not a step: '" + std::string(call.parameters[2]) + "'", "path"};
  }
  SCOREWAY_RETURN_IF_ERROR(ReadMetadata(metadata, &log));
  for (const auto& [key, value] : call.request().QueryParameters()) {
    if (key == "reference") {
      log.reference = value;
    } else if (key == "replace") {
      SCOREWAY_ASSIGN_OR_RETURN(log.replace, ReadFlag(call.request(), "replace"));
    } else if (key.starts_with("metric.") && key.size() > 7) {
      if (ParseDouble(value, &log.metrics[key.substr(7)]) != NumberParse::kOk) return BadParameter(key, "not a number");
    } else {
      return BadParameter(key, "unknown; known are metric.NAME, reference and replace");
    }
  }
  return log;
}

Result<LogAnswer> Log(const Service& service, LogRequest request, Upload& upload) {
  if (upload.bytes() == nullptr) {
    return LogCheckpoint(service, std::move(request), upload.writer(), upload.head());
  }
  return LogCheckpoint(service, std::move(request), *upload.bytes());
}

}  // namespace

void HandleLogCheckpoint(Gateway& gateway, Call& call) {
  Upload* const upload = EndUpload(call);
  if (upload == nullptr) return;
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(LogRequest request, ReadLogRequest(call, run, upload->metadata()));
    if (!upload->rows().empty() || !upload->expected().empty()) {
      return Status(Code::kInvalidArgument, "a checkpoint takes no sample; its promotion does", "part 'rows'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const LogAnswer answer, Log(gateway.service(), std::move(request), *upload));
    call.response().status = answer.is_new ? 201 : 200;
    JsonWriter json(&call.response().body);
    WriteJson(answer.checkpoint, &json);
    return {};
  });
}

void HandleListCheckpoints(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const bool last_first, ReadFlag(call.request(), "last_first"));
    SCOREWAY_ASSIGN_OR_RETURN(const auto page,
                              gateway.service().runs->ListCheckpoints(ModelName(call), run, options, last_first));
    WriteList("checkpoints", page, &call.response().body);
    return {};
  });
}

void HandleBestCheckpoints(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const CheckpointWish wish, WishOf(call));
    ListPage<CheckpointInfo> best;
    SCOREWAY_ASSIGN_OR_RETURN(best.items,
                              FindBest(*gateway.service().runs, ModelName(call), run, wish, options.count_max));
    WriteList("checkpoints", best, &call.response().body);
    return {};
  });
}

void HandleGetCheckpoint(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint, CheckpointOf(gateway, call, run, false));
    JsonWriter json(&call.response().body);
    WriteJson(checkpoint, &json);
    return {};
  });
}

void HandleGetCheckpointArtifact(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint, CheckpointOf(gateway, call, run, true));
    SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<BlobReader> artifact,
                              gateway.service().runs->OpenArtifact(ModelName(call), run, checkpoint.step));
    call.response().AddHeader("ETag", '"' + checkpoint.artifact_sha256 + '"');
    call.response().AddHeader("Scoreway-Step", std::to_string(checkpoint.step));
    return AnswerArtifact(gateway, std::move(artifact), &call.response());
  });
}

void HandlePromoteCheckpoint(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(PromoteCheckpointRequest request, ReadPromoteRequest(call.request().body()));
    request.push.push.name = ModelName(call);
    request.push.push.change.who = WhoOf(call, request.push.push.change.who);
    request.push.push.metadata.producer = request.push.push.change.who;
    SCOREWAY_ASSIGN_OR_RETURN(request.run, RunNumber(gateway, call));
    SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint, CheckpointOf(gateway, call, request.run, true));
    request.step = checkpoint.step;
    SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, PromoteCheckpoint(gateway.service(), std::move(request)));
    WritePushed(answer, &call.response());
    return {};
  });
}

}  // namespace scoreway::http
