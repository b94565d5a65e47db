#include "importers/spark/sql_tokens.h"

#include <utility>

namespace scoreway::spark {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Error Wrong(std::string what) { return Error{Code::kInvalidArgument, std::move(what), "the SQL statement"}; }

}  // namespace

Result<std::vector<SqlToken>> ReadSqlTokens(std::string_view rest) {
  using Kind = SqlToken::Kind;
  std::vector<SqlToken> tokens;
  while (!rest.empty()) {
    const char c = rest[0];
    size_t size = 1;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      rest.remove_prefix(1);
      continue;
    }
    if (c == '\'' || c == '"' || c == '`') {
      size = rest.find(c, 1);
      if (size == std::string_view::npos) return Wrong("has a quote that does not end");
      const std::string_view inner = rest.substr(1, size - 1);
      if (inner.find('\\') != std::string_view::npos) return Wrong("has an escape within quotes");
      tokens.push_back({c == '`' ? Kind::kName : Kind::kText, std::string(inner), c == '`'});
      rest.remove_prefix(size + 1);
      continue;
    }
    if (IsLetter(c)) {
      while (size < rest.size() && (IsLetter(rest[size]) || IsDigit(rest[size]))) ++size;
      tokens.push_back({Kind::kName, std::string(rest.substr(0, size))});
    } else if (IsDigit(c) || (c == '.' && rest.size() > 1 && IsDigit(rest[1]))) {
      while (size < rest.size() &&
             (IsDigit(rest[size]) || rest[size] == '.' || rest[size] == 'e' || rest[size] == 'E' ||
              ((rest[size] == '-' || rest[size] == '+') && (rest[size - 1] == 'e' || rest[size - 1] == 'E')))) {
        ++size;
      }
      tokens.push_back({Kind::kNumber, std::string(rest.substr(0, size))});
    } else {
      const std::string_view two = rest.substr(0, 2);
      if (two == "<=" || two == ">=" || two == "<>" || two == "!=" || two == "==" || two == "||") size = 2;
      if (size == 1 && std::string_view("+-*/%(),<>=.").find(c) == std::string_view::npos) {
        return Wrong("has the character '" + std::string(1, c) + "'");
      }
      tokens.push_back({Kind::kSign, std::string(rest.substr(0, size))});
    }
    rest.remove_prefix(size);
  }
  tokens.push_back({});
  return tokens;
}

}  // namespace scoreway::spark
