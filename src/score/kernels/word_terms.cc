#include "score/kernels/word_terms.h"

namespace scoreway {

Result<std::unique_ptr<const WordTerms>> WordTerms::Make(const op::CountText& count) {
  TextPattern whole;
  SCOREWAY_ASSIGN_OR_RETURN(TextFinder token, TextFinder::Make(count.token));
  if (!count.whole.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(whole, CompileTextPattern(count.whole));
  }
  if (token.pattern().NumberOfCapturingGroups() > 1) return Error{Code::kCorrupt, "a token of several groups", {}};
  return std::unique_ptr<const WordTerms>(new WordTerms(count, std::move(token), std::move(whole)));
}

void WordTerms::FindTokens(std::string_view text, std::vector<std::string_view>* tokens) const {
  tokens->clear();
  if (token_.pattern().NumberOfCapturingGroups() == 1) return FindGroups(text, tokens);
  const bool ascii = IsAscii(text);
  TextFinder::Match match;
  // A pattern of no letters finds nothing that is a word.
  for (size_t at = 0; at <= text.size() && token_.Find(text, ascii, at, &match) && !match.empty(); at = match.end) {
    const std::string_view token = text.substr(match.begin, match.end - match.begin);
    if (Keeps(token)) tokens->push_back(token);
  }
}

void WordTerms::FindGroups(std::string_view text, std::vector<std::string_view>* tokens) const {
  re2::StringPiece found[2];
  size_t at = 0;
  while (at <= text.size() && token_.pattern().Match(Piece(text), at, text.size(), re2::RE2::UNANCHORED, found, 2)) {
    if (found[0].empty()) break;
    const std::string_view token(found[1].data() == nullptr ? "" : found[1].data(), found[1].size());
    if (Keeps(token)) tokens->push_back(token);
    at = static_cast<size_t>(found[0].data() - text.data()) + found[0].size();
  }
}

bool WordTerms::Keeps(std::string_view token) const {
  if (whole_ != nullptr && !re2::RE2::FullMatch(Piece(token), *whole_)) return false;
  return stop_words_.Find(token) == TextIndex::kAbsent;
}

}  // namespace scoreway
