// SQLTransformer, for statements of the form SELECT expressions FROM __THIS__ over one row: columns, numbers, texts,
// + - * /, comparisons, AND, OR, NOT, IS [NOT] NULL, and the functions that Apply knows. A null is a missing cell;
// comparisons and logic are three-valued, as in SQL.

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii_case.h"
#include "importers/spark/lowerings.h"
#include "importers/spark/sql_tokens.h"

namespace scoreway::spark {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

constexpr int kDepthMax = 64;

// An expression: its Value and how Spark prints it, which names a column without an alias.
struct Expression {
  ValueId value = 0;
  bool is_text = false;
  std::string shown;
  // Of a column as it stands: what it carries besides its cells.
  std::optional<FrameColumn> column;
};

struct NumberFunction {
  std::string_view name;
  UnaryFunction function;
};
constexpr NumberFunction kNumberFunctions[] = {
    {"ABS", UnaryFunction::kAbs},     {"SQRT", UnaryFunction::kSqrt},   {"EXP", UnaryFunction::kExp},
    {"LN", UnaryFunction::kLog},      {"LOG10", UnaryFunction::kLog10}, {"LOG2", UnaryFunction::kLog2},
    {"LOG1P", UnaryFunction::kLog1p}, {"EXPM1", UnaryFunction::kExpm1}, {"SIN", UnaryFunction::kSin},
    {"COS", UnaryFunction::kCos},     {"TAN", UnaryFunction::kTan},     {"TANH", UnaryFunction::kTanh},
    {"FLOOR", UnaryFunction::kFloor}, {"CEIL", UnaryFunction::kCeil},   {"CBRT", UnaryFunction::kCbrt},
    {"SIGN", UnaryFunction::kSign},   {"SIGNUM", UnaryFunction::kSign},
};

class Statement {
 public:
  Statement(Context& context, const Stage& stage, std::vector<SqlToken> tokens)
      : context_(context), stage_(stage), tokens_(std::move(tokens)) {}

  Status Lower() {
    if (!TakeWord("SELECT")) return Unsupported("it is no SELECT");
    do {
      SCOREWAY_RETURN_IF_ERROR(Item());
    } while (TakeSign(","));
    if (!TakeWord("FROM") || AsciiUpper(Peek().text) != "__THIS__") return Unsupported("it selects from elsewhere");
    ++next_;
    if (Peek().kind != SqlToken::Kind::kEnd) return Unsupported("'" + Peek().text + "' after the table");
    for (auto& [name, column] : made_) context_.Set(name, std::move(column));
    return {};
  }

 private:
  using Parsed = Result<Expression>;

  Error Unsupported(const std::string& what) { return context_.Unsupported(stage_, "SQL: " + what); }

  const SqlToken& Peek() const { return tokens_[next_]; }
  bool TakeSign(std::string_view sign) {
    if (Peek().kind != SqlToken::Kind::kSign || Peek().text != sign) return false;
    ++next_;
    return true;
  }
  bool PeekWord(std::string_view word) const {
    return Peek().kind == SqlToken::Kind::kName && !Peek().quoted && AsciiUpper(Peek().text) == word;
  }
  bool TakeWord(std::string_view word) {
    if (!PeekWord(word)) return false;
    ++next_;
    return true;
  }

  // An expression and its name. All columns stay in the frame anyway, so that * is nothing to do.
  Status Item() {
    if (TakeSign("*")) return {};
    SCOREWAY_ASSIGN_OR_RETURN(const Expression expression, Or());
    std::string name = expression.shown;
    if (TakeWord("AS") || (Peek().kind == SqlToken::Kind::kName && !PeekWord("FROM"))) {
      if (Peek().kind != SqlToken::Kind::kName) return Unsupported("no name after AS");
      name = tokens_[next_++].text;
    }
    FrameColumn column = expression.column.value_or(FrameColumn());
    column.value = expression.value;
    if (!expression.column) column.kind = expression.is_text ? FrameColumn::Kind::kText : FrameColumn::Kind::kNumber;
    if (!expression.column || name != expression.shown) made_.emplace_back(name, std::move(column));
    return {};
  }

  // ---- operators ---------------------------------------------------------------------------------------------------

  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs) {
    return context_.Add(stage_, std::move(params), std::move(inputs));
  }

  Parsed Combine(BinaryFunction function, std::string_view sign, const Expression& a, const Expression& b) {
    const bool compares_texts =
        a.is_text && b.is_text && (function == BinaryFunction::kEqual || function == BinaryFunction::kNotEqual);
    if ((a.is_text || b.is_text) && !compares_texts) return Unsupported("'" + std::string(sign) + "' of a text");
    Expression out;
    SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::Binary{function, true}, {a.value, b.value}));
    out.shown = "(" + a.shown + " " + std::string(sign) + " " + b.shown + ")";
    return out;
  }

  Parsed Or() {
    if (++depth_ > kDepthMax) return Unsupported("nested too deeply");
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, And());
    while (TakeWord("OR")) {
      SCOREWAY_ASSIGN_OR_RETURN(const Expression right, And());
      SCOREWAY_ASSIGN_OR_RETURN(left, Combine(BinaryFunction::kOr, "OR", left, right));
    }
    --depth_;
    return left;
  }

  Parsed And() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Not());
    while (TakeWord("AND")) {
      SCOREWAY_ASSIGN_OR_RETURN(const Expression right, Not());
      SCOREWAY_ASSIGN_OR_RETURN(left, Combine(BinaryFunction::kAnd, "AND", left, right));
    }
    return left;
  }

  Parsed Not() {
    if (!TakeWord("NOT")) return Comparison();
    if (++depth_ > kDepthMax) return Unsupported("nested too deeply");
    SCOREWAY_ASSIGN_OR_RETURN(const Expression inner, Not());
    --depth_;
    if (inner.is_text) return Unsupported("NOT of a text");
    return Of(UnaryFunction::kNot, inner, "(NOT " + inner.shown + ")");
  }

  Parsed Comparison() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Sum());
    struct Sign {
      std::string_view written, shown;
      BinaryFunction function;
    };
    static constexpr Sign kSigns[] = {
        {"=", "=", BinaryFunction::kEqual},          {"==", "=", BinaryFunction::kEqual},
        {"<>", "!=", BinaryFunction::kNotEqual},     {"!=", "!=", BinaryFunction::kNotEqual},
        {"<=", "<=", BinaryFunction::kLessEqual},    {"<", "<", BinaryFunction::kLess},
        {">=", ">=", BinaryFunction::kGreaterEqual}, {">", ">", BinaryFunction::kGreater},
    };
    for (const Sign& sign : kSigns) {
      if (!TakeSign(sign.written)) continue;
      SCOREWAY_ASSIGN_OR_RETURN(const Expression right, Sum());
      return Combine(sign.function, sign.shown, left, right);
    }
    if (TakeWord("IS")) {
      const bool negated = TakeWord("NOT");
      if (!TakeWord("NULL")) return Unsupported("IS with something else than NULL");
      return Of(negated ? UnaryFunction::kIsPresent : UnaryFunction::kIsMissing, left,
                "(" + left.shown + (negated ? " IS NOT NULL)" : " IS NULL)"));
    }
    if (PeekWord("IN") || PeekWord("BETWEEN") || PeekWord("LIKE") || PeekWord("RLIKE")) {
      return Unsupported(AsciiUpper(Peek().text));
    }
    return left;
  }

  Parsed Sum() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Product());
    while (true) {
      const bool plus = TakeSign("+");
      if (!plus && !TakeSign("-")) return left;
      SCOREWAY_ASSIGN_OR_RETURN(const Expression right, Product());
      SCOREWAY_ASSIGN_OR_RETURN(
          left, Combine(plus ? BinaryFunction::kAdd : BinaryFunction::kSubtract, plus ? "+" : "-", left, right));
    }
  }

  Parsed Product() {
    SCOREWAY_ASSIGN_OR_RETURN(Expression left, Signed());
    while (true) {
      if (TakeSign("*")) {
        SCOREWAY_ASSIGN_OR_RETURN(const Expression right, Signed());
        SCOREWAY_ASSIGN_OR_RETURN(left, Combine(BinaryFunction::kMultiply, "*", left, right));
      } else if (TakeSign("/")) {
        SCOREWAY_ASSIGN_OR_RETURN(const Expression right, Signed());
        SCOREWAY_ASSIGN_OR_RETURN(left, Quotient(left, right));
      } else {
        return left;
      }
    }
  }

  // A division by 0 is null.
  Parsed Quotient(const Expression& a, const Expression& b) {
    if (b.is_text) return Unsupported("'/' of a text");
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, Add(op::Constant{{op::kNaN}}, {}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, Add(op::Unary{UnaryFunction::kNot}, {b.value}));
    Expression divisor = b;
    SCOREWAY_ASSIGN_OR_RETURN(divisor.value, Add(op::Where{}, {zero, missing, b.value}));
    return Combine(BinaryFunction::kDivide, "/", a, divisor);
  }

  Parsed Signed() {
    if (TakeSign("+")) return Signed();
    if (!TakeSign("-")) return Primary();
    if (++depth_ > kDepthMax) return Unsupported("nested too deeply");
    SCOREWAY_ASSIGN_OR_RETURN(const Expression inner, Signed());
    --depth_;
    if (inner.is_text) return Unsupported("'-' of a text");
    return Of(UnaryFunction::kNegate, inner, "(- " + inner.shown + ")");
  }

  Parsed Of(UnaryFunction function, const Expression& inner, std::string shown) {
    Expression out;
    SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::Unary{function}, {inner.value}));
    out.shown = std::move(shown);
    return out;
  }

  // ---- operands ----------------------------------------------------------------------------------------------------

  Parsed Primary() {
    if (TakeSign("(")) {
      SCOREWAY_ASSIGN_OR_RETURN(const Expression inner, Or());
      if (!TakeSign(")")) return Unsupported("a bracket that does not close");
      return inner;
    }
    const SqlToken token = Peek();
    switch (token.kind) {
      case SqlToken::Kind::kNumber: ++next_; return Number(token.text);
      case SqlToken::Kind::kText: ++next_; return Text(token.text);
      case SqlToken::Kind::kName: break;
      default: return Unsupported("'" + token.text + "' where an expression should be");
    }
    if (!token.quoted && AsciiUpper(token.text) == "CASE") return Unsupported("CASE");
    ++next_;
    if (TakeSign("(")) return Call(token.text);
    return Column(token.text);
  }

  Parsed Number(const std::string& text) {
    double number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) return Unsupported("the number '" + text + "'");
    Expression out;
    SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::Constant{{number}}, {}));
    out.shown = text;
    return out;
  }

  // There is no constant of text: a code that always is 0, decoded.
  Parsed Text(const std::string& text) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, Add(op::Constant{{0}}, {}));
    Expression out;
    SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::DecodeText{{text}}, {zero}));
    out.is_text = true;
    out.shown = text;
    return out;
  }

  Parsed Column(const std::string& name) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, wants_text_ ? context_.Text(stage_, name) : AsItIs(name));
    if (column.kind != FrameColumn::Kind::kNumber && column.kind != FrameColumn::Kind::kText) {
      return Unsupported("the vector or list '" + name + "'");
    }
    context_.AllowMissing(column);
    Expression out;
    out.value = column.value;
    out.is_text = column.kind == FrameColumn::Kind::kText;
    out.shown = name;
    out.column = column;
    return out;
  }

  Result<FrameColumn> AsItIs(const std::string& name) {
    const FrameColumn* known = context_.Peek(name);
    if (known != nullptr && known->kind == FrameColumn::Kind::kText) return context_.Text(stage_, name);
    return context_.Any(stage_, name);
  }

  Parsed Call(const std::string& name) {
    const std::string function = AsciiUpper(name);
    const bool outer = std::exchange(wants_text_, function == "CONCAT" || function == "LOWER" || function == "UPPER" ||
                                                      function == "TRIM" || function == "LENGTH");
    std::vector<Expression> arguments;
    std::string shown;
    if (!TakeSign(")")) {
      do {
        SCOREWAY_ASSIGN_OR_RETURN(arguments.emplace_back(), Or());
        shown += (arguments.size() == 1 ? "" : ", ") + arguments.back().shown;
      } while (TakeSign(","));
      if (!TakeSign(")")) return Unsupported("a bracket that does not close");
    }
    wants_text_ = outer;
    SCOREWAY_ASSIGN_OR_RETURN(Expression out, Apply(function, arguments));
    out.shown = function == "IF" ? "(IF(" + shown + "))" : AsciiLower(name) + "(" + shown + ")";
    return out;
  }

  Parsed Apply(const std::string& function, const std::vector<Expression>& arguments) {
    const auto all = [&](bool texts) {
      return std::all_of(arguments.begin(), arguments.end(),
                         [texts](const Expression& argument) { return argument.is_text == texts; });
    };
    std::vector<ValueId> values;
    for (const Expression& argument : arguments) values.push_back(argument.value);
    Expression out;
    if (function == "IF" && arguments.size() == 3 && !arguments[0].is_text &&
        arguments[1].is_text == arguments[2].is_text) {
      out.is_text = arguments[1].is_text;
      SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::Where{}, std::move(values)));
      return out;
    }
    if (function == "CONCAT" && !arguments.empty() && all(true)) {
      out.is_text = true;
      SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::JoinText{}, std::move(values)));
      return out;
    }
    if ((function == "POW" || function == "POWER") && arguments.size() == 2 && all(false)) {
      return Combine(BinaryFunction::kPower, "POWER", arguments[0], arguments[1]);
    }
    if (function == "COALESCE" && !arguments.empty() && (all(true) || all(false))) return Coalesce(arguments);
    if (arguments.size() == 1 && arguments[0].is_text) {
      const std::optional<op::TextFunction> text = function == "LOWER"    ? std::optional(op::TextFunction::kLower)
                                                   : function == "UPPER"  ? std::optional(op::TextFunction::kUpper)
                                                   : function == "LENGTH" ? std::optional(op::TextFunction::kLength)
                                                                          : std::nullopt;
      if (!text) return Unsupported("the function " + function + " of a text");
      SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::TextUnary{.function = *text}, std::move(values)));
      out.is_text = *text != op::TextFunction::kLength;
      return out;
    }
    for (const NumberFunction& known : kNumberFunctions) {
      if (known.name != function || arguments.size() != 1) continue;
      return Of(known.function, arguments[0], "");
    }
    return Unsupported("the function " + function + " of " + std::to_string(arguments.size()) + " arguments");
  }

  // The first that is not null.
  Parsed Coalesce(const std::vector<Expression>& arguments) {
    Expression out = arguments.back();
    out.column.reset();
    for (size_t i = arguments.size() - 1; i-- > 0;) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId present, Add(op::Unary{UnaryFunction::kIsPresent}, {arguments[i].value}));
      SCOREWAY_ASSIGN_OR_RETURN(out.value, Add(op::Where{}, {present, arguments[i].value, out.value}));
    }
    return out;
  }

  Context& context_;
  const Stage& stage_;
  std::vector<SqlToken> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
  bool wants_text_ = false;  // inside a function of texts: its columns are texts
  std::vector<std::pair<std::string, FrameColumn>> made_;
};

}  // namespace

Status LowerSqlTransformer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string statement, stage.Text("statement"));
  Result<std::vector<SqlToken>> tokens = ReadSqlTokens(statement);
  if (!tokens.ok()) return AtPlace(stage.folder(), std::move(tokens).error());
  return Statement(context, stage, std::move(*tokens)).Lower();
}

}  // namespace scoreway::spark
