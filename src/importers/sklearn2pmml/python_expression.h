// The small part of Python that expressions of sklearn2pmml are written in, as a tree: operators, comparisons,
// and/or/not, `a if b else c`, calls, subscripts, and functions (def) made of if/elif/else, assignments and return. It
// is read, never run; what a name or a call means is decided by who walks the tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::sklearn2pmml {

struct Expression {
  enum class Kind : uint8_t {
    kInteger,  // number
    kFloat,    // number
    kText,     // text
    kBool,     // number
    kNone,
    kName,         // text
    kAttribute,    // children[0] . text
    kSubscript,    // children[0] [ children[1] ]
    kSlice,        // children are start, stop, step; kNone where left out
    kCall,         // children[0] ( children[1], ... )
    kUnary,        // text is "-", "+" or "not"
    kBinary,       // text is the operator
    kCompare,      // text is the operator; chains are kBoolean "and" of these
    kBoolean,      // text is "and" or "or"
    kConditional,  // children are value, condition, otherwise
    kList,         // a list or a tuple
  };
  Kind kind = Kind::kNone;
  double number = 0;
  std::string text;
  std::vector<Expression> children;
  int depth = 1;  // of the tree below and with this node
};

struct Statement {
  enum class Kind : uint8_t { kReturn, kAssign, kIf, kPass };
  Kind kind = Kind::kPass;
  std::string name;                  // kAssign
  Expression expression;             // value, or condition
  std::vector<Statement> body;       // kIf
  std::vector<Statement> otherwise;  // kIf
};

struct Function {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<Statement> body;
};

// INVALID_ARGUMENT with the column at what is no such expression, or what is longer or deeper than the bounds:
// 64 KiB and 100 levels.
Result<Expression> ParseExpression(std::string_view text);
// One `def`, as text of several lines; line and column are in the message.
Result<Function> ParseFunction(std::string_view text);

}  // namespace scoreway::sklearn2pmml
