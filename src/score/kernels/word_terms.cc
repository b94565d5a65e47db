#include "score/kernels/word_terms.h"

namespace scoreway {

Result<std::unique_ptr<const WordTerms>> WordTerms::Make(const op::CountText& count) {
  TextPattern whole;
  SCOREWAY_ASSIGN_OR_RETURN(TextPattern token, CompileTextPattern(count.token));
  if (!count.whole.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(whole, CompileTextPattern(count.whole));
  }
  if (token->NumberOfCapturingGroups() > 1) return Error{Code::kCorrupt, "a token of several groups", {}};
  return std::unique_ptr<const WordTerms>(new WordTerms(count, std::move(token), std::move(whole)));
}

void WordTerms::FindTokens(std::string_view text, std::vector<std::string_view>* tokens) const {
  tokens->clear();
  const int group = token_->NumberOfCapturingGroups() == 1 ? 1 : 0;
  re2::StringPiece found[2];
  size_t at = 0;
  while (at <= text.size() && token_->Match(Piece(text), at, text.size(), re2::RE2::UNANCHORED, found, 2)) {
    const auto end = static_cast<size_t>(found[0].data() - text.data()) + found[0].size();
    if (found[0].empty()) break;  // a pattern of no letters finds nothing that is a word
    const std::string_view token(found[group].data() == nullptr ? "" : found[group].data(), found[group].size());
    if (Keeps(token)) tokens->push_back(token);
    at = end;
  }
}

bool WordTerms::Keeps(std::string_view token) const {
  if (whole_ != nullptr && !re2::RE2::FullMatch(Piece(token), *whole_)) return false;
  return stop_words_.Find(token) == TextIndex::kAbsent;
}

}  // namespace scoreway
