#include "registry/search_parser.h"

#include <algorithm>
#include <utility>

#include "base/utc_time.h"

namespace scoreway {
namespace {

constexpr int kDepthMax = 64;
constexpr size_t kExpressionBytesMax = 16384;

bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace

Result<SearchExpression> SearchExpression::Parse(std::string_view expression) {
  if (expression.size() > kExpressionBytesMax) {
    return Status(Code::kInvalidArgument,
                  "the search expression is longer than " + std::to_string(kExpressionBytesMax) + " characters");
  }
  return SearchParser(expression).Parse();
}

Result<SearchExpression> SearchParser::Parse() {
  SCOREWAY_RETURN_IF_ERROR(Advance());
  if (token_.kind == SearchToken::Kind::kEnd) return std::move(expression_);
  SCOREWAY_RETURN_IF_ERROR(ParseOr());
  if (token_.kind != SearchToken::Kind::kEnd) return Expected("'and', 'or' or the end");
  return std::move(expression_);
}

Status SearchParser::Advance() {
  SCOREWAY_ASSIGN_OR_RETURN(token_, lexer_.Next());
  return {};
}

bool SearchParser::IsKeyword(std::string_view lower_case) const {
  return token_.kind == SearchToken::Kind::kWord && EqualsIgnoringCase(token_.text, lower_case);
}

Status SearchParser::Expected(std::string_view what) const {
  const std::string found =
      token_.kind == SearchToken::Kind::kEnd ? "the expression ends" : "'" + token_.text.substr(0, 100) + "' stands";
  return SearchError(token_.column, found + " where " + std::string(what) + " is expected");
}

size_t SearchParser::AddNode(SearchExpression::Node node) {
  expression_.nodes_.push_back(node);
  return expression_.nodes_.size() - 1;
}

Result<size_t> SearchParser::ParseOr() {
  SCOREWAY_ASSIGN_OR_RETURN(size_t left, ParseAnd());
  while (IsKeyword("or")) {
    SCOREWAY_RETURN_IF_ERROR(Advance());
    SCOREWAY_ASSIGN_OR_RETURN(const size_t right, ParseAnd());
    left = AddNode({SearchExpression::Node::Kind::kOr, left, right});
  }
  return left;
}

Result<size_t> SearchParser::ParseAnd() {
  SCOREWAY_ASSIGN_OR_RETURN(size_t left, ParseNot());
  while (IsKeyword("and")) {
    SCOREWAY_RETURN_IF_ERROR(Advance());
    SCOREWAY_ASSIGN_OR_RETURN(const size_t right, ParseNot());
    left = AddNode({SearchExpression::Node::Kind::kAnd, left, right});
  }
  return left;
}

Result<size_t> SearchParser::ParseNot() {
  const bool is_group = token_.kind == SearchToken::Kind::kSymbol && token_.text == "(";
  const bool is_not = IsKeyword("not");
  if (!is_group && !is_not) return ParseComparison();
  if (++depth_ > kDepthMax) return SearchError(token_.column, "the expression is nested too deeply");
  SCOREWAY_RETURN_IF_ERROR(Advance());
  SCOREWAY_ASSIGN_OR_RETURN(size_t node, is_group ? ParseOr() : ParseNot());
  --depth_;
  if (is_not) return AddNode({SearchExpression::Node::Kind::kNot, node, 0});
  if (token_.kind != SearchToken::Kind::kSymbol || token_.text != ")") return Expected("')'");
  SCOREWAY_RETURN_IF_ERROR(Advance());
  return node;
}

Result<size_t> SearchParser::ParseComparison() {
  SearchComparison comparison;
  SCOREWAY_RETURN_IF_ERROR(ParseField(&comparison));
  SCOREWAY_RETURN_IF_ERROR(ParseOperator(&comparison));
  SCOREWAY_RETURN_IF_ERROR(ParseValue(&comparison));
  expression_.comparisons_.push_back(std::move(comparison));
  return AddNode({SearchExpression::Node::Kind::kComparison, expression_.comparisons_.size() - 1, 0});
}

Status SearchParser::ParseField(SearchComparison* comparison) {
  if (token_.kind != SearchToken::Kind::kWord) return Expected("a field such as name or metrics.auc");
  const auto fields = SearchFieldNames();
  const auto field = std::ranges::find_if(fields, [this](const auto& known) { return IsKeyword(known.name); });
  if (field == fields.end()) {
    return SearchError(token_.column, "there is no field '" + token_.text.substr(0, 100) +
                                          "'; known are name, version, created, state, format, library, "
                                          "library_version, engine, producer, description, training_data, artifact, "
                                          "parent, bytes, metrics.KEY, parameters.KEY and tags.KEY");
  }
  comparison->field = field->field;
  SCOREWAY_RETURN_IF_ERROR(Advance());
  if (!field->has_key) return {};
  if (token_.kind != SearchToken::Kind::kSymbol || token_.text != ".") return Expected("'.' and a key");
  SCOREWAY_ASSIGN_OR_RETURN(SearchToken key, lexer_.NextKey());
  comparison->key = std::move(key.text);
  return Advance();
}

Status SearchParser::ParseOperator(SearchComparison* comparison) {
  using Operator = SearchOperator;
  static constexpr std::pair<std::string_view, Operator> kOperators[] = {
      {"=", Operator::kEqual},      {"!=", Operator::kNotEqual}, {"<", Operator::kLess},
      {"<=", Operator::kLessEqual}, {">", Operator::kGreater},   {">=", Operator::kGreaterEqual},
  };
  if (IsKeyword("like")) {
    comparison->op = Operator::kLike;
    return Advance();
  }
  for (const auto& [symbol, op] : kOperators) {
    if (token_.kind != SearchToken::Kind::kSymbol || token_.text != symbol) continue;
    comparison->op = op;
    return Advance();
  }
  return Expected("=, !=, <, <=, >, >= or like");
}

Status SearchParser::ParseValue(SearchComparison* comparison) {
  const bool is_text = token_.kind == SearchToken::Kind::kText;
  const bool is_like = comparison->op == SearchOperator::kLike;
  if (is_like && !is_text) return Expected("a text in quotes");
  if (!is_text && token_.kind != SearchToken::Kind::kNumber) return Expected("a number or a text in quotes");
  comparison->is_number = !is_text;
  comparison->number = token_.number;
  comparison->text = token_.text;
  if (is_text && !is_like && comparison->field == SearchField::kCreated) {
    const auto micros = ParseUtc(token_.text);
    if (!micros) return Expected("a time such as '2026-03-01' or '2026-03-01T12:00:00Z'");
    comparison->is_number = true;
    comparison->number = static_cast<double>(*micros);
  }
  return Advance();
}

}  // namespace scoreway
