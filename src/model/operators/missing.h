// Operators on missing cells. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// A cell that is NaN (marker NaN) or equal to marker becomes fill[column].
struct ImputeNumber {
  static constexpr std::string_view kName = "impute_number";
  double marker = kNaN;
  std::vector<double> fill;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("marker", self.marker);
    visit("fill", self.fill);
  }
};

// A null cell (has_marker false) or a cell equal to marker becomes fill[column].
struct ImputeText {
  static constexpr std::string_view kName = "impute_text";
  bool has_marker = false;
  std::string marker;
  std::vector<std::string> fill;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("has_marker", self.has_marker);
    visit("marker", self.marker);
    visit("fill", self.fill);
  }
};

// 1 where the cell (number: NaN or equal to marker; text: null) of columns[i] is missing, else 0.
struct MissingIndicator {
  static constexpr std::string_view kName = "missing_indicator";
  double marker = kNaN;
  std::vector<uint32_t> columns;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("marker", self.marker);
    visit("columns", self.columns);
  }
};

}  // namespace scoreway::op
