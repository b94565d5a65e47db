// Reads whatever Python users save models with: a pickle, a joblib file, or either of them compressed as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "importers/pickle/parser.h"

namespace scoreway::pickle {

// Recognises the container by its first bytes (decompress.h). The bytes must outlive the Document; when they were
// compressed, the Document holds the decompressed ones itself. Errors are those of ParsePickle and Decompress; joblib's
// formats before 0.10 are UNSUPPORTED, with the advice to save the model again.
Result<Document> ParseSaved(std::string_view bytes, const Limits& limits = {});

// The same, with the Document keeping the bytes.
Result<Document> ParseSaved(std::shared_ptr<const std::string> bytes, const Limits& limits = {});

// Whether ParseSaved would know what to do: a pickle, or compressed bytes in which a pickle may lie.
bool LooksLikeSaved(std::string_view bytes);

}  // namespace scoreway::pickle
