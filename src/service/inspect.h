// Inspect: a Model described as JSON, for `inspect`, the registry's metadata and the doors.
#pragma once

#include <string>

#include "data/codec/json_writer.h"
#include "model/model.h"

namespace scoreway {

// {"inputs":[{"name","type","used","missing","categories"?}],"outputs":[{"name","type"}],"inputs_named":true}. Missing
// is "reject" (the model has no rule: a missing cell is an error) or "model" (the model treats it).
void WriteSignature(const Signature& signature, JsonWriter* json);
std::string SignatureJson(const Signature& signature);

// One object: format, library, library_version, estimator, engine, bytes, signature, and the operators in order with
// kind, origin, bytes of parameters and the shape of what they give.
void WriteModel(const Model& model, JsonWriter* json);

}  // namespace scoreway
