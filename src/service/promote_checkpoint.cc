#include "service/promote_checkpoint.h"

#include <utility>

namespace scoreway {
namespace {

// Of the same step and bytes, so that a promotion broken off before the checkpoint knew of it finds its version again.
std::string PromotionKey(const CheckpointInfo& checkpoint, int64_t run) {
  return "run/" + std::to_string(run) + "/" + std::to_string(checkpoint.step) + "/" +
         checkpoint.artifact_sha256.substr(0, 16);
}

void AddLineage(const RunInfo& run, const CheckpointInfo& checkpoint, VersionMetadata* metadata) {
  metadata->run = run.number;
  metadata->step = checkpoint.step;
  metadata->metrics.insert(checkpoint.metrics.begin(), checkpoint.metrics.end());
  metadata->parameters.insert(run.parameters.begin(), run.parameters.end());
  metadata->tags.insert(run.tags.begin(), run.tags.end());
}

}  // namespace

Result<PushModelAnswer> PromoteCheckpoint(const Service& service, PromoteCheckpointRequest request) {
  const std::string name = request.push.push.name;
  SCOREWAY_ASSIGN_OR_RETURN(const RunInfo run, service.runs->GetRun(name, request.run));
  SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint,
                            service.runs->GetCheckpoint(name, request.run, request.step));
  if (checkpoint.version != 0) {
    PushModelAnswer answer;
    answer.is_new = false;
    SCOREWAY_ASSIGN_OR_RETURN(answer.version, service.registry->GetVersion(name, checkpoint.version));
    return answer;
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, service.runs->ReadArtifact(name, request.run, request.step, UINT64_MAX));
  request.push.push.idempotency_key = PromotionKey(checkpoint, request.run);
  AddLineage(run, checkpoint, &request.push.push.metadata);
  SCOREWAY_ASSIGN_OR_RETURN(PushModelAnswer answer, PushModel(service, std::move(request.push),
                                                              std::make_shared<const std::string>(std::move(bytes))));
  SCOREWAY_RETURN_IF_ERROR(service.runs->MarkPromoted(name, request.run, request.step, answer.version.number));
  return answer;
}

}  // namespace scoreway
