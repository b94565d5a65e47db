// ExpressionTransformer: an expression of Python over each row.

#include "importers/sklearn2pmml/cast.h"
#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/expression_cells.h"

namespace scoreway::sklearn2pmml {
namespace {

// The text of an expression, and the functions that come with it.
struct Source {
  std::string text;
  std::vector<std::string> functions;
};

Result<Source> ReadSource(const Object& saved) {
  Source source;
  if (saved.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(source.text, saved.Text());
    return source;
  }
  SCOREWAY_ASSIGN_OR_RETURN(source.text, saved.Text("expr"));
  if (const Object functions = saved.Get("function_defs"); functions.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(source.functions, functions.Texts());
  }
  return source;
}

Error NotUnderstood(Context& context, const Object& at, const Error& error) {
  return context.Unsupported(at, "a Python expression not understood: " + error.message + " at " + error.place);
}

// A scalar as a cell.
Result<Cell> ScalarCell(Context& context, const Object& scalar, ExpressionCells* cells) {
  if (scalar.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string text, scalar.Text());
    Cell cell;
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, ConstantText(context, scalar, text));
    cell.is_text = true;
    cell.type = Type::kString;
    return cell;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double number, scalar.Number());
  const bool whole = scalar.node().kind() == pickle::Kind::kInt;
  return cells->Number(number, scalar.is_bool() ? Type::kBool : whole ? Type::kInt64 : Type::kFloat64);
}

// 1 where any column of the row is missing.
Result<Cell> AnyMissing(Context& context, const Object& user, const Table& in, ExpressionCells* cells) {
  std::optional<Cell> any;
  for (size_t i = 0; i < in.width(); ++i) {
    const size_t position[] = {i};
    const Table column = in.Select(position);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.IsText(column.columns[0]) ? context.Texts(user, column)
                                                                                     : context.Numbers(user, column));
    SCOREWAY_ASSIGN_OR_RETURN(Cell missing, cells->Add(op::Unary{op::UnaryFunction::kIsMissing}, {value}, Type::kBool));
    if (any) {
      SCOREWAY_ASSIGN_OR_RETURN(
          missing, cells->Add(op::Binary{op::BinaryFunction::kOr, false}, {any->value, missing.value}, Type::kBool));
    }
    any = std::move(missing);
  }
  if (!any) return user.Corrupt("an expression of no columns");
  return *std::move(any);
}

// What an arithmetic error comes to: a missing cell, or the run fails.
Result<Cell> TreatFault(Context& context, const Object& user, const std::string& text, ExpressionCells* cells,
                        Cell cell) {
  if (!cell.fault) return cell;
  SCOREWAY_ASSIGN_OR_RETURN(const std::string treatment, user.TextOr("invalid_value_treatment", ""));
  Cell condition;
  condition.value = *cell.fault;
  if (treatment == "as_missing") {
    if (text.find("math.") != std::string::npos) {
      return context.Unsupported(user, "functions of math with invalid_value_treatment 'as_missing'");
    }
    cell.fault.reset();
    SCOREWAY_ASSIGN_OR_RETURN(Cell none, cells->Number(op::kNaN, Type::kFloat64));
    none.is_none = true;
    return cells->Choose(condition, std::move(none), std::move(cell));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Cell infinite, cells->Number(op::kInfinity, Type::kFloat64));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell one, cells->Number(1, Type::kFloat64));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell flag,
                            cells->Add(op::Where{}, {condition.value, infinite.value, one.value}, Type::kFloat64));
  SCOREWAY_ASSIGN_OR_RETURN(condition,
                            cells->Add(op::RequireFinite{true, false, {text}}, {flag.value}, Type::kFloat64));
  cell.fault.reset();
  const Cell same = cell;
  return cells->Choose(condition, same, same);
}

}  // namespace

Result<Cell> LowerExpression(Context& context, const Object& user, const Object& saved, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Source source, ReadSource(saved));
  Result<Expression> expression = ParseExpression(source.text);
  if (!expression.ok()) return NotUnderstood(context, user, expression.error());
  ExpressionCells cells(context, user, in);
  for (const std::string& text : source.functions) {
    Result<Function> function = ParseFunction(text);
    if (!function.ok()) return NotUnderstood(context, user, function.error());
    SCOREWAY_RETURN_IF_ERROR(cells.AddFunction(std::move(function).value()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Cell cell, cells.Evaluate(*expression));
  if (cell.open) {
    // The column as it is; whoever comes next decides.
    return cell;
  }
  cell.constant = nullptr;
  SCOREWAY_ASSIGN_OR_RETURN(cell, TreatFault(context, user, source.text, &cells, std::move(cell)));
  if (const Object value = user.Get("default_value"); value.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell missing,
                              cells.Add(op::Unary{op::UnaryFunction::kIsMissing}, {cell.value}, Type::kBool));
    SCOREWAY_ASSIGN_OR_RETURN(Cell otherwise, ScalarCell(context, value, &cells));
    SCOREWAY_ASSIGN_OR_RETURN(cell, cells.Choose(missing, std::move(otherwise), std::move(cell)));
  }
  if (const Object value = user.Get("map_missing_to"); value.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell missing, AnyMissing(context, user, in, &cells));
    SCOREWAY_ASSIGN_OR_RETURN(Cell otherwise, ScalarCell(context, value, &cells));
    SCOREWAY_ASSIGN_OR_RETURN(cell, cells.Choose(missing, std::move(otherwise), std::move(cell)));
  }
  return cell;
}

Result<Table> TransformExpression(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object saved, transformer.Want("expr"));
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, LowerExpression(context, transformer, saved, in));
  Table out;
  if (cell.open) {
    out.columns.push_back(*cell.open);
  } else {
    // Whether a missing cell makes the answer missing only the rows show.
    TableColumn column;
    column.value = cell.value;
    column.cell_type = cell.type;
    out.columns.push_back(std::move(column));
  }
  const Object fitted = transformer.Get("dtype_");
  SCOREWAY_ASSIGN_OR_RETURN(const DType dtype, ReadDType(fitted.exists() ? fitted : transformer.Get("dtype")));
  return CastTable(context, transformer, out, dtype);
}

}  // namespace scoreway::sklearn2pmml
