#include "score/kernels/text_finder.h"

#include <algorithm>
#include <charconv>

namespace scoreway {
namespace {

// The size of the one character, escape or class in brackets that the pattern begins with; 0 for anything else.
size_t AtomSize(std::string_view pattern) {
  if (pattern.empty()) return 0;
  if (pattern[0] == '\\') {
    // Those of more letters, such as \p{L} and \x20, and \b, which is no character, are left to RE2.
    constexpr std::string_view kClasses = "sSwWdD";
    return pattern.size() > 1 && kClasses.find(pattern[1]) != std::string_view::npos ? 2 : 0;
  }
  if (pattern[0] != '[') {
    constexpr std::string_view kSpecial = ".^$*+?(){}|]";
    const auto c = static_cast<unsigned char>(pattern[0]);
    return c < 0x80 && kSpecial.find(pattern[0]) == std::string_view::npos ? 1 : 0;
  }
  size_t at = pattern.starts_with("[^") ? 2 : 1;
  // A bracket that closes nothing, and classes with names of their own.
  if (pattern.substr(at).starts_with("]") || pattern.find("[:") != std::string_view::npos) return 0;
  for (; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == ']') {
      return at + 1;
    }
  }
  return 0;
}

// How often the atom stands in a pattern of nothing else, that begins with it: A, A+, AA+, A{n,}.
bool ReadRepetition(std::string_view pattern, std::string_view atom, size_t* least, bool* repeated) {
  *least = 0;
  for (; pattern.starts_with(atom); pattern.remove_prefix(atom.size())) ++*least;
  *repeated = !pattern.empty();
  if (pattern.empty()) return *least == 1;
  if (pattern == "+") return true;
  if (*least != 1 || !pattern.starts_with("{") || !pattern.ends_with(",}")) return false;
  const char* end = pattern.data() + pattern.size() - 2;
  const auto [stopped, error] = std::from_chars(pattern.data() + 1, end, *least);
  return error == std::errc() && stopped == end && *least > 0;
}

}  // namespace

bool IsAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

Result<TextFinder> TextFinder::Make(const std::string& pattern) {
  SCOREWAY_ASSIGN_OR_RETURN(TextPattern compiled, CompileTextPattern(pattern));
  return TextFinder(std::move(compiled));
}

TextFinder::TextFinder(TextPattern pattern) : pattern_(std::move(pattern)), runs_(RunsOf(pattern_->pattern())) {}

std::optional<TextFinder::Runs> TextFinder::RunsOf(std::string_view pattern) {
  Runs runs;
  // A run of \w as long as it goes has an end of a word on both sides.
  constexpr std::string_view kEnd = R"(\b)", kWord = R"(\w)";
  const bool is_word = pattern.size() > 2 * kEnd.size() && pattern.starts_with(kEnd) && pattern.ends_with(kEnd);
  if (is_word) pattern = pattern.substr(kEnd.size(), pattern.size() - 2 * kEnd.size());
  const std::string_view text = pattern.substr(0, AtomSize(pattern));
  if (text.empty() || !ReadRepetition(pattern, text, &runs.least, &runs.repeated)) return std::nullopt;
  if (is_word && (text != kWord || !runs.repeated)) return std::nullopt;
  const re2::RE2 atom(Piece(text), re2::RE2::Quiet);
  if (!atom.ok()) return std::nullopt;
  for (size_t c = 0; c < runs.members.size(); ++c) {
    const char letter = static_cast<char>(c);
    runs.members[c] = re2::RE2::FullMatch(re2::StringPiece(&letter, 1), atom);
  }
  return runs;
}

bool TextFinder::Find(std::string_view text, bool ascii, size_t at, Match* match) const {
  if (ascii && runs_) return FindRun(text, at, match);
  re2::StringPiece found;
  if (!pattern_->Match(Piece(text), at, text.size(), re2::RE2::UNANCHORED, &found, 1)) return false;
  match->begin = static_cast<size_t>(found.data() - text.data());
  match->end = match->begin + found.size();
  return true;
}

bool TextFinder::FindRun(std::string_view text, size_t at, Match* match) const {
  const auto is_member = [this](char c) { return runs_->members[static_cast<unsigned char>(c)]; };
  while (at < text.size()) {
    const char* begin = std::find_if(text.data() + at, text.data() + text.size(), is_member);
    match->begin = static_cast<size_t>(begin - text.data());
    if (match->begin == text.size()) return false;
    match->end = match->begin + 1;
    while (runs_->repeated && match->end < text.size() && is_member(text[match->end])) ++match->end;
    if (match->end - match->begin >= runs_->least) return true;
    at = match->end;
  }
  return false;
}

}  // namespace scoreway
