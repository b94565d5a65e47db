// RowKeys: the caller's own names for the rows of a request, the same for every door.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

// `keys` is what the header or metadata X-Scoreway-Key says: of one row its key; of several one for each, with commas
// between. Without it one row has the request's id, if that has one; else rows have none.
std::vector<std::string> KeysOfRows(std::optional<std::string_view> keys, std::string_view request_id, size_t rows);

}  // namespace scoreway
