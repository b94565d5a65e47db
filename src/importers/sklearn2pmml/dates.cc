// Dates, which flow as texts of ISO 8601.

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

// The days from 1970 to the first of January of that year.
double DaysToYear(int64_t year) {
  double days = 0;
  for (int64_t y = 1970; y < year; ++y) days += (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
  for (int64_t y = year; y < 1970; ++y) days -= (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 ? 366 : 365;
  return days;
}

Result<Table> DatesToNumbers(Context& context, const Object& user, const Table& in, op::DateFunction function,
                             double offset) {
  for (const TableColumn& column : in.columns)
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, column, Type::kString));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId texts, context.Texts(user, in));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Add(op::DateText{function, ""}, {texts}, user));
  if (offset != 0) {
    op::Affine since;
    since.offset.assign(in.width(), offset);
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(since), {value}, user));
  }
  return TypedTable(context, value, in, Type::kInt64);
}

Result<double> EpochDays(Context& context, const Object& transformer) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t year, transformer.Integer("year"));
  if (year < 1 || year > 9999) return context.Unsupported(transformer, "the year " + std::to_string(year));
  return DaysToYear(year);
}

}  // namespace

Result<Table> FormatDates(Context& context, const Object& user, const Table& in, const std::string& format) {
  for (const TableColumn& column : in.columns)
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, user, column, Type::kString));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId texts, context.Texts(user, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            context.Add(op::DateText{op::DateFunction::kFormat, format}, {texts}, user));
  return TypedTable(context, value, in, Type::kString);
}

Result<Table> TransformDaysSinceYear(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const double days, EpochDays(context, transformer));
  return DatesToNumbers(context, transformer, in, op::DateFunction::kDays, days);
}

Result<Table> TransformSecondsSinceYear(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const double days, EpochDays(context, transformer));
  return DatesToNumbers(context, transformer, in, op::DateFunction::kSeconds, days * 86400);
}

Result<Table> TransformSecondsSinceMidnight(Context& context, const Object& transformer, const Table& in) {
  return DatesToNumbers(context, transformer, in, op::DateFunction::kSecondsOfDay, 0);
}

Result<Table> TransformDateFormatter(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string pattern, transformer.Text("pattern"));
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    ++i;
    if (i == pattern.size() || std::string_view("YymdHMSj%").find(pattern[i]) == std::string_view::npos) {
      return context.Unsupported(transformer, "the date format '" + pattern + "'");
    }
  }
  return FormatDates(context, transformer, in, pattern);
}

}  // namespace scoreway::sklearn2pmml
