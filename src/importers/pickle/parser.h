// Reads a Python pickle, protocols 0 to 5, as data: an interpreter of its opcodes that has no way to import or call.
//
// GLOBAL and STACK_GLOBAL make a Global, that is, two strings. REDUCE, NEWOBJ, OBJ and INST make an Instance that names
// what Python would have called, unless its meaning is known (meanings.h). joblib's arrays, whose bytes lie between the
// opcodes, are read too. Refused: persistent ids, the extension registry, out-of-band buffers - they need something
// that is not in the file. Nothing recurses on the input; every length is checked against the bytes that are there.
#pragma once

#include <string_view>

#include "base/result.h"
#include "importers/pickle/limits.h"
#include "importers/pickle/object.h"

namespace scoreway::pickle {

// Whether the bytes begin as a pickle of protocol 2 or later does, or could be one of protocol 0 or 1.
bool LooksLikePickle(std::string_view bytes);

// bytes must outlive the Document. Errors: CORRUPT with the offset as place, RESOURCE_EXHAUSTED beyond a limit,
// UNSUPPORTED for what is refused above, PERMISSION_DENIED when the bytes are malformed and name a forbidden global
// (refuse.h), for that says more about the file. A well-formed pickle is not judged here: call RefuseForbiddenGlobals.
Result<Document> ParsePickle(std::string_view bytes, const Limits& limits = {});

}  // namespace scoreway::pickle
