#include "importers/sklearn2pmml/python_expression.h"

#include <gtest/gtest.h>

#include "importers/python/regex.h"

namespace scoreway::sklearn2pmml {
namespace {

// The tree with every operator in brackets.
std::string Written(const Expression& e) {
  using Kind = Expression::Kind;
  const auto child = [&e](size_t i) { return Written(e.children[i]); };
  switch (e.kind) {
    case Kind::kName:
    case Kind::kInteger:
    case Kind::kFloat: return e.text;
    case Kind::kText: return "'" + e.text + "'";
    case Kind::kBool: return e.number != 0 ? "True" : "False";
    case Kind::kNone: return "None";
    case Kind::kAttribute: return child(0) + "." + e.text;
    case Kind::kSubscript: return child(0) + "[" + child(1) + "]";
    case Kind::kSlice: return child(0) + ":" + child(1) + ":" + child(2);
    case Kind::kUnary: return "(" + e.text + " " + child(0) + ")";
    case Kind::kConditional: return "(" + child(0) + " if " + child(1) + " else " + child(2) + ")";
    case Kind::kBinary:
    case Kind::kCompare:
    case Kind::kBoolean: return "(" + child(0) + " " + e.text + " " + child(1) + ")";
    default: break;
  }
  std::string text = e.kind == Kind::kCall ? child(0) + "(" : "[";
  for (size_t i = e.kind == Kind::kCall ? 1 : 0; i < e.children.size(); ++i) text += child(i) + ",";
  return text + (e.kind == Kind::kCall ? ")" : "]");
}

std::string Parsed(std::string_view text) {
  const Result<Expression> expression = ParseExpression(text);
  return expression.ok() ? Written(*expression) : "error: " + expression.error().message;
}

TEST(PythonExpression, BindsAsPythonDoes) {
  EXPECT_EQ(Parsed("1 + 2 * 3 - 4"), "((1 + (2 * 3)) - 4)");
  EXPECT_EQ(Parsed("-x ** 2"), "(- (x ** 2))");
  EXPECT_EQ(Parsed("2 ** -x ** 3"), "(2 ** (- (x ** 3)))");
  EXPECT_EQ(Parsed("a or b and not c == d"), "(a or (b and (not (c == d))))");
  EXPECT_EQ(Parsed("a if b else c if d else e"), "(a if b else (c if d else e))");
  EXPECT_EQ(Parsed("1 < x <= y"), "((1 < x) and (x <= y))");
  EXPECT_EQ(Parsed("x not in ['a', \"b\"]"), "(x not in ['a','b',])");
  EXPECT_EQ(Parsed("x is not None"), "(x is not None)");
  EXPECT_EQ(Parsed("X['a b'][1:-2].lower()"), "X['a b'][1:(- 2):None].lower()");
  EXPECT_EQ(Parsed("X[:, 0] == 'a'"), "(X[0] == 'a')");
  EXPECT_EQ(Parsed("numpy.where(X[0] > 1.5e3, True, (1,))"), "numpy.where((X[0] > 1.5e3),True,[1,],)");
  EXPECT_EQ(Parsed("7 // 2 % 3 / .5"), "(((7 // 2) % 3) / .5)");
  EXPECT_EQ(Parsed("(a\n + b)  # both"), "(a + b)");
}

TEST(PythonExpression, RefusesWhatItDoesNotRead) {
  for (const char* text :
       {"",       "1 +",       "(1",      "1)",     "x = 2",   "lambda x: x", "[i for i in x]", "f'{x}'",
        "b'x'",   "'a' 'b'",   "'a",      "0x10",   "1_000",   "1j",          "x[1:2:3:4]",     "x[",
        "f(x=1)", "import os", "yield 1", "a if b", "'\\x41'", "x @ y",       "1..2",           "\xff",
        "a ; b",  "{1: 2}",    "1 2",     "not",    "x.1",     "'''a'''"}) {
    EXPECT_FALSE(ParseExpression(text).ok()) << text;
  }
}

TEST(PythonExpression, NamesThePlaceOfAMistake) {
  const Result<Expression> expression = ParseExpression("X[0] +\n  * 2");
  ASSERT_FALSE(expression.ok());
  EXPECT_EQ(expression.error().place, "line 2, column 3");
}

TEST(PythonExpression, IsBoundedInDepthAndLength) {
  for (const std::string& one : {std::string("("), std::string("["), std::string("-"), std::string("not "),
                                 std::string("x if y else "), std::string("f("), std::string("2 ** ")}) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += one;
    EXPECT_FALSE(ParseExpression(text + "1").ok()) << one;
  }
  std::string sum = "1";
  for (int i = 0; i < 10'000; ++i) sum += "+1";
  EXPECT_FALSE(ParseExpression(sum).ok());
  EXPECT_TRUE(ParseExpression("1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1").ok());
  EXPECT_FALSE(ParseExpression("1" + std::string(100'000, ' ')).ok());
}

TEST(PythonFunction, ReadsBranches) {
  const Result<Function> function = ParseFunction(
      "\n# a grade\ndef grade(a, b):\n\n    if a > 1:\n        return 'x'\n    elif b:\n\t# none\n        c = a\n"
      "    else: pass\n    return c\n");
  ASSERT_TRUE(function.ok()) << function.error().ToString();
  EXPECT_EQ(function->name, "grade");
  EXPECT_EQ(function->parameters, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(function->body.size(), 2U);
  const Statement& branch = function->body[0];
  EXPECT_EQ(branch.kind, Statement::Kind::kIf);
  ASSERT_EQ(branch.otherwise.size(), 1U);
  EXPECT_EQ(branch.otherwise[0].body[0].name, "c");
  EXPECT_EQ(branch.otherwise[0].otherwise[0].kind, Statement::Kind::kPass);
  EXPECT_EQ(Written(function->body[1].expression), "c");
}

TEST(PythonFunction, RefusesWhatItDoesNotRead) {
  for (const char* text :
       {"def f(x):", "def f(x): return x\nprint(x)", "def f(x=1):\n return x\n", "def f(*x):\n return x\n",
        "def f(x):\n  for y in x:\n    return y\n", "def f(x):\n    return x\n  return 1\n", "def f(x):\nreturn x\n",
        "f(x)", "def f(x):\n x += 1\n"}) {
    EXPECT_FALSE(ParseFunction(text).ok()) << text;
  }
  std::string deep = "def f(x):\n";
  for (size_t i = 1; i < 200; ++i) deep += std::string(i, ' ') + "if x:\n";
  EXPECT_FALSE(ParseFunction(deep + std::string(200, ' ') + "return 1\n").ok());
}

TEST(PythonRegex, IsTranslatedOrRefused) {
  const auto search = [](std::string_view pattern) {
    const Result<std::string> translated = python::TranslateRegex(pattern, python::RegexUse::kSearch);
    return translated.ok() ? *translated : "refused";
  };
  EXPECT_EQ(search("[aeiou]"), "[aeiou]");
  EXPECT_EQ(search("^Male$"), "^Male(?:\\n?\\z)");
  EXPECT_EQ(search("[]a[]"), "[\\]a\\[]");
  EXPECT_EQ(search(R"(\d)"), R"([\p{Nd}])");
  EXPECT_EQ(search(R"([^\w.])"), R"([^\p{L}\p{N}_.])");
  for (const char* pattern : {R"(\bx)", R"((?=x))", R"((?!x))", R"((?<=x)y)", R"((a)\1)", "(?i)x", "a$b", "x{,3}", "(",
                              "[a", R"([\W])", "x**", "x\\", "a{2000}"}) {
    EXPECT_EQ(search(pattern), "refused") << pattern;
  }
  EXPECT_FALSE(python::TranslateRegex("x*", python::RegexUse::kReplace).ok());
  EXPECT_FALSE(python::TranslateRegex("x$", python::RegexUse::kReplace).ok());
  EXPECT_FALSE(python::TranslateRegex(std::string(20'000, 'x'), python::RegexUse::kSearch).ok());
}

TEST(PythonRegex, ReplacementsReferToGroupsThatAre) {
  EXPECT_EQ(*python::TranslateReplacement(R"(\2-\g<1>\\)", 2), R"(\2-\1\\)");
  EXPECT_FALSE(python::TranslateReplacement(R"(\3)", 2).ok());
  EXPECT_FALSE(python::TranslateReplacement(R"(\12)", 12).ok());
  EXPECT_FALSE(python::TranslateReplacement(R"(\g<name>)", 2).ok());
  EXPECT_FALSE(python::TranslateReplacement("\\", 0).ok());
}

}  // namespace
}  // namespace scoreway::sklearn2pmml
