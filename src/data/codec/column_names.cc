#include "data/codec/column_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace scoreway {
namespace {

constexpr size_t kNameShown = 60;  // bytes
constexpr size_t kNamesShown = 5;
constexpr size_t kNameCompared = 64;  // longer names are not compared, as the cost grows with the square

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// Edits that turn a into b: insert, delete, replace, swap neighbours (restricted Damerau-Levenshtein).
size_t EditDistance(std::string_view a, std::string_view b) {
  std::array<std::array<size_t, kNameCompared + 1>, 3> rows;
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view SameButForCase(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string lower = Lower(name);
  const auto it = std::find_if(candidates.begin(), candidates.end(),
                               [&lower](std::string_view candidate) { return Lower(candidate) == lower; });
  return it == candidates.end() ? std::string_view() : *it;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.size() > kNameCompared) return {};
  const std::string lower = Lower(name);
  // In a short name two edits make anything out of anything.
  size_t best_distance = std::min<size_t>(2, name.size() / 3) + 1;
  std::string_view best;
  for (std::string_view candidate : candidates) {
    if (candidate.size() > kNameCompared || candidate.size() > name.size() + 2 || candidate.size() + 2 < name.size()) {
      continue;
    }
    const size_t distance = EditDistance(lower, Lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? std::string() : " (did you mean " + Quoted(best) + "?)";
}

std::string QuotedList(const std::vector<std::string_view>& names) {
  std::string list;
  const size_t shown = names.size() <= kNamesShown + 1 ? names.size() : kNamesShown;
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 == names.size() ? " and " : ", ";
    list += Quoted(names[i]);
  }
  if (shown < names.size()) list += " and " + std::to_string(names.size() - shown) + " more";
  return list;
}

std::string Quoted(std::string_view name) {
  std::string quoted(1, '\'');
  if (name.size() <= kNameShown) return quoted.append(name).append(1, '\'');
  size_t end = kNameShown;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return quoted.append(name.substr(0, end)).append("...'");
}

}  // namespace scoreway
