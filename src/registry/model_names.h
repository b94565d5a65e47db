// The names of models and aliases, and references to versions as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

// A plain name (base/plain_name.h).
Status CheckModelName(std::string_view name);
// The same, and not a number, which would read as a version.
Status CheckAliasName(std::string_view alias);

// Aliases with a meaning of their own.
inline constexpr char kChampion[] = "champion";  // what a plain name means once it is set
inline constexpr char kPrevious[] = "previous";  // where champion pointed before its last move
inline constexpr char kLatest[] = "latest";      // unless it is set: the newest version that is not deleted

// One of "wine", "wine@challenger", "wine/versions/3", "wine/3".
struct Reference {
  std::string name;
  std::string alias;    // empty if none was given
  int64_t version = 0;  // 0 if none was given
};

// kInvalidArgument if the text is none of them.
Result<Reference> ParseReference(std::string_view text);

}  // namespace scoreway
