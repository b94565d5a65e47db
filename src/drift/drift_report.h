// DriftReport: a window against the reference, column by column, with a verdict and the reasons for it.
//
// A column is out of order when chance is an unlikely reason (its smallest p value, adjusted for all tests of the
// report after Benjamini and Hochberg, is at most `level`) and when what has changed matters: the population stability
// index, the change of the share of missing cells, or the share of cells outside what the reference knows passes its
// bound. Both are asked for, as with many rows chance is never a reason and with few rows everything seems to matter.
// The report is as grave as its gravest column.
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
  double missing_warning = 0.02, missing_alarm = 0.1;  // change of the share
  double outside_warning = 0.02, outside_alarm = 0.1;  // share
  uint64_t rows_min = 100;                             // of a window; beneath nothing is said
};

// kInvalidArgument names a bound that is none.
Status CheckBounds(const DriftBounds& bounds);

struct DriftReport {
  Severity severity = Severity::kQuiet;
  uint64_t reference_rows = 0, rows = 0;
  int64_t from_micros = 0, to_micros = 0;  // of the window; 0: not known
  bool has_enough_rows = true;
  std::vector<ColumnDrift> columns = {};  // those in both, as in the reference
  // Columns that only one of both has, or that are numbers in one and categories in the other.
  std::vector<std::string> not_compared = {};
};

// `may_be_exact` as CompareColumns.
DriftReport CompareProfiles(const Profile& reference, const Profile& current, const DriftBounds& bounds,
                            bool may_be_exact);

// The gravest columns first, and of these those with the largest index.
std::vector<const ColumnDrift*> ByGravity(const DriftReport& report);

void WriteJson(const DriftReport& report, JsonWriter* json);

}  // namespace scoreway
