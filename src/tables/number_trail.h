// NumberTrail: whole numbers as a part's trail (table_writer.h): "3,141;5,92;" is two rows of them.
#pragma once

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

inline void AppendTrailRow(std::initializer_list<uint64_t> numbers, std::string* trail) {
  for (const uint64_t number : numbers) *trail += std::to_string(number) + ",";
  trail->back() = ';';
}

// Calls on_row(numbers) for each row; false if the trail is none, or a row has not `width` numbers.
template <typename OnRow>
bool ReadTrail(std::string_view trail, size_t width, const OnRow& on_row) {
  std::vector<uint64_t> row;
  const char* at = trail.data();
  const char* const end = at + trail.size();
  while (at != end) {
    uint64_t number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc() || rest == end || (*rest != ',' && *rest != ';')) return false;
    at = rest + 1;
    row.push_back(number);
    if (*rest == ',') continue;
    if (row.size() != width) return false;
    on_row(row);
    row.clear();
  }
  return row.empty();
}

}  // namespace scoreway
