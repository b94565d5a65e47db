// SearchLexer: the words of a search expression. For the sources of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

struct SearchToken {
  enum class Kind : uint8_t { kEnd, kWord, kText, kQuotedKey, kNumber, kSymbol };

  Kind kind = Kind::kEnd;
  std::string text;   // without its quotes; a symbol is one of ( ) = != < <= > >=
  double number = 0;  // kNumber
  size_t column = 1;  // where it begins, from 1
};

class SearchLexer {
 public:
  explicit SearchLexer(std::string_view expression) : expression_(expression) {}

  Result<SearchToken> Next();
  // The key after "metrics." and the like, where a name or a quoted name must stand.
  Result<SearchToken> NextKey();

 private:
  SearchToken Take(SearchToken::Kind kind, size_t length);
  Result<SearchToken> TakeQuoted(char quote, SearchToken::Kind kind);
  Result<SearchToken> TakeNumber();

  std::string_view expression_;
  size_t at_ = 0;
};

Status SearchError(size_t column, std::string message);

}  // namespace scoreway
