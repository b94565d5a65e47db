// scoreway convert: any model in our own saved format.

#include "commands.h"
#include "files.h"
#include "model/saved_format.h"
#include "open_registry.h"

namespace scoreway {

Status RunConvert(const ConvertOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenModel(options.registry, options.model));
  if (source.model->program()) {
    return Status(Code::kUnsupported,
                  "a model of the engine '" + std::string(source.model->engine()) + "' has no operators to write",
                  source.place);
  }
  return WriteWholeFile(options.output, SaveModel(*source.model));
}

}  // namespace scoreway
