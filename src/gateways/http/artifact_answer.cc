#include "gateways/http/artifact_answer.h"

#include <utility>

namespace scoreway::http {
namespace {

class ArtifactSource final : public BodySource {
 public:
  explicit ArtifactSource(std::unique_ptr<BlobReader> artifact) : artifact_(std::move(artifact)) {}
  Result<std::string> Next() override { return artifact_->Next(); }

 private:
  const std::unique_ptr<BlobReader> artifact_;
};

}  // namespace

Status AnswerArtifact(Gateway& gateway, std::unique_ptr<BlobReader> artifact, Response* response) {
  const uint64_t size = artifact->size();
  SCOREWAY_ASSIGN_OR_RETURN(response->body, artifact->Next());
  response->content_type = "application/octet-stream";
  if (response->body.size() == size) return {};
  response->source = std::make_shared<ArtifactSource>(std::move(artifact));
  response->source_bytes = size;
  response->source_pool = &gateway.registry_pool();
  return {};
}

}  // namespace scoreway::http
