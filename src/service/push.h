// Push: bytes that a user saved to the next version of a model. Only what reads as a model is stored.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "service/parity.h"
#include "service/service.h"

namespace scoreway {

struct PushModelRequest {
  // Name, idempotency key, aliases, who and why; of the metadata what the pusher says: description, tags, metrics,
  // parameters, parent, training data, producer, import options. The rest is filled in from the model.
  PushRequest push;
  // Without one, the rows and answers that the artifact itself brings along are used, if it has any.
  std::optional<ParitySample> sample;
  ParityOptions parity = {};
  bool require_parity = false;  // a sample is needed, and a version that falls short of it is refused
};

struct PushModelAnswer {
  VersionInfo version;
  bool is_new = true;  // false: an earlier push with this idempotency key made it
  std::optional<ParityReport> parity;
};

// Errors before anything is stored: those of the importer, those of a sample that cannot be read, and
// INVALID_ARGUMENT when parity is required and falls short. Then those of the registry. Thread-safe.
Result<PushModelAnswer> PushModel(const Service& service, PushModelRequest request,
                                  std::shared_ptr<const std::string> artifact);

// The same for an artifact that came in pieces and lies in the store, seen by nobody yet: it is read back to be looked
// at, and refused like any other. Memory is needed for the artifact once and for what it is read into.
Result<PushModelAnswer> PushModel(const Service& service, PushModelRequest request, BlobWriter& artifact);

}  // namespace scoreway
