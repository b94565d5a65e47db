// DriftReport: a window against the reference, column by column, with a verdict and the reasons for it.
//
// A column is out of order when chance is an unlikely reason (its smallest p value, adjusted for all tests of the
// report after Benjamini and Hochberg, is at most `level`) and when what has changed matters: the population stability
// index, the change of the share of missing cells, or the share of cells outside what the reference knows passes its
// bound. Both are asked for, as with many rows chance is never a reason and with few rows everything seems to matter.
// The same is asked of the rows as a whole (row_shape.h): of the error with which the reference's principal components
// make the window's rows anew, whose mean is compared by the normal distribution. The report is as grave as the gravest
// of all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/codec/json_writer.h"
#include "drift/column_drift.h"
#include "drift/profile.h"

namespace scoreway {

struct DriftBounds {
  double level = 0.01;  // of false discoveries among the columns of a report
  double psi_warning = 0.1, psi_alarm = 0.2;
  double missing_warning = 0.02, missing_alarm = 0.1;    // change of the share
  double outside_warning = 0.02, outside_alarm = 0.1;    // share
  double together_warning = 0.1, together_alarm = 0.25;  // change of the mean error, as a share of the reference's
  uint64_t rows_min = 100;                               // of a window; beneath nothing is said
};

// kInvalidArgument names a bound that is none.
Status CheckBounds(const DriftBounds& bounds);

// How the rows of the window keep to the components of the reference's.
struct TogetherDrift {
  size_t columns = 0, components = 0;  // 0: the reference has no shape, or the window kept no rows
  RowErrors reference, current;
  double adjusted_p = 1;  // for all tests of the report
  Severity severity = Severity::kQuiet;
  std::string reason = {};  // empty where it is quiet
};

struct DriftReport {
  Severity severity = Severity::kQuiet;
  uint64_t reference_rows = 0, rows = 0;
  int64_t from_micros = 0, to_micros = 0;  // of the window; 0: not known
  bool has_enough_rows = true;
  std::vector<ColumnDrift> columns = {};  // those in both, as in the reference
  TogetherDrift together = {};
  // Columns that only one of both has, or that are numbers in one and categories in the other.
  std::vector<std::string> not_compared = {};
};

// `may_be_exact` as CompareColumns.
DriftReport CompareProfiles(const Profile& reference, const Profile& current, const DriftBounds& bounds,
                            bool may_be_exact);

// The gravest columns first, and of these those with the largest index.
std::vector<const ColumnDrift*> ByGravity(const DriftReport& report);

// Of all that is out of order; the gravest columns first.
std::vector<std::string> ReasonsOf(const DriftReport& report);

void WriteJson(const DriftReport& report, JsonWriter* json);

}  // namespace scoreway
