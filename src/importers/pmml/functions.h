// The built-in functions of PMML: each makes one cell of its arguments. The conventions of missing arguments: unless a
// function says otherwise, its answer is missing with any of them.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "importers/pmml/expression.h"

namespace scoreway::pmml {

struct Function {
  std::string_view name;
  size_t arguments_min;
  size_t arguments_max;
  Result<Cell> (*lower)(Emit& emit, const Function& function, const std::vector<Cell>& arguments);
};

inline constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();

std::span<const Function> ArithmeticFunctions();  // functions_arithmetic.cc
std::span<const Function> LogicFunctions();       // functions_logic.cc
std::span<const Function> TextFunctions();        // functions_text.cc
std::span<const Function> DateFunctions();        // functions_date.cc

// Null if there is none of that name.
const Function* FindBuiltIn(std::string_view name);

// A number of that type whose cells may be missing if one of the arguments may.
Cell NumberCell(ValueId value, DataType type, const std::vector<Cell>& arguments);
// The least type that holds both; booleans count as integers, text as double.
DataType CommonNumber(DataType a, DataType b);

}  // namespace scoreway::pmml
