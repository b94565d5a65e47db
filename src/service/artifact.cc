#include "service/artifact.h"

namespace scoreway {

Result<ArtifactAnswer> PullArtifact(const Service& service, const std::string& name, int64_t version) {
  ArtifactAnswer answer;
  SCOREWAY_ASSIGN_OR_RETURN(answer.version, service.registry->GetVersion(name, version));
  SCOREWAY_ASSIGN_OR_RETURN(std::string bytes, service.registry->ReadArtifact(name, version));
  answer.bytes = std::make_shared<const std::string>(std::move(bytes));
  return answer;
}

}  // namespace scoreway
