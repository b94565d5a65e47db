#include "base/code_name.h"

namespace scoreway {

Code CodeFromName(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    if (CodeName(static_cast<Code>(code)) == name) return static_cast<Code>(code);
  }
  return Code::kInternal;
}

}  // namespace scoreway
