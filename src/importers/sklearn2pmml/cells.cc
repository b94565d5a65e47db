#include "importers/sklearn2pmml/cells.h"

#include <algorithm>

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

Result<ValueId> TextOf(Context& context, const Object& user, const Table& column, Type type) {
  if (type == Type::kString) return context.Texts(user, column);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context.DecidedNumbers(user, column));
  if (type == Type::kBool) return context.Add(op::DecodeText{{"False", "True"}}, {number}, user);
  return context.Add(op::NumberToText{type == Type::kInt64}, {number}, user);
}

}  // namespace

Table TypedTable(Context& context, ValueId value, const Table& like, std::optional<Type> cell_type) {
  Table out = context.TableOf(value, like);
  for (TableColumn& column : out.columns) column.cell_type = cell_type;
  return out;
}

Result<ValueId> ConstantText(Context& context, const Object& user, const std::string& text) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, user));
  return context.Add(op::DecodeText{{text}}, {zero}, user);
}

Result<std::vector<ValueId>> TextsOf(Context& context, const Object& user, const Table& in) {
  std::vector<Type> types;
  for (const TableColumn& column : in.columns) {
    const std::optional<Type> type = CellType(context, column);
    if (!type) {
      return context.Unsupported(user, "text of a column ('" + column.name + "') that may hold 3 or 3.0");
    }
    types.push_back(*type);
  }
  // An array that holds text keeps each cell as it is; one of numbers has one type for all.
  const bool numbers = std::find(types.begin(), types.end(), Type::kString) == types.end();
  const bool mixed = std::adjacent_find(types.begin(), types.end(), std::not_equal_to<>()) != types.end();
  if (numbers && mixed) {
    const bool fractions = std::find(types.begin(), types.end(), Type::kFloat64) != types.end();
    std::fill(types.begin(), types.end(), fractions ? Type::kFloat64 : Type::kInt64);
  }
  std::vector<ValueId> texts;
  for (size_t i = 0; i < in.width(); ++i) {
    const size_t position[] = {i};
    SCOREWAY_ASSIGN_OR_RETURN(texts.emplace_back(), TextOf(context, user, in.Select(position), types[i]));
  }
  return texts;
}

Result<TableColumn> OnlyColumn(const Object& user, const Table& in) {
  if (in.width() == 1) return in.columns[0];
  return user.Corrupt("takes one column, but " + std::to_string(in.width()) + " come in");
}

}  // namespace scoreway::sklearn2pmml
