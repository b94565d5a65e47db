// Lists as texts: the cells of Type::kList, JSON arrays of texts and numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

struct ListItem {
  bool is_number = false;
  std::string text;  // unescaped; of a number as it is written

  auto operator<=>(const ListItem&) const = default;
};

// The items of the list; keeps the memory of *items. False if the text is no JSON array of texts and numbers: then
// *items holds those before the fault.
bool ReadList(std::string_view text, std::vector<ListItem>* items);

}  // namespace scoreway
