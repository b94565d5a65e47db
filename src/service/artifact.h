// Artifact: the original bytes of a version, as they were pushed.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "service/service.h"

namespace scoreway {

struct ArtifactAnswer {
  VersionInfo version;
  std::shared_ptr<const std::string> bytes;
};

// NOT_FOUND if there is no such version, or it is deleted; CORRUPT if the stored bytes are damaged.
Result<ArtifactAnswer> PullArtifact(const Service& service, const std::string& name, int64_t version);

}  // namespace scoreway
