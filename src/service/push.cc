#include "service/push.h"

#include "service/inspect.h"

namespace scoreway {
namespace {

void Describe(const Model& model, VersionMetadata* metadata) {
  metadata->format = model.provenance().format;
  metadata->source_library = model.provenance().library;
  metadata->source_library_version = model.provenance().library_version;
  metadata->engine = model.engine();
  metadata->model_bytes = model.ByteSize();
  metadata->signature_json = SignatureJson(model.signature());
}

Result<ParityReport> Compare(const Scorer& scorer, const PushModelRequest& request) {
  SCOREWAY_ASSIGN_OR_RETURN(ParityReport report, CheckParity(scorer, *request.sample, request.parity));
  if (request.require_parity && !report.passed()) {
    return Error{Code::kInvalidArgument,
                 "the answers fall short of the expected ones in " + std::to_string(report.cells_differing) +
                     " cells; the first is " + report.first_difference,
                 "parity"};
  }
  return report;
}

}  // namespace

Result<PushModelAnswer> PushModel(const Service& service, PushModelRequest request,
                                  std::shared_ptr<const std::string> artifact) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(request.push.name));
  for (const std::string& alias : request.push.aliases) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));
  if (request.require_parity && !request.sample) {
    return Error{Code::kInvalidArgument, "parity is required but there is no sample", "parity"};
  }

  // A Scorer is made even without a sample: a model that cannot be scored is not worth a version.
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> model, service.engines->ReadModel(artifact, request.import));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Scorer> scorer, service.engines->MakeScorer(model));
  PushModelAnswer answer;
  if (request.sample) {
    SCOREWAY_ASSIGN_OR_RETURN(answer.parity, Compare(*scorer, request));
    JsonWriter json(&request.push.metadata.parity_json);
    WriteJson(*answer.parity, &json);
  }
  Describe(*model, &request.push.metadata);

  SCOREWAY_ASSIGN_OR_RETURN(const PushAnswer pushed, service.registry->Push(request.push, *artifact));
  answer.is_new = pushed.is_new;
  // What is served follows at once; should that fail, polling tries again, and the push has happened all the same.
  if (service.serving != nullptr) (void)service.serving->Refresh(request.push.name);
  SCOREWAY_ASSIGN_OR_RETURN(answer.version, service.registry->GetVersion(request.push.name, pushed.version));
  return answer;
}

}  // namespace scoreway
