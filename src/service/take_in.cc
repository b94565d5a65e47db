#include "service/take_in.h"

#include <memory>
#include <utility>

#include "service/push.h"

namespace scoreway {
namespace {

// What is the store's, and may be otherwise the next time.
bool IsPassing(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadlineExceeded || code == Code::kInternal ||
         code == Code::kPermissionDenied;
}

Status ReadInto(Intake& intake, const IntakeModel& model, uint64_t size_max, BlobWriter* artifact) {
  uint64_t size = 0;
  const auto append = [&](std::string_view chunk) -> Status {
    size += chunk.size();
    if (size <= size_max) return artifact->Append(chunk);
    return Status(Code::kResourceExhausted, "the model has more than " + std::to_string(size_max) + " bytes");
  };
  SCOREWAY_RETURN_IF_ERROR(intake.Read(model, append));
  if (artifact->Seal().sha256 == model.sha256) return {};
  return Status(Code::kCorrupt, "the bytes do not have the SHA-256 that the row says");
}

Result<int64_t> TakeInOne(const Service& service, Intake& intake, const IntakeModel& model, uint64_t size_max) {
  PushModelRequest request;
  if (!model.metadata_json.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(request.push.metadata, MetadataFromJson(model.metadata_json));
  }
  request.push.name = model.name;
  request.push.idempotency_key = "intake/" + model.id;
  request.push.change = Change{"intake", model.id};
  const std::unique_ptr<BlobWriter> artifact = service.registry->NewArtifact();
  SCOREWAY_RETURN_IF_ERROR(ReadInto(intake, model, size_max, artifact.get()));
  SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, PushModel(service, std::move(request), *artifact));
  return answer.version.number;
}

}  // namespace

Status TakeIn(const Service& service, Intake& intake, uint64_t artifact_bytes_max,
              const std::function<void(const TakenIn& taken)>& on_taken) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<IntakeModel> waiting, intake.Waiting());
  for (const IntakeModel& model : waiting) {
    const Result<int64_t> version = TakeInOne(service, intake, model, artifact_bytes_max);
    if (!version.ok() && IsPassing(version.code())) return version.status();
    TakenIn taken{model.id, model.name, version.ok() ? *version : 0, {}};
    if (!version.ok()) taken.reason = version.status().ToString();
    SCOREWAY_RETURN_IF_ERROR(intake.Finish(model, taken.version, taken.reason));
    on_taken(taken);
  }
  return {};
}

}  // namespace scoreway
