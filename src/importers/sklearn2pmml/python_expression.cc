#include "importers/sklearn2pmml/python_expression.h"

#include <algorithm>
#include <optional>

#include "importers/sklearn2pmml/python_tokens.h"

namespace scoreway::sklearn2pmml {
namespace {

using Kind = Expression::Kind;

constexpr int kDepthMax = 100;
constexpr std::string_view kKeywords[] = {"if",  "else", "elif",   "and", "or",  "not",   "in",    "is",
                                          "def", "for",  "lambda", "del", "try", "while", "yield", "return"};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Expression> WholeExpression() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression expression, Conditional());
    if (Now().kind != Token::Kind::kEnd) return Fail("something after the expression");
    return expression;
  }

  Result<Function> WholeFunction() {
    Function function;
    SCOREWAY_RETURN_IF_ERROR(WantWord("def"));
    SCOREWAY_ASSIGN_OR_RETURN(function.name, Name());
    SCOREWAY_RETURN_IF_ERROR(WantSymbol("("));
    while (!TakeSymbol(")")) {
      SCOREWAY_ASSIGN_OR_RETURN(function.parameters.emplace_back(), Name());
      if (!TakeSymbol(",") && !Now().Is(Token::Kind::kSymbol, ")")) return Fail("parameters of a form not known");
    }
    SCOREWAY_ASSIGN_OR_RETURN(function.body, Block());
    if (Now().kind != Token::Kind::kEnd) return Fail("something after the function");
    return function;
  }

 private:
  // Counts the levels of recursion, and gives up beyond the bound.
  class Level {
   public:
    explicit Level(int* depth) : depth_(depth) { ++*depth_; }
    ~Level() { --*depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    bool too_deep() const { return *depth_ > kDepthMax; }

   private:
    int* depth_;
  };

  const Token& Now() const { return tokens_[at_]; }
  void Next() {
    if (at_ + 1 < tokens_.size()) ++at_;
  }

  Error Fail(std::string message) const {
    return Error{Code::kInvalidArgument, std::move(message),
                 "line " + std::to_string(Now().line) + ", column " + std::to_string(Now().column)};
  }

  bool TakeSymbol(std::string_view symbol) { return Take(Token::Kind::kSymbol, symbol); }
  bool TakeWord(std::string_view word) { return Take(Token::Kind::kName, word); }
  bool Take(Token::Kind kind, std::string_view text) {
    if (!Now().Is(kind, text)) return false;
    Next();
    return true;
  }
  bool TakeKind(Token::Kind kind) {
    if (Now().kind != kind) return false;
    Next();
    return true;
  }
  Status WantSymbol(std::string_view symbol) {
    if (TakeSymbol(symbol)) return {};
    return Status(Fail("'" + std::string(symbol) + "' is missing"));
  }
  Status WantWord(std::string_view word) {
    if (TakeWord(word)) return {};
    return Status(Fail("'" + std::string(word) + "' is missing"));
  }
  Result<std::string> Name() {
    if (Now().kind != Token::Kind::kName) return Fail("a name is missing");
    std::string name = Now().text;
    if (std::find(std::begin(kKeywords), std::end(kKeywords), name) != std::end(kKeywords)) {
      return Fail("'" + name + "' where a name belongs");
    }
    Next();
    return name;
  }

  Result<Expression> Node(Kind kind, std::string text, std::vector<Expression> children) const {
    Expression node;
    node.kind = kind;
    node.text = std::move(text);
    node.children = std::move(children);
    for (const Expression& child : node.children) node.depth = std::max(node.depth, child.depth + 1);
    if (node.depth > kDepthMax) return Fail("an expression deeper than 100 levels");
    return node;
  }
  template <typename... Children>
  Result<Expression> Node(Kind kind, std::string text, Children... children) const {
    std::vector<Expression> list;
    list.reserve(sizeof...(children));
    (list.push_back(std::move(children)), ...);
    return Node(kind, std::move(text), std::move(list));
  }

  Result<Expression> Conditional() {
    const Level level(&depth_);
    if (level.too_deep()) return Fail("an expression deeper than 100 levels");
    SCOREWAY_ASSIGN_OR_RETURN(Expression value, Or());
    if (!TakeWord("if")) return value;
    SCOREWAY_ASSIGN_OR_RETURN(Expression condition, Or());
    SCOREWAY_RETURN_IF_ERROR(WantWord("else"));
    SCOREWAY_ASSIGN_OR_RETURN(Expression otherwise, Conditional());
    return Node(Kind::kConditional, "", std::move(value), std::move(condition), std::move(otherwise));
  }

  Result<Expression> Or() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, And());
    while (TakeWord("or")) {
      SCOREWAY_ASSIGN_OR_RETURN(Expression right, And());
      SCOREWAY_ASSIGN_OR_RETURN(left, Node(Kind::kBoolean, "or", std::move(left), std::move(right)));
    }
    return left;
  }

  Result<Expression> And() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Not());
    while (TakeWord("and")) {
      SCOREWAY_ASSIGN_OR_RETURN(Expression right, Not());
      SCOREWAY_ASSIGN_OR_RETURN(left, Node(Kind::kBoolean, "and", std::move(left), std::move(right)));
    }
    return left;
  }

  Result<Expression> Not() {
    const Level level(&depth_);
    if (level.too_deep()) return Fail("an expression deeper than 100 levels");
    if (!TakeWord("not")) return Comparison();
    SCOREWAY_ASSIGN_OR_RETURN(Expression inner, Not());
    return Node(Kind::kUnary, "not", std::move(inner));
  }

  // The comparison at this point, or "".
  std::string TakeComparison() {
    for (std::string_view symbol : {"<", ">", "<=", ">=", "==", "!="}) {
      if (TakeSymbol(symbol)) return std::string(symbol);
    }
    if (TakeWord("in")) return "in";
    if (TakeWord("is")) return TakeWord("not") ? "is not" : "is";
    const bool not_in = Now().Is(Token::Kind::kName, "not") && tokens_[at_ + 1].Is(Token::Kind::kName, "in");
    if (!not_in) return "";
    Next();
    Next();
    return "not in";
  }

  Result<Expression> Comparison() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Sum());
    std::optional<Expression> chain;
    for (std::string symbol = TakeComparison(); !symbol.empty(); symbol = TakeComparison()) {
      SCOREWAY_ASSIGN_OR_RETURN(Expression right, Sum());
      SCOREWAY_ASSIGN_OR_RETURN(Expression link, Node(Kind::kCompare, std::move(symbol), std::move(left), right));
      left = std::move(right);
      if (chain) {
        SCOREWAY_ASSIGN_OR_RETURN(chain, Node(Kind::kBoolean, "and", *std::move(chain), std::move(link)));
      } else {
        chain = std::move(link);
      }
    }
    if (chain) return *std::move(chain);
    return left;
  }

  Result<Expression> Sum() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Product());
    while (Now().Is(Token::Kind::kSymbol, "+") || Now().Is(Token::Kind::kSymbol, "-")) {
      const std::string symbol = Now().text;
      Next();
      SCOREWAY_ASSIGN_OR_RETURN(Expression right, Product());
      SCOREWAY_ASSIGN_OR_RETURN(left, Node(Kind::kBinary, symbol, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<Expression> Product() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Sign());
    while (Now().kind == Token::Kind::kSymbol &&
           (Now().text == "*" || Now().text == "/" || Now().text == "//" || Now().text == "%")) {
      const std::string symbol = Now().text;
      Next();
      SCOREWAY_ASSIGN_OR_RETURN(Expression right, Sign());
      SCOREWAY_ASSIGN_OR_RETURN(left, Node(Kind::kBinary, symbol, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<Expression> Sign() {
    const Level level(&depth_);
    if (level.too_deep()) return Fail("an expression deeper than 100 levels");
    for (std::string_view symbol : {"-", "+"}) {
      if (!TakeSymbol(symbol)) continue;
      SCOREWAY_ASSIGN_OR_RETURN(Expression inner, Sign());
      return Node(Kind::kUnary, std::string(symbol), std::move(inner));
    }
    return Power();
  }

  Result<Expression> Power() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression base, Postfix());
    if (!TakeSymbol("**")) return base;
    SCOREWAY_ASSIGN_OR_RETURN(Expression exponent, Sign());
    return Node(Kind::kBinary, "**", std::move(base), std::move(exponent));
  }

  Result<Expression> Postfix() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression node, Atom());
    for (;;) {
      if (TakeSymbol(".")) {
        SCOREWAY_ASSIGN_OR_RETURN(std::string name, Name());
        SCOREWAY_ASSIGN_OR_RETURN(node, Node(Kind::kAttribute, std::move(name), std::move(node)));
      } else if (TakeSymbol("(")) {
        std::vector<Expression> children;
        children.push_back(std::move(node));
        SCOREWAY_RETURN_IF_ERROR(Elements(")", &children));
        SCOREWAY_ASSIGN_OR_RETURN(node, Node(Kind::kCall, "", std::move(children)));
      } else if (TakeSymbol("[")) {
        SCOREWAY_ASSIGN_OR_RETURN(Expression index, Index());
        SCOREWAY_RETURN_IF_ERROR(WantSymbol("]"));
        SCOREWAY_ASSIGN_OR_RETURN(node, Node(Kind::kSubscript, "", std::move(node), std::move(index)));
      } else {
        return node;
      }
    }
  }

  // What stands in brackets: an expression or a slice. A column of all rows, as `:, 0` of an array has it, is that
  // column of each.
  Result<Expression> Index() {
    std::vector<Expression> parts(3);
    size_t part = 0;
    bool slice = false;
    while (!Now().Is(Token::Kind::kSymbol, "]")) {
      if (TakeSymbol(":")) {
        if (!slice && parts[0].kind == Kind::kNone && TakeSymbol(",")) continue;
        slice = true;
        if (++part > 2) return Fail("a slice of more than three parts");
        continue;
      }
      SCOREWAY_ASSIGN_OR_RETURN(parts[part], Conditional());
      if (!Now().Is(Token::Kind::kSymbol, ":") && !Now().Is(Token::Kind::kSymbol, "]")) {
        return Fail("an index of a form that is not known");
      }
    }
    if (slice) return Node(Kind::kSlice, "", std::move(parts));
    if (parts[0].kind == Kind::kNone) return Fail("an index is missing");
    return std::move(parts[0]);
  }

  Status Elements(std::string_view close, std::vector<Expression>* out) {
    while (!TakeSymbol(close)) {
      SCOREWAY_ASSIGN_OR_RETURN(Expression element, Conditional());
      out->push_back(std::move(element));
      if (!TakeSymbol(",") && !Now().Is(Token::Kind::kSymbol, close)) {
        return Status(Fail("'" + std::string(close) + "' is missing"));
      }
    }
    return {};
  }

  Result<Expression> Atom() {
    const Token token = Now();
    Expression node;
    node.number = token.number;
    node.text = token.text;
    switch (token.kind) {
      case Token::Kind::kInteger: node.kind = Kind::kInteger; break;
      case Token::Kind::kFloat: node.kind = Kind::kFloat; break;
      case Token::Kind::kText: node.kind = Kind::kText; break;
      case Token::Kind::kName: return NameOrConstant();
      default: return Bracketed();
    }
    Next();
    return node;
  }

  Result<Expression> NameOrConstant() {
    Expression node;
    SCOREWAY_ASSIGN_OR_RETURN(node.text, Name());
    node.kind = Kind::kName;
    if (node.text == "None") return Expression{};
    if (node.text == "True" || node.text == "False") {
      node.kind = Kind::kBool;
      node.number = node.text == "True" ? 1 : 0;
    }
    return node;
  }

  Result<Expression> Bracketed() {
    if (TakeSymbol("[")) {
      std::vector<Expression> elements;
      SCOREWAY_RETURN_IF_ERROR(Elements("]", &elements));
      return Node(Kind::kList, "", std::move(elements));
    }
    if (!TakeSymbol("(")) return Fail("a value is missing");
    std::vector<Expression> elements;
    SCOREWAY_ASSIGN_OR_RETURN(Expression first, Conditional());
    if (TakeSymbol(")")) return first;
    elements.push_back(std::move(first));
    SCOREWAY_RETURN_IF_ERROR(WantSymbol(","));
    SCOREWAY_RETURN_IF_ERROR(Elements(")", &elements));
    return Node(Kind::kList, "", std::move(elements));
  }

  // ":" and then either one statement on the same line or an indented block.
  Result<std::vector<Statement>> Block() {
    const Level level(&depth_);
    if (level.too_deep()) return Fail("blocks nest too deep");
    SCOREWAY_RETURN_IF_ERROR(WantSymbol(":"));
    std::vector<Statement> statements;
    if (!TakeKind(Token::Kind::kNewline)) {
      SCOREWAY_ASSIGN_OR_RETURN(statements.emplace_back(), OneStatement());
      return statements;
    }
    if (!TakeKind(Token::Kind::kIndent)) return Fail("an indented block is missing");
    while (!TakeKind(Token::Kind::kDedent)) {
      SCOREWAY_ASSIGN_OR_RETURN(statements.emplace_back(), OneStatement());
    }
    return statements;
  }

  Result<Statement> OneStatement() {
    Statement statement;
    if (TakeWord("if")) return If();
    if (TakeWord("return")) {
      statement.kind = Statement::Kind::kReturn;
      if (Now().kind != Token::Kind::kNewline) {
        SCOREWAY_ASSIGN_OR_RETURN(statement.expression, Conditional());
      }
    } else if (!TakeWord("pass")) {
      statement.kind = Statement::Kind::kAssign;
      SCOREWAY_ASSIGN_OR_RETURN(statement.name, Name());
      SCOREWAY_RETURN_IF_ERROR(WantSymbol("="));
      SCOREWAY_ASSIGN_OR_RETURN(statement.expression, Conditional());
    }
    if (!TakeKind(Token::Kind::kNewline)) return Fail("something after a statement");
    return statement;
  }

  Result<Statement> If() {
    const Level level(&depth_);
    if (level.too_deep()) return Fail("blocks nest too deep");
    Statement statement;
    statement.kind = Statement::Kind::kIf;
    SCOREWAY_ASSIGN_OR_RETURN(statement.expression, Conditional());
    SCOREWAY_ASSIGN_OR_RETURN(statement.body, Block());
    if (TakeWord("elif")) {
      SCOREWAY_ASSIGN_OR_RETURN(statement.otherwise.emplace_back(), If());
    } else if (TakeWord("else")) {
      SCOREWAY_ASSIGN_OR_RETURN(statement.otherwise, Block());
    }
    return statement;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<Expression> ParseExpression(std::string_view text) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text, false));
  return Parser(std::move(tokens)).WholeExpression();
}

Result<Function> ParseFunction(std::string_view text) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text, true));
  return Parser(std::move(tokens)).WholeFunction();
}

}  // namespace scoreway::sklearn2pmml
