// RowForm: the forms that rows come and go in.
#pragma once

#include <cstdint>

namespace scoreway {

enum class RowForm : uint8_t { kJson, kCsv, kJsonLines, kArrow };

}  // namespace scoreway
