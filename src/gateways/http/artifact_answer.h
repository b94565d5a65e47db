// AnswerArtifact: a blob as the body of an answer.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateways/http/gateway.h"
#include "store/blob_reader.h"

namespace scoreway::http {

// The first bytes are read at once, so that damage is an error like any other; the rest is fetched while it is sent, a
// chunk at a time, so that a large artifact needs no more memory than a small one.
Status AnswerArtifact(Gateway& gateway, std::unique_ptr<BlobReader> artifact, Response* response);

}  // namespace scoreway::http
