// SearchParser: recursive descent over the words of a search expression. For the sources of this folder.
//
//     or   := and ("or" and)*          and := not ("and" not)*          not := "not" not | "(" or ")" | comparison
#pragma once

#include <string_view>

#include "registry/search_expression.h"
#include "registry/search_lexer.h"

namespace scoreway {

class SearchParser {
 public:
  explicit SearchParser(std::string_view expression) : lexer_(expression) {}

  Result<SearchExpression> Parse();

 private:
  Status Advance();
  bool IsKeyword(std::string_view lower_case) const;
  // Each gives the index of the node it made.
  Result<size_t> ParseOr();
  Result<size_t> ParseAnd();
  Result<size_t> ParseNot();
  Result<size_t> ParseComparison();
  Status ParseField(SearchComparison* comparison);
  Status ParseOperator(SearchComparison* comparison);
  Status ParseValue(SearchComparison* comparison);
  size_t AddNode(SearchExpression::Node node);
  Status Expected(std::string_view what) const;

  SearchLexer lexer_;
  SearchToken token_;  // the next one
  SearchExpression expression_;
  int depth_ = 0;
};

}  // namespace scoreway
