// ExpressionCells: lowers an expression over the cells of a row to operators.
#pragma once

#include <map>
#include <memory>

#include "importers/sklearn2pmml/lowerings.h"
#include "importers/sklearn2pmml/python_expression.h"

namespace scoreway::sklearn2pmml {

// What an expression stands for at one row: numbers or text of width 1.
struct Cell {
  ValueId value = 0;
  // In Python; nothing for a number that may be whole or a fraction.
  std::optional<Type> type;
  bool is_text = false;
  bool is_none = false;  // the constant None: a missing cell of either kind
  // Not yet settled whether text or number: an input that nothing has used.
  std::optional<TableColumn> open;
  // The constant it is, for what only takes constants.
  const Expression* constant = nullptr;
  // A number that is 1 in rows where Python raises an ArithmeticError; nothing if that cannot be.
  std::optional<ValueId> fault;
};

class ExpressionCells {
 public:
  // `row` is X: cells by position, or by name.
  ExpressionCells(Context& context, const Object& user, const Table& row) : context_(context), user_(user), row_(row) {}

  Status AddFunction(Function function);
  Result<Cell> Evaluate(const Expression& expression);

  Result<Cell> AsNumber(Cell cell);
  Result<Cell> AsText(Cell cell);
  // 1 or 0, as bool() has it.
  Result<Cell> Truth(Cell cell);
  // `then` where the condition (1 or 0) holds, else `otherwise`.
  Result<Cell> Choose(const Cell& condition, Cell then, Cell otherwise);
  Result<Cell> Number(double value, Type type);
  Result<Cell> Add(op::Params params, std::vector<ValueId> inputs, std::optional<Type> type);

 private:
  using Names = std::map<std::string, Cell, std::less<>>;

  Error Unsupported(const std::string& what) const { return context_.Unsupported(user_, what); }
  Result<Cell> Constant(const Expression& expression);
  Result<Cell> Element(const Expression& index);
  Result<Cell> Subscript(const Expression& expression);
  Result<Cell> TextSlice(const Expression& text, const Expression& slice);
  Result<Cell> EvaluateUnary(const Expression& expression);
  Result<Cell> EvaluateBinary(const Expression& expression);
  Result<Cell> Arithmetic(std::string_view symbol, Cell left, Cell right);
  Result<Cell> WithPowerFault(Cell cell, const Cell& base, const Cell& exponent);
  Result<Cell> Join(Cell left, Cell right);
  Result<Cell> EvaluateCompare(const Expression& expression);
  Result<Cell> Compare(std::string_view symbol, Cell left, Cell right);
  Result<Cell> IsAmong(const Cell& cell, const Expression& list);
  Result<Cell> EvaluateBoolean(const Expression& expression);
  Result<Cell> EvaluateCall(const Expression& expression);
  Result<Cell> CallMethod(const Expression& call);
  Result<Cell> CallBuiltin(const std::string& name, const std::vector<Cell>& arguments);
  Result<Cell> CallLibrary(const std::string& module, const std::string& name, const std::vector<Cell>& arguments);
  Result<Cell> CallFunction(const Function& function, std::vector<Cell> arguments);
  Result<Cell> Run(const std::vector<const Statement*>& statements, Names names);
  Result<Cell> IsMissing(Cell cell, bool negate);
  // Faults of operands add up; a fault of a branch that is not taken does not count.
  Result<std::optional<ValueId>> EitherFault(std::optional<ValueId> a, std::optional<ValueId> b);
  Result<Cell> WithFaultWhere(Cell cell, op::BinaryFunction compare, const Cell& operand, double bound);

  Context& context_;
  const Object& user_;
  const Table& row_;
  std::map<std::string, std::unique_ptr<Function>, std::less<>> functions_;
  const Names* names_ = nullptr;
  int calls_ = 0;
  size_t steps_left_ = 20'000;
};

// The expression that `saved` holds, a text or an Expression with functions of its own, over the rows of `in`. `user`
// says what arithmetic errors and missing cells come to, as ExpressionTransformer does.
Result<Cell> LowerExpression(Context& context, const Object& user, const Object& saved, const Table& in);
// The same of a predicate: 1 in the rows that meet it.
Result<ValueId> LowerCondition(Context& context, const Object& user, const Object& predicate, const Table& in);

}  // namespace scoreway::sklearn2pmml
