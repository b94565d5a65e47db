// Our own saved format: a Model as bytes and back, described byte by byte in saved_format.md.
//
// Files of every version ever released stay readable: Load upgrades while reading. Loading checks all that ModelBuilder
// checks, so damaged or hostile bytes give CORRUPT with a place, never a Model that a kernel could trip over.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway {

// Whether the bytes begin as a saved Model does.
bool LooksLikeSavedModel(std::string_view bytes);

// With an attachment, bytes of whoever made the model that scoring has no use for: what a Learner needs to go on.
std::string SaveModel(const Model& model, std::string_view attachment = {});

// CORRUPT for damaged bytes, UNSUPPORTED for a version newer than this program. An attachment is passed over.
Result<Model> LoadModel(std::string_view bytes);

// The attachment, a view into the bytes; empty if there is none. Errors are those of LoadModel.
Result<std::string_view> SavedAttachment(std::string_view bytes);

}  // namespace scoreway
