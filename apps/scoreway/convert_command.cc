// scoreway convert: any model in our own saved format.

#include "commands.h"
#include "files.h"
#include "model/saved_format.h"
#include "open_registry.h"

namespace scoreway {

Status RunConvert(const ConvertOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenModel(options.registry, options.model));
  return WriteWholeFile(options.output, SaveModel(*source.model));
}

}  // namespace scoreway
