// Items as one text: each behind a mark, as op::ListItems has them.
#pragma once

#include <string>
#include <string_view>

#include "model/operators/tokens.h"

namespace scoreway {

// False, and nothing appended, if the mark is in the item.
inline bool AppendItem(std::string_view item, std::string* text) {
  constexpr char kMark = op::ListItems::kItem.front();
  if (item.find(kMark) != std::string_view::npos) return false;
  text->push_back(kMark);
  text->append(item);
  return true;
}

}  // namespace scoreway
