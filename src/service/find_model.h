// FindModel: from what a request says of its model to a Reference, the same for every door.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "registry/model_names.h"

namespace scoreway {

// Views into the request.
struct ModelWish {
  std::string_view name, alias;  // alias: empty if none was given
  int64_t version = 0;           // 0 if none was given
};

// Of "NAME" or "NAME@ALIAS" and a version in digits, which may be empty. INVALID_ARGUMENT if it is neither, or both an
// alias and a version. The name is not looked at: that costs, and what is loaded has a proper one.
Result<ModelWish> ReadModelWish(std::string_view model, std::string_view version);

// What to load for it. INVALID_ARGUMENT: not a name that a model can have.
Result<Reference> ToReference(const ModelWish& wish);

// The error of a load as an answer: what keeps a registered model from being loaded is not the request's fault.
Error AsLoadError(const Error& error);

}  // namespace scoreway
