// Functions of dates and times.

#include <array>
#include <chrono>

#include "base/number_text.h"
#include "importers/pmml/functions.h"

namespace scoreway::pmml {
namespace {

using Arguments = std::vector<Cell>;

// Days from 1970-01-01 to the first day of the year that a constant names.
Result<double> DaysToYear(Emit& emit, const Cell& year) {
  int64_t number = 0;
  if (!year.constant || ParseInt64(*year.constant, &number) != NumberParse::kOk || number < 0 || number > 9999) {
    return emit.context().Unsupported(emit.at(), "a year that is not a constant");
  }
  const std::chrono::sys_days day =
      std::chrono::year(static_cast<int>(number)) / std::chrono::January / std::chrono::day(1);
  return static_cast<double>(day.time_since_epoch().count());
}

Result<Cell> SinceYear(Emit& emit, const Function& function, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const double days, DaysToYear(emit, arguments[1]));
  const bool in_days = function.name == "dateDaysSinceYear";
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  const op::DateFunction unit = in_days ? op::DateFunction::kDays : op::DateFunction::kSeconds;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId since_1970, emit.Add(op::DateText{unit, {}}, {text}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId start, emit.Number(in_days ? days : days * 86400));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Binary(op::BinaryFunction::kSubtract, since_1970, start));
  return NumberCell(value, DataType::kInteger, arguments);
}

Result<Cell> SinceMidnight(Emit& emit, const Function&, const Arguments& arguments) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, emit.Add(op::DateText{op::DateFunction::kSecondsOfDay, {}}, {text}));
  return NumberCell(value, DataType::kInteger, arguments);
}

Result<Cell> FormatDate(Emit& emit, const Function&, const Arguments& arguments) {
  if (!arguments[1].constant) return emit.context().Unsupported(emit.at(), "a format that is not a constant");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit.AsText(arguments[0]));
  Cell cell;
  cell.type = DataType::kString;
  cell.op_type = OpType::kCategorical;
  cell.maybe_missing = arguments[0].maybe_missing;
  SCOREWAY_ASSIGN_OR_RETURN(
      cell.value, emit.Add(op::DateText{op::DateFunction::kFormat, std::string(*arguments[1].constant)}, {text}));
  return cell;
}

constexpr std::array kFunctions = {
    Function{"dateDaysSinceYear", 2, 2, SinceYear},
    Function{"dateSecondsSinceYear", 2, 2, SinceYear},
    Function{"dateSecondsSinceMidnight", 1, 1, SinceMidnight},
    Function{"formatDatetime", 2, 2, FormatDate},
};

}  // namespace

std::span<const Function> DateFunctions() { return kFunctions; }

}  // namespace scoreway::pmml
