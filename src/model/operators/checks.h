// Operators that check cells against a domain. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// Passes its input (numbers) on; the run fails with INVALID_ARGUMENT naming row and column at an infinite cell, and at
// a NaN cell unless allow_nan. What scikit-learn's check_array does in front of most estimators. With as_float32 a
// finite number whose float32 is infinite fails too.
struct RequireFinite {
  static constexpr std::string_view kName = "require_finite";
  bool allow_nan = false;
  bool as_float32 = false;
  std::vector<std::string> column_names;  // for the message; empty or one for each column
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("allow_nan", self.allow_nan);
    visit("as_float32", self.as_float32);
    visit("column_names", self.column_names);
  }
};

// What to do with a cell outside the domain of its column.
enum class InvalidCell : uint8_t {
  kReject = 0,   // the run fails, naming row, column and value
  kMissing = 1,  // the cell becomes missing
  kKeep = 2,     // as it is
  kReplace = 3,  // it becomes the column's invalid_value
};

// Per column of numbers: valid if low <= x <= high and, when `allowed` of the column is not empty, x is one of them.
// First a cell equal to one of missing_markers becomes missing; then invalid cells are treated; then clip_low/clip_high
// (unless NaN) bound valid cells; last a missing cell becomes missing_value (NaN: stays missing).
// kReject at missing: reject_missing fails the run at a missing cell.
struct NumberDomain {
  static constexpr std::string_view kName = "number_domain";
  std::vector<std::string> column_names;
  std::vector<double> low, high;             // a column each
  std::vector<std::vector<double>> allowed;  // empty, or a list a column
  std::vector<double> missing_markers;       // for all columns
  InvalidCell invalid = InvalidCell::kKeep;
  double invalid_value = kNaN;
  // Outliers, as sklearn2pmml's and PMML's outlier treatment: cells below clip_low or above clip_high.
  enum class Outlier : uint8_t { kKeep = 0, kMissing = 1, kClip = 2 };
  Outlier outlier = Outlier::kKeep;
  std::vector<double> clip_low, clip_high;  // empty, or a column each
  double missing_value = kNaN;
  bool reject_missing = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("low", self.low);
    visit("high", self.high);
    visit("allowed", self.allowed);
    visit("missing_markers", self.missing_markers);
    visit("invalid", self.invalid);
    visit("invalid_value", self.invalid_value);
    visit("outlier", self.outlier);
    visit("clip_low", self.clip_low);
    visit("clip_high", self.clip_high);
    visit("missing_value", self.missing_value);
    visit("reject_missing", self.reject_missing);
  }
};

// The same for text; valid if `allowed` of the column is empty or holds the cell.
struct TextDomain {
  static constexpr std::string_view kName = "text_domain";
  std::vector<std::string> column_names;
  std::vector<std::vector<std::string>> allowed;  // empty, or a list a column
  std::vector<std::string> missing_markers;
  InvalidCell invalid = InvalidCell::kKeep;
  std::string invalid_value;
  bool has_missing_value = false;
  std::string missing_value;
  bool reject_missing = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("allowed", self.allowed);
    visit("missing_markers", self.missing_markers);
    visit("invalid", self.invalid);
    visit("invalid_value", self.invalid_value);
    visit("has_missing_value", self.has_missing_value);
    visit("missing_value", self.missing_value);
    visit("reject_missing", self.reject_missing);
  }
};

}  // namespace scoreway::op
