#include "importers/python/token_pattern.h"

#include "importers/python/regex.h"

namespace scoreway::python {
namespace {

Error Refused(std::string what) { return Error{Code::kInvalidArgument, std::move(what), {}}; }

bool IsWordLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view* text, std::string_view suffix) {
  if (!text->ends_with(suffix)) return false;
  text->remove_suffix(suffix.size());
  return true;
}

// The members of a class such as [a-zA-Z\d], behind its bracket; false if another than word characters may be one.
bool TakeWordClass(std::string_view* text) {
  while (!text->empty()) {
    if (TakePrefix(text, "]")) return true;
    if (TakePrefix(text, "\\w") || TakePrefix(text, "\\d")) continue;
    if (!IsWordLetter((*text)[0])) return false;
    const char low = (*text)[0];
    text->remove_prefix(1);
    if (text->size() < 2 || (*text)[0] != '-' || (*text)[1] == ']') continue;
    const char high = (*text)[1];
    const bool one_kind = (low >= 'a' && high <= 'z') || (low >= 'A' && high <= 'Z') || (low >= '0' && high <= '9');
    if (!IsWordLetter(high) || !one_kind) return false;
    text->remove_prefix(2);
  }
  return false;
}

// {2,} and the like.
bool TakeCount(std::string_view* text) {
  while (!text->empty()) {
    if (TakePrefix(text, "}")) return true;
    const char c = (*text)[0];
    if ((c < '0' || c > '9') && c != ',') return false;
    text->remove_prefix(1);
  }
  return false;
}

// Whether every character that the pattern can match is one of words, so that a run of them is all it can match between
// two ends of words.
bool TakesOnlyWords(std::string_view pattern) {
  if (pattern.empty()) return false;
  while (!pattern.empty()) {
    if (TakePrefix(&pattern, "[")) {
      if (!TakeWordClass(&pattern)) return false;
    } else if (TakePrefix(&pattern, "{")) {
      if (!TakeCount(&pattern)) return false;
    } else if (!TakePrefix(&pattern, "\\w") && !TakePrefix(&pattern, "\\d") && !TakePrefix(&pattern, "+") &&
               !TakePrefix(&pattern, "*") && !TakePrefix(&pattern, "?")) {
      if (!IsWordLetter(pattern[0])) return false;
      pattern.remove_prefix(1);
    }
  }
  return true;
}

// \w\w+ is 2: how many word characters at least, of any kind; 0 for other patterns.
size_t AnyWordsOf(std::string_view pattern) {
  size_t least = 0;
  while (TakePrefix(&pattern, "\\w")) ++least;
  return pattern == "+" ? least : 0;
}

std::string RunOf(size_t least) { return "[\\p{L}\\p{N}_]{" + std::to_string(least) + ",}"; }

}  // namespace

Result<TokenPattern> TranslateTokenPattern(std::string_view pattern) {
  TakePrefix(&pattern, "(?u)");
  std::string_view inner = pattern;
  const bool begins = TakePrefix(&inner, "\\b");
  const bool ends = TakeSuffix(&inner, "\\b");
  std::string_view grouped = inner;
  // A group of all there is.
  if (TakePrefix(&grouped, "(") && !grouped.starts_with("?") && TakeSuffix(&grouped, ")") &&
      grouped.find_first_of("()") == std::string_view::npos) {
    inner = grouped;
  }
  constexpr size_t kLeastMax = 100;
  if (const size_t least = AnyWordsOf(inner); least > 0 && least <= kLeastMax) return TokenPattern{RunOf(least), ""};
  if (begins && ends && TakesOnlyWords(inner)) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string whole, TranslateRegex(inner, RegexUse::kReplace));
    return TokenPattern{RunOf(1), std::move(whole)};
  }
  if (pattern.find("\\b") != std::string_view::npos) return Refused("'\\b' at this place");
  SCOREWAY_ASSIGN_OR_RETURN(std::string token, TranslateRegex(pattern, RegexUse::kReplace));
  SCOREWAY_ASSIGN_OR_RETURN(const int groups, CountGroups(token));
  if (groups > 1) return Refused("several groups");
  return TokenPattern{std::move(token), ""};
}

Result<TokenPattern> TranslateSeparators(std::string_view pattern) {
  if (!TakeSuffix(&pattern, "+")) return Refused("a separator that is not repeated");
  std::string separators(pattern);
  if (pattern.starts_with("[") && !pattern.starts_with("[^") && pattern.ends_with("]") &&
      pattern.find(']') == pattern.size() - 1) {
    separators = pattern.substr(1, pattern.size() - 2);
  } else if (pattern != "\\s" && (pattern.size() != 1 || pattern.find_first_of(".^$*?(){}|\\+[]") == 0)) {
    return Refused("a separator that is more than one character");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string other, TranslateRegex("[^" + separators + "]", RegexUse::kReplace));
  // What a part without its punctuation begins and ends with.
  const std::string edge = other.substr(0, other.size() - 1) + "\\p{P}]";
  return TokenPattern{"\\p{P}*(" + edge + "(?:" + other + "*" + edge + ")?)", ""};
}

}  // namespace scoreway::python
