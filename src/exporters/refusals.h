// Refusals: what a format cannot say of a Model, gathered while it is translated and reported at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace scoreway {

class Refusals {
 public:
  // `why` is what the operator does that cannot be said: "its text may be missing".
  void Add(const Operator& op, std::string_view why);
  // Of the model's inputs and outputs.
  void Add(std::string_view what, std::string_view why);

  bool empty() const { return lines_.empty(); }
  // OK if empty, else UNSUPPORTED with a line each.
  Status ToStatus(std::string_view format) const;

 private:
  void AddLine(std::string line);

  std::vector<std::string> lines_;
};

}  // namespace scoreway
