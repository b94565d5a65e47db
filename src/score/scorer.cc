#include "score/scorer.h"

#include <algorithm>

namespace scoreway {

Result<std::vector<const OutputField*>> WantedOutputs(const Signature& signature, const ScorerOptions& options) {
  std::vector<const OutputField*> wanted;
  if (options.outputs.empty()) {
    for (const OutputField& output : signature.outputs) wanted.push_back(&output);
    return wanted;
  }
  for (const std::string& name : options.outputs) {
    const auto it = std::find_if(signature.outputs.begin(), signature.outputs.end(),
                                 [&name](const OutputField& output) { return output.name == name; });
    if (it == signature.outputs.end()) {
      return Error{Code::kInvalidArgument, "the model has no output '" + name + "'", {}};
    }
    wanted.push_back(&*it);
  }
  return wanted;
}

}  // namespace scoreway
