#include "importers/sklearn2pmml/cast.h"

#include <cmath>

#include "importers/sklearn2pmml/cells.h"

namespace scoreway::sklearn2pmml {
namespace {

using Kind = DType::Kind;

Result<Table> CastToText(Context& context, const Object& user, const Table& in) {
  Table out;
  for (size_t i = 0; i < in.width(); ++i) {
    const size_t position[] = {i};
    const Table column = in.Select(position);
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ValueId> text, TextsOf(context, user, column));
    out.Append(TypedTable(context, text[0], column, Type::kString));
  }
  return out;
}

// Columns as numbers; text is read as Python's float() reads it.
Result<Table> ReadNumbers(Context& context, const Object& user, const Table& in) {
  Table out = in;
  for (size_t i = 0; i < in.width(); ++i) {
    if (!context.IsText(in.columns[i])) continue;
    const size_t position[] = {i};
    const Table column = in.Select(position);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context.Texts(user, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId number,
                              context.Add(op::TextUnary{op::TextFunction::kToNumber, 0, 0}, {text}, user));
    out.columns[i] = TypedTable(context, number, column, std::nullopt).columns[0];
  }
  return out;
}

bool HoldsWholeNumbers(Context& context, const TableColumn& column) {
  const std::optional<Type> type = CellType(context, column);
  return type == Type::kInt64 || type == Type::kBool;
}

Result<Table> CastToInt(Context& context, const Object& user, const Table& in, const DType& dtype) {
  SCOREWAY_ASSIGN_OR_RETURN(Table table, ReadNumbers(context, user, in));
  bool whole = true;
  bool narrow = dtype.high < 9e18;
  for (const TableColumn& column : table.columns) {
    whole = whole && HoldsWholeNumbers(context, column);
    if (CellType(context, column) != Type::kBool) continue;
    narrow = narrow && table.width() > 1;
  }
  ValueId value = 0;
  if (dtype.nullable) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Numbers(user, table));
  } else if (whole) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.DecidedNumbers(user, table));
  } else {
    // numpy makes some number of a NaN; there is no right answer to give.
    SCOREWAY_ASSIGN_OR_RETURN(value, context.FiniteNumbers(user, &table));
  }
  if (!whole) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::Unary{op::UnaryFunction::kTruncate}, {value}, user));
  }
  if (narrow) {
    // What does not fit would wrap around or fail, by the release of numpy.
    op::NumberDomain fits{.column_names = context.ColumnNames(table),
                          .low = {},
                          .high = {},
                          .allowed = {},
                          .missing_markers = {},
                          .invalid = op::InvalidCell::kReject,
                          .clip_low = {},
                          .clip_high = {}};
    fits.low.assign(table.width(), dtype.low);
    fits.high.assign(table.width(), dtype.high);
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(fits), {value}, user));
  }
  return TypedTable(context, value, table, Type::kInt64);
}

Result<Table> CastToFloat(Context& context, const Object& user, const Table& in, bool to_float32) {
  SCOREWAY_ASSIGN_OR_RETURN(const Table table, ReadNumbers(context, user, in));
  for (const TableColumn& column : table.columns) {
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, column, Type::kFloat64));
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.DecidedNumbers(user, table));
  if (to_float32) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(op::Unary{op::UnaryFunction::kFloat32}, {value}, user));
    return TypedTable(context, value, table, std::nullopt);
  }
  // An input keeps saying that it holds whole numbers; a copy of it says that it no longer does.
  Table out = table;
  for (size_t i = 0; i < out.width(); ++i) {
    if (!HoldsWholeNumbers(context, table.columns[i])) continue;
    const size_t position[] = {i};
    const Table column = table.Select(position);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId whole, context.DecidedNumbers(user, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId copy, context.SelectColumns(whole, {0}, user));
    out.columns[i] = TypedTable(context, copy, column, Type::kFloat64).columns[0];
  }
  return out;
}

// Python's truth of a number: all but 0, also NaN.
Result<Table> CastToBool(Context& context, const Object& user, const Table& in) {
  for (const TableColumn& column : in.columns) {
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, column, Type::kBool));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, context.DecidedNumbers(user, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, user));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId truth,
                            context.Add(op::Binary{op::BinaryFunction::kNotEqual, false}, {numbers, zero}, user));
  Table out = TypedTable(context, truth, in, Type::kBool);
  for (TableColumn& column : out.columns) column.missing_from.clear();
  return out;
}

// Categories that were not there when the dtype was made become missing.
Result<Table> CastToCategory(Context& context, const Object& user, const Table& in, const DType& dtype) {
  Table out = in;
  for (TableColumn& column : out.columns) column.is_category = true;
  if (!dtype.categories || dtype.categories->size() == 0) return out;
  const Labels& known = *dtype.categories;
  const bool text = known.type == Type::kString;
  for (size_t i = 0; i < in.width(); ++i) {
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, in.columns[i], known.type));
    context.NoteCategories(in.columns[i], known);
    const size_t position[] = {i};
    const Table column = in.Select(position);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells,
                              text ? context.Texts(user, column) : context.DecidedNumbers(user, column));
    op::Params params;
    if (text) {
      op::TextDomain domain;
      domain.allowed = {known.texts};
      domain.invalid = op::InvalidCell::kMissing;
      params = std::move(domain);
    } else {
      op::NumberDomain domain;
      domain.low = {-op::kInfinity};
      domain.high = {op::kInfinity};
      domain.allowed = {known.numbers};
      domain.invalid = op::InvalidCell::kMissing;
      params = std::move(domain);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(params), {cells}, user));
    out.columns[i] = TypedTable(context, value, column, CellType(context, in.columns[i])).columns[0];
    out.columns[i].is_category = true;
    out.columns[i].categories = std::make_shared<const Labels>(known);
  }
  return out;
}

}  // namespace

Result<Table> CastTable(Context& context, const Object& user, const Table& in, const DType& dtype) {
  switch (dtype.kind) {
    case Kind::kNone:
    case Kind::kObject: return in;
    case Kind::kText: return CastToText(context, user, in);
    case Kind::kInt: return CastToInt(context, user, in, dtype);
    case Kind::kFloat64: return CastToFloat(context, user, in, false);
    case Kind::kFloat32: return CastToFloat(context, user, in, true);
    case Kind::kBool: return CastToBool(context, user, in);
    case Kind::kDate: return FormatDates(context, user, in, "%Y-%m-%d");
    case Kind::kDateTime: return FormatDates(context, user, in, "%Y-%m-%dT%H:%M:%S");
    case Kind::kCategory: return CastToCategory(context, user, in, dtype);
    default: return context.Unsupported(user, "a cast to this dtype");
  }
}

Result<Table> TransformCast(Context& context, const Object& transformer, const Table& in) {
  const Object fitted = transformer.Get("dtype_");
  SCOREWAY_ASSIGN_OR_RETURN(const DType dtype, ReadDType(fitted.has_value() ? fitted : transformer.Get("dtype")));
  return CastTable(context, transformer, in, dtype);
}

Result<Table> TransformMultiCast(Context& context, const Object& transformer, const Table& in) {
  const Object list = transformer.Get("dtypes_").has_value() ? transformer.Get("dtypes_") : transformer.Get("dtypes");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> dtypes, list.Items());
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(transformer, in, dtypes.size()));
  Table out;
  for (size_t i = 0; i < dtypes.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const DType dtype, ReadDType(dtypes[i]));
    const size_t position[] = {i};
    SCOREWAY_ASSIGN_OR_RETURN(const Table column, CastTable(context, transformer, in.Select(position), dtype));
    out.Append(column);
  }
  return out;
}

Result<Table> CategoryCodes(Context& context, const Object& user, const Table& in) {
  Table out = in;
  for (size_t i = 0; i < in.width(); ++i) {
    const TableColumn& column = in.columns[i];
    if (!column.is_category) continue;
    if (column.categories == nullptr)
      return context.Unsupported(user, "codes of categories that the rows asked decide");
    const Labels& known = *column.categories;
    const op::CodeOrReject none{false, -1};
    const std::vector<std::string> names = {column.name};
    const size_t position[] = {i};
    const Table one = in.Select(position);
    const bool text = known.type == Type::kString;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, text ? context.Texts(user, one) : context.DecidedNumbers(user, one));
    op::Params encode = op::EncodeText{names, {known.texts}, {none}, {none}};
    if (!text) encode = op::EncodeNumber{names, {known.numbers}, {none}, {none}};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, context.Add(std::move(encode), {cells}, user));
    out.columns[i] = context.TableOf(codes).columns[0];
    out.columns[i].name = column.name;
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
