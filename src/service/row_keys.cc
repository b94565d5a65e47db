#include "service/row_keys.h"

#include <algorithm>

namespace scoreway {

std::vector<std::string> KeysOfRows(std::optional<std::string_view> keys, std::string_view request_id, size_t rows) {
  std::vector<std::string> of_rows;
  if (!keys) {
    if (rows == 1 && !request_id.empty()) of_rows.emplace_back(request_id);
    return of_rows;
  }
  if (rows == 1) return {std::string(*keys)};
  for (size_t begin = 0; begin <= keys->size();) {
    const size_t end = std::min(keys->find(',', begin), keys->size());
    of_rows.emplace_back(keys->substr(begin, end - begin));
    begin = end + 1;
  }
  return of_rows;
}

}  // namespace scoreway
