#include "registry/search_lexer.h"

#include <algorithm>

#include "base/number_text.h"

namespace scoreway {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordByte(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsKeyByte(char c) { return IsWordByte(c) || c == '-' || c == '.'; }
bool IsNumberByte(char c) { return IsKeyByte(c) || c == '+'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

template <typename Predicate>
size_t RunLength(std::string_view text, Predicate predicate) {
  return static_cast<size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

// One character, whole even if it has several bytes, for an error message.
std::string FirstCharacter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::string(text.substr(0, length));
}

}  // namespace

Status SearchError(size_t column, std::string message) {
  return Status(Code::kInvalidArgument, std::move(message), "search expression: column " + std::to_string(column));
}

SearchToken SearchLexer::Take(SearchToken::Kind kind, size_t length) {
  SearchToken token{kind, std::string(expression_.substr(at_, length)), 0, at_ + 1};
  at_ += length;
  return token;
}

Result<SearchToken> SearchLexer::TakeQuoted(char quote, SearchToken::Kind kind) {
  SearchToken token{kind, {}, 0, at_ + 1};
  ++at_;
  while (at_ < expression_.size()) {
    const char c = expression_[at_++];
    if (c != quote) {
      token.text.push_back(c);
    } else if (at_ < expression_.size() && expression_[at_] == quote) {
      token.text.push_back(quote);
      ++at_;
    } else {
      return token;
    }
  }
  return SearchError(token.column, std::string("the quote ") + quote + " is not closed");
}

Result<SearchToken> SearchLexer::TakeNumber() {
  SearchToken token = Take(SearchToken::Kind::kNumber, RunLength(expression_.substr(at_), IsNumberByte));
  if (ParseDouble(token.text, &token.number) == NumberParse::kOk) return token;
  return SearchError(token.column, "'" + token.text + "' is not a number");
}

Result<SearchToken> SearchLexer::Next() {
  at_ += RunLength(expression_.substr(at_), IsBlank);
  const std::string_view rest = expression_.substr(at_);
  if (rest.empty()) return Take(SearchToken::Kind::kEnd, 0);
  const char c = rest[0];
  if (c == '\'' || c == '"') return TakeQuoted(c, SearchToken::Kind::kText);
  if (c == '`') return TakeQuoted(c, SearchToken::Kind::kQuotedKey);
  if (IsDigit(c) || c == '-' || c == '+' || (c == '.' && rest.size() > 1 && IsDigit(rest[1]))) return TakeNumber();
  if (IsWordByte(c)) return Take(SearchToken::Kind::kWord, RunLength(rest, IsWordByte));
  for (const std::string_view symbol : {"!=", "<=", ">=", "=", "<", ">", "(", ")", "."}) {
    if (rest.starts_with(symbol)) return Take(SearchToken::Kind::kSymbol, symbol.size());
  }
  return SearchError(at_ + 1, "'" + FirstCharacter(rest) + "' has no meaning here");
}

Result<SearchToken> SearchLexer::NextKey() {
  const std::string_view rest = expression_.substr(at_);
  if (!rest.empty() && (rest[0] == '`' || rest[0] == '"')) return TakeQuoted(rest[0], SearchToken::Kind::kQuotedKey);
  const size_t length = RunLength(rest, IsKeyByte);
  if (length == 0) return SearchError(at_ + 1, "a key must follow the dot, odd ones in `...`");
  return Take(SearchToken::Kind::kWord, length);
}

}  // namespace scoreway
