// What a JSON request may say beside its rows or tensors.
#pragma once

#include <string>
#include <vector>

namespace scoreway {

struct JsonRequestMembers {
  std::string id;                    // empty if none
  std::vector<std::string> outputs;  // the output columns asked for; empty: all
  std::string parameters;            // a JSON object as text, checked; empty if none

  // As new; keeps the memory.
  void Clear() {
    id.clear();
    outputs.clear();
    parameters.clear();
  }
};

}  // namespace scoreway
