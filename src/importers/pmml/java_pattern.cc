#include "importers/pmml/java_pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace scoreway::pmml {
namespace {

// Flags at the beginning: those about Unicode change nothing that RE2 does otherwise; others RE2 knows or not.
std::string WithoutUnicodeFlag(std::string_view pattern) {
  if (!pattern.starts_with("(?")) return std::string(pattern);
  const size_t end = pattern.find_first_not_of("imsu", 2);
  if (end == std::string_view::npos || end == 2 || pattern[end] != ')') return std::string(pattern);
  std::string flags;
  for (char flag : pattern.substr(2, end - 2)) {
    if (flag != 'u') flags.push_back(flag);
  }
  const std::string rest(pattern.substr(end + 1));
  return flags.empty() ? rest : "(?" + flags + ")" + rest;
}

// Java's names for classes of ASCII characters, and those of POSIX, which RE2 takes within brackets.
constexpr std::pair<std::string_view, std::string_view> kAsciiClasses[] = {
    {"Lower", "lower"}, {"Upper", "upper"},   {"ASCII", "ascii"}, {"Alpha", "alpha"}, {"Digit", "digit"},
    {"Alnum", "alnum"}, {"Punct", "punct"},   {"Graph", "graph"}, {"Print", "print"}, {"Blank", "blank"},
    {"Cntrl", "cntrl"}, {"XDigit", "xdigit"}, {"Space", "space"},
};

// The class that \p{...} or \P{...} at the beginning of `text` names, as POSIX writes it, and its length; else empty.
struct AsciiClass {
  std::string posix;
  size_t length = 0;
};

AsciiClass ReadAsciiClass(std::string_view text) {
  if (!text.starts_with("\\p{") && !text.starts_with("\\P{")) return {};
  for (const auto& [java, posix] : kAsciiClasses) {
    if (!text.substr(3).starts_with(java) || text.substr(3 + java.size(), 1) != "}") continue;
    return {std::string(text[1] == 'P' ? "[:^" : "[:") + std::string(posix) + ":]", java.size() + 4};
  }
  return {};
}

std::string WithPosixClasses(std::string_view pattern) {
  std::string out;
  bool in_brackets = false;
  for (size_t i = 0; i < pattern.size();) {
    if (const AsciiClass found = ReadAsciiClass(pattern.substr(i)); found.length > 0) {
      out += in_brackets ? found.posix : "[" + found.posix + "]";
      i += found.length;
      continue;
    }
    const size_t length = pattern[i] == '\\' ? std::min<size_t>(2, pattern.size() - i) : 1;
    if (length == 1 && pattern[i] == '[') in_brackets = true;
    if (length == 1 && pattern[i] == ']') in_brackets = false;
    out += pattern.substr(i, length);
    i += length;
  }
  return out;
}

}  // namespace

Result<std::string> TranslatePattern(Emit& emit, std::string_view pattern, bool ignore_case) {
  std::string translated = WithPosixClasses(WithoutUnicodeFlag(pattern));
  if (ignore_case) translated = "(?i)" + translated;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  const re2::RE2 compiled(translated, options);
  if (compiled.ok()) return translated;
  return emit.context().Unsupported(emit.at(), "a regular expression that RE2 does not take: " + compiled.error());
}

std::string QuotePattern(std::string_view text, bool ignore_case) {
  return (ignore_case ? "(?i)" : "") + re2::RE2::QuoteMeta(re2::StringPiece(text.data(), text.size()));
}

Result<std::string> TranslateReplacement(Emit& emit, std::string_view replacement) {
  std::string translated;
  const auto add = [&translated](char c) {
    if (c == '\\') translated.push_back('\\');
    translated.push_back(c);
  };
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\' && next != '\0') {
      add(next);
      ++i;
    } else if (c == '$' && next == '$') {
      add('$');
      ++i;
    } else if (c == '$' && next >= '0' && next <= '9') {
      translated += std::string("\\") + next;
      ++i;
    } else if (c == '$' || c == '\\') {
      return emit.context().Unsupported(emit.at(), "the replacement '" + std::string(replacement) + "'");
    } else {
      add(c);
    }
  }
  return translated;
}

}  // namespace scoreway::pmml
