#include "exporters/refusals.h"

#include <algorithm>

namespace scoreway {

void Refusals::Add(const Operator& op, std::string_view why) {
  std::string line(OperatorName(op.params));
  if (!op.origin.empty()) line += " of " + op.origin;
  AddLine(line + ": " + std::string(why));
}

void Refusals::Add(std::string_view what, std::string_view why) {
  AddLine(std::string(what) + ": " + std::string(why));
}

void Refusals::AddLine(std::string line) {
  if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) lines_.push_back(std::move(line));
}

Status Refusals::ToStatus(std::string_view format) const {
  if (lines_.empty()) return {};
  std::string message = std::string(format) + " cannot say all of this model:";
  for (const std::string& line : lines_) message += "\n  " + line;
  return Status(Code::kUnsupported, std::move(message));
}

}  // namespace scoreway
