// ColumnDrift: how far a column of a window lies from the same column of the reference.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/codec/json_writer.h"
#include "drift/column_profile.h"
#include "drift/distribution_tests.h"
#include "drift/interval.h"

namespace scoreway {

// In rising order of gravity.
enum class Severity : uint8_t { kQuiet = 0, kWarning = 1, kAlarm = 2 };

// "quiet", "warning", "alarm".
std::string_view SeverityName(Severity severity);

// Shares of the cells that are there, on both sides, by what the index of stability counts. Shares that do not add up
// to 1 leave out cells of other values.
struct ColumnShares {
  static constexpr size_t kTextsMax = 12;  // of categories, those of the largest shares

  std::vector<double> edges = {};        // of bins of numbers: one more than there are shares
  std::vector<std::string> values = {};  // or values: categories, and numbers of which the reference has few
  std::vector<double> reference = {}, current = {};
};

struct ColumnDrift {
  std::string name;
  bool is_output = false;
  ProfileKind kind = ProfileKind::kNumber;
  uint64_t reference_rows = 0, rows = 0;
  // Both sides are known exactly. Else statistics of numbers come from sketches: the Kolmogorov-Smirnov statistic and
  // every share are off by at most rank_error (with 99 % probability); categories by what was undercounted.
  bool is_exact = true;
  double rank_error = 0;

  // Of the cells that are there. NaN where a side has none, or the kind has no such statistic.
  double psi = kNotKnown, jensen_shannon = kNotKnown;
  double ks = kNotKnown, ks_p = kNotKnown;  // numbers
  double wasserstein = kNotKnown,
         wasserstein_normed = kNotKnown;                    // numbers; over max(deviation of the reference, 0.001)
  double chi_square = kNotKnown, chi_square_p = kNotKnown;  // categories, and numbers of at most 20 values
  // The same with all categories together of which a side would have less than 5 cells, as chi-square wants (W.
  // Cochran, 1954): what the verdict goes by.
  double common_p = kNotKnown;

  double reference_missing = 0, missing = 0;  // shares of rows
  double missing_p = 1;
  double outside = 0;  // share of cells: numbers beyond the range of the reference, categories that it has not
  double outside_p = 1;
  bool knows_outside = true;  // false: the reference has too many categories to know them all

  double reference_median = kNotKnown, median = kNotKnown;  // numbers
  double reference_mean = kNotKnown, mean = kNotKnown;      // numbers
  double reference_distinct = 0, distinct = 0;
  // The category whose share has changed most, and its shares.
  std::string changed_category = {};
  double reference_share = 0, share = 0;
  ColumnShares shares = {};  // empty where a side has no cells

  // Filled in by DriftReport: the smallest p adjusted for all tests of the report, and the verdict.
  double adjusted_p = 1;
  Severity severity = Severity::kQuiet;
  std::vector<std::string> reasons = {};

  // The p value of the distribution: Kolmogorov-Smirnov of numbers, chi-square of common categories; 1 if there is
  // none.
  double distribution_p() const;
};

// `may_be_exact`: p values of small windows by counting, as SciPy does; else always by the approximation for large
// ones, which is quicker. Both columns must be of one kind.
ColumnDrift CompareColumns(const ColumnProfile& reference, const ColumnProfile& current, bool may_be_exact);

void WriteJson(const ColumnDrift& drift, JsonWriter* json);

}  // namespace scoreway
