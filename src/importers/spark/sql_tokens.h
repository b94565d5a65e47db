// The words of a SQL statement, as SQLTransformer takes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::spark {

struct SqlToken {
  enum class Kind : unsigned char { kName, kNumber, kText, kSign, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;     // of a name without its backquotes, of a text without its quotes
  bool quoted = false;  // a name in backquotes, which is no keyword
};

// INVALID_ARGUMENT for a text that is no SQL: a quote that does not end, a character that is no sign. The last token is
// kEnd.
Result<std::vector<SqlToken>> ReadSqlTokens(std::string_view statement);

}  // namespace scoreway::spark
