#include "service/push.h"

#include "importers/importer.h"
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

Status WantPassed(const ParityReport& report) {
  if (report.passed()) return {};
  return Status(Code::kInvalidArgument,
                "the answers fall short of the expected ones in " + std::to_string(report.cells_differing) +
                    " cells; the first is " + report.first_difference,
                "parity");
}

Result<ParityReport> Compare(const Scorer& scorer, const PushModelRequest& request) {
  SCOREWAY_ASSIGN_OR_RETURN(ParityReport report, CheckParity(scorer, *request.sample, request.parity));
  if (request.require_parity) SCOREWAY_RETURN_IF_ERROR(WantPassed(report));
  return report;
}

// The report on the pusher's sample, or on the artifact's own. Should its own not be scored, that is no reason to
// refuse the model, unless parity is required.
Result<std::optional<ParityReport>> CheckSample(const Scorer& scorer, std::string_view artifact,
                                                const PushModelRequest& request) {
  if (request.sample) {
    SCOREWAY_ASSIGN_OR_RETURN(ParityReport report, Compare(scorer, request));
    return std::optional(std::move(report));
  }
  Result<std::optional<ParityReport>> report = CheckOwnSample(scorer, artifact);
  if (!request.require_parity) return report.ok() ? std::move(report).value() : std::nullopt;
  if (!report.ok()) return report;
  if (!*report) return Error{Code::kInvalidArgument, "parity is required but there is no sample", "parity"};
  SCOREWAY_RETURN_IF_ERROR(WantPassed(**report));
  return report;
}

// Reads the artifact as a model and compares it with its sample, before anything is stored: what can be said of it goes
// into the request's metadata.
Result<std::optional<ParityReport>> Examine(const Service& service, std::shared_ptr<const std::string> artifact,
                                            PushModelRequest* request) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(request->push.name));
  for (const std::string& alias : request->push.aliases) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(alias));

  // A Scorer is made even without a sample: a model that cannot be scored is not worth a version.
  ImportOptions options;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(request->push.metadata.import_options, &options));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> model, service.engines->ReadModel(artifact, options));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Scorer> scorer, service.engines->MakeScorer(model));
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<ParityReport> parity, CheckSample(*scorer, *artifact, *request));
  if (parity) {
    JsonWriter json(&request->push.metadata.parity_json);
    WriteJson(*parity, &json);
  }
  Describe(*model, &request->push.metadata);
  return parity;
}

Result<PushModelAnswer> Conclude(const Service& service, const std::string& name, const PushAnswer& pushed,
                                 std::optional<ParityReport> parity) {
  PushModelAnswer answer;
  answer.is_new = pushed.is_new;
  answer.parity = std::move(parity);
  // What is served follows at once; should that fail, polling tries again, and the push has happened all the same.
  if (service.serving != nullptr) (void)service.serving->Refresh(name);
  SCOREWAY_ASSIGN_OR_RETURN(answer.version, service.registry->GetVersion(name, pushed.version));
  return answer;
}

}  // namespace

Result<PushModelAnswer> PushModel(const Service& service, PushModelRequest request,
                                  std::shared_ptr<const std::string> artifact) {
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<ParityReport> parity, Examine(service, artifact, &request));
  SCOREWAY_ASSIGN_OR_RETURN(const PushAnswer pushed, service.registry->Push(request.push, *artifact));
  return Conclude(service, request.push.name, pushed, std::move(parity));
}

Result<PushModelAnswer> PushModel(const Service& service, PushModelRequest request, BlobWriter& artifact) {
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, artifact.ReadBack());
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<ParityReport> parity,
                            Examine(service, std::make_shared<const std::string>(std::move(bytes)), &request));
  SCOREWAY_ASSIGN_OR_RETURN(const PushAnswer pushed, service.registry->Push(request.push, artifact));
  return Conclude(service, request.push.name, pushed, std::move(parity));
}

}  // namespace scoreway
