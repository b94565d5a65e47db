// Tokens of Python source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::sklearn2pmml {

struct Token {
  enum class Kind : uint8_t { kName, kInteger, kFloat, kText, kSymbol, kNewline, kIndent, kDedent, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;  // name, symbol, or the value of a text
  double number = 0;
  size_t line = 1;
  size_t column = 1;

  bool Is(Kind wanted, std::string_view value) const { return kind == wanted && text == value; }
};

// Ends with kEnd. Line ends inside brackets count as blanks, as do all when `lines` is false.
Result<std::vector<Token>> Tokenize(std::string_view source, bool lines);

}  // namespace scoreway::sklearn2pmml
