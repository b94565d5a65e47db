#include "score/kernels/word_replacer.h"

#include <algorithm>
#include <utility>

namespace scoreway {
namespace {

constexpr size_t kLengthMax = 63;

// RE2's \w.
constexpr std::array<bool, 128> kWordLetters = [] {
  std::array<bool, 128> letters{};
  for (char c = '0'; c <= '9'; ++c) letters[static_cast<size_t>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) letters[static_cast<size_t>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) letters[static_cast<size_t>(c)] = true;
  letters['_'] = true;
  return letters;
}();

bool IsAsciiWordLetter(char c) {
  const auto letter = static_cast<unsigned char>(c);
  return letter < kWordLetters.size() && kWordLetters[letter];
}

char Lower(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

// The words of "one|two"; empty if there is anything else.
std::vector<std::string> ReadWords(std::string_view alternatives) {
  std::vector<std::string> words(1);
  for (const char c : alternatives) {
    if (c == '|') {
      words.emplace_back();
    } else if (IsAsciiWordLetter(c)) {
      words.back().push_back(c);
    } else {
      return {};
    }
  }
  const auto fits = [](const std::string& word) { return !word.empty() && word.size() <= kLengthMax; };
  return std::ranges::all_of(words, fits) ? words : std::vector<std::string>();
}

bool Unwrap(std::string_view* text, std::string_view before, std::string_view after) {
  if (text->size() < before.size() + after.size() || !text->starts_with(before) || !text->ends_with(after))
    return false;
  *text = text->substr(before.size(), text->size() - before.size() - after.size());
  return true;
}

}  // namespace

std::unique_ptr<const WordReplacer> WordReplacer::Make(std::string_view pattern, std::string_view replacement,
                                                       bool recursive) {
  const bool ignores_case = pattern.starts_with("(?i)");
  if (ignores_case) pattern.remove_prefix(4);
  const bool takes_separators = Unwrap(&pattern, R"((\W+)()", R"()(\W+))");
  if (!takes_separators && !Unwrap(&pattern, R"(\b()", R"()\b)")) return nullptr;
  // Of words side by side one round replaces every other, as they share a separator.
  if (takes_separators && (!recursive || replacement.empty())) return nullptr;
  const auto separates = [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != '\\' && !IsAsciiWordLetter(c);
  };
  constexpr size_t kReplacementMax = 16;
  if (replacement.size() > kReplacementMax || !std::ranges::all_of(replacement, separates)) return nullptr;
  std::vector<std::string> words = ReadWords(pattern);
  if (words.empty()) return nullptr;
  if (ignores_case) {
    for (std::string& word : words) std::ranges::transform(word, word.begin(), Lower);
  }
  return std::unique_ptr<const WordReplacer>(
      new WordReplacer(std::move(words), replacement, ignores_case, takes_separators));
}

WordReplacer::WordReplacer(std::vector<std::string> words, std::string_view replacement, bool ignores_case,
                           bool takes_separators)
    : words_(std::move(words)),
      index_(words_),
      replacement_(replacement),
      ignores_case_(ignores_case),
      takes_separators_(takes_separators) {
  for (const std::string& word : words_) lengths_[static_cast<size_t>(word[0])] |= uint64_t{1} << word.size();
}

bool WordReplacer::IsReplaced(std::string_view word) const {
  const char first = ignores_case_ ? Lower(word[0]) : word[0];
  if (word.size() > kLengthMax || (lengths_[static_cast<size_t>(first)] >> word.size() & 1) == 0) return false;
  if (!ignores_case_) return index_.Find(word) != TextIndex::kAbsent;
  char lower[kLengthMax];
  std::ranges::transform(word, lower, Lower);
  return index_.Find({lower, word.size()}) != TextIndex::kAbsent;
}

std::string_view WordReplacer::Replace(std::string_view text, TextArena& texts) const {
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  const char* kept = at;  // what is not copied yet begins here
  char *copy = nullptr, *out = nullptr;
  bool behind_replacement = false;  // which separates the word, and takes the place of its separators too
  while (true) {
    const char* const gap = at;
    const char* const word = std::find_if(at, end, IsAsciiWordLetter);
    if (word == end) break;
    at = std::find_if_not(word, end, IsAsciiWordLetter);
    const bool fits = !takes_separators_ || ((word != gap || behind_replacement) && at != end);
    if (!fits || !IsReplaced({word, static_cast<size_t>(at - word)})) {
      behind_replacement = false;
      continue;
    }
    if (copy == nullptr) {
      const size_t words_max = text.size() / 2 + 1;
      copy = out = texts.Allocate(text.size() + words_max * replacement_.size());
    }
    out = std::copy(kept, takes_separators_ ? gap : word, out);
    if (!behind_replacement) out = std::ranges::copy(replacement_, out).out;
    if (takes_separators_) at = std::find_if(at, end, IsAsciiWordLetter);
    kept = at;
    behind_replacement = takes_separators_;
  }
  if (copy == nullptr) return text;
  out = std::copy(kept, end, out);
  return {copy, static_cast<size_t>(out - copy)};
}

}  // namespace scoreway
