#include "service/log_checkpoint.h"

#include "importers/importer.h"

namespace scoreway {

Result<LogAnswer> LogCheckpoint(const Service& service, LogRequest request, BlobWriter& artifact,
                                std::string_view head) {
  request.format = RecognisedFormat(head);
  return service.runs->Log(request, &artifact);
}

Result<LogAnswer> LogCheckpoint(const Service& service, LogRequest request, std::string_view bytes) {
  if (bytes.empty()) return service.runs->Log(request);
  const std::unique_ptr<BlobWriter> artifact = service.runs->NewArtifact();
  SCOREWAY_RETURN_IF_ERROR(artifact->Append(bytes));
  return LogCheckpoint(service, std::move(request), *artifact, bytes);
}

}  // namespace scoreway
