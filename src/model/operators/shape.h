// Operators that move columns about. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace scoreway::op {

// The columns of all inputs side by side; all of one kind.
struct Concat {
  static constexpr std::string_view kName = "concat";
  template <typename Self, typename Visit>
  static void Fields(Self&, Visit&&) {}
};

// Column i of the output is column columns[i] of the input (numbers or text). Columns may repeat.
struct Select {
  static constexpr std::string_view kName = "select";
  std::vector<uint32_t> columns;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("columns", self.columns);
  }
};

// The same numbers in every row; takes no input.
struct Constant {
  static constexpr std::string_view kName = "constant";
  std::vector<double> values;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("values", self.values);
  }
};

}  // namespace scoreway::op
