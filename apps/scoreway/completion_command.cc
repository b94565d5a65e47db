// scoreway completion

#include <cstdio>

#include "command_line.h"
#include "commands.h"

namespace scoreway {

Status RunCompletion(const CompletionOptions& options) {
  std::fputs(CompletionScript(options.shell).c_str(), stdout);
  return {};
}

}  // namespace scoreway
