#include "importers/pickle/joblib.h"

#include "importers/pickle/decompress.h"

namespace scoreway::pickle {
namespace {

constexpr std::string_view kSaveAgain = "load it with the Python that wrote it and save it with joblib 1.0 or later";

// Before 0.10 joblib kept each array in a file of its own, and named it in the pickle.
Status RefuseOldJoblib(const Document& document) {
  for (const Global* global : document.globals()) {
    if (global->name != "NDArrayWrapper" && global->name != "ZNDArrayWrapper") continue;
    return Status(Code::kUnsupported,
                  "arrays lie in other files (" + global->FullName() + "): " + std::string(kSaveAgain));
  }
  return {};
}

Result<Document> ParseUncompressed(std::string_view bytes, const Limits& limits) {
  if (!LooksLikePickle(bytes)) return Error{Code::kCorrupt, "not a pickle", ""};
  SCOREWAY_ASSIGN_OR_RETURN(Document document, ParsePickle(bytes, limits));
  SCOREWAY_RETURN_IF_ERROR(RefuseOldJoblib(document));
  return document;
}

}  // namespace

Result<Document> ParseSaved(std::string_view bytes, const Limits& limits) {
  if (bytes.starts_with("ZF0x")) {
    return Error{Code::kUnsupported, "compressed by a joblib before 0.10: " + std::string(kSaveAgain), ""};
  }
  Compression compression = DetectCompression(bytes);
  if (compression == Compression::kNone) return ParseUncompressed(bytes, limits);
  SCOREWAY_ASSIGN_OR_RETURN(GrownBytes grown, Decompress(bytes, compression, limits));
  auto owner = std::make_shared<const GrownBytes>(std::move(grown));
  Limits rest = limits;
  rest.memory_bytes -= std::min(rest.memory_bytes, owner->size());
  SCOREWAY_ASSIGN_OR_RETURN(Document document, ParseUncompressed(owner->view(), rest));
  document.KeepAlive(std::move(owner));
  return document;
}

Result<Document> ParseSaved(std::shared_ptr<const std::string> bytes, const Limits& limits) {
  SCOREWAY_ASSIGN_OR_RETURN(Document document, ParseSaved(std::string_view(*bytes), limits));
  if (document.borrows_bytes()) document.KeepAlive(std::move(bytes));
  return document;
}

bool LooksLikeSaved(std::string_view bytes) {
  return LooksLikePickle(bytes) || DetectCompression(bytes) != Compression::kNone;
}

}  // namespace scoreway::pickle
