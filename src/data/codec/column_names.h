// Names of columns in error messages: the one that was probably meant, and lists that stay readable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scoreway {

// " (did you mean 'Age'?)" with the candidate most like the name: the same but for case, or at most two letters
// inserted, deleted, replaced or swapped, fewer in a short name. Empty if there is none.
std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& candidates);

// The candidate that is the name but for the case of its ASCII letters; empty if there is none.
std::string_view SameButForCase(std::string_view name, const std::vector<std::string_view>& candidates);

// "'a', 'b' and 7 more".
std::string QuotedList(const std::vector<std::string_view>& names);

// The name as it may stand in a message: in single quotes, cut to 60 bytes.
std::string Quoted(std::string_view name);

}  // namespace scoreway
