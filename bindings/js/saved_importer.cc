// WebAssembly's own ImportModel, in place of importers/importer.cc: Scoreway's saved format and no other.
#include <memory>
#include <string>
#include <utility>

#include "importers/importer.h"
#include "model/saved_format.h"

namespace scoreway {

Result<std::shared_ptr<const Model>> ImportModel(std::shared_ptr<const std::string> artifact, const ImportOptions&) {
  if (LooksLikeSavedModel(*artifact)) {
    SCOREWAY_ASSIGN_OR_RETURN(Model model, LoadModel(*artifact));
    return std::make_shared<const Model>(std::move(model));
  }
  return Error{
      Code::kUnsupported,
      "here Scoreway's own format alone is read: `scoreway convert MODEL model.scoreway` writes it of every other",
      {}};
}

}  // namespace scoreway
