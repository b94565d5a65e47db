// Expressions of PMML as text, with the fields they refer to.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scoreway::pmml_export {

struct Expression {
  std::string xml;
  std::set<std::string> fields;
};

Expression Ref(const std::string& field);
// The field, or `value` where it is missing.
Expression RefOr(const std::string& field, std::string_view value);
Expression Number(double value);
Expression Integer(int64_t value);
Expression Text(std::string_view value);
Expression Missing();
// A call of a built-in function.
Expression Apply(std::string_view function, const std::vector<Expression>& arguments);
// a where the condition is true, b where it is false; missing where it is missing.
Expression If(const Expression& condition, const Expression& a, const Expression& b);
// a, where the condition is true, else missing.
Expression OnlyIf(const Expression& condition, const Expression& a);
// 1 or 0.
Expression AsNumber(const Expression& condition);
Expression True();
Expression IsMissing(const std::string& field);
Expression IsPresent(const std::string& field);

// What stands for a value in a table. A missing result is left out of it.
using TableRow = std::pair<std::string, std::string>;
// The second of the row whose first is the field's value; `unknown` for one in no row and `missing` for a missing
// field, each missing if it is null.
Expression MapValues(const std::string& field, const std::vector<TableRow>& rows, std::string_view data_type,
                     const std::string* unknown, const std::string* missing);
// Lines through the points (x, norm), xs rising; outside the first and last norm, or missing.
Expression NormContinuous(const std::string& field, const std::vector<double>& xs, const std::vector<double>& norms,
                          bool missing_outside);
// 1 where the field is the value, else 0; `missing` where it is missing, or missing if that is empty.
Expression NormDiscrete(const std::string& field, std::string_view value, std::string_view missing);

}  // namespace scoreway::pmml_export
