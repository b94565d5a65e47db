// MeasureDrift: a window of a model's predictions against what its version was trained on, or against an earlier
// window.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "drift/drift_report.h"
#include "service/reference_profiles.h"
#include "service/service.h"

namespace scoreway {

struct DriftQuery {
  std::string window = "10000";  // ReadWindow
  // Empty: the reference profile of the version. A time such as 7d: the same window so much earlier, as the same hour
  // last week.
  std::string against = {};
  DriftBounds bounds = {};
  // Whether the p values of small windows are counted exactly, as SciPy does, or always approximated, which is quicker.
  bool exact_p_values = true;
  // Of a window by time at most the newest so many rows are read; 0: all.
  uint64_t rows_max = 0;
  bool shadow = false;  // LogWindow
};

struct ModelDrift {
  std::string model;
  int64_t version = 0;
  std::string window;
  std::string reference;  // "sample", "log" (learned from the first rows), or the time of `against`
  DriftReport report;
};

// kNotFound: no such model or version, or it has no reference profile. `references`: those kept, of who measures again
// and again; null: it is read.
Result<ModelDrift> MeasureDrift(const Service& service, const Reference& reference, const DriftQuery& query,
                                ReferenceProfiles* references = nullptr);

// Makes the first rows that are logged of a version its reference profile; `who` is kept with it. kInvalidArgument if
// there are fewer. The number of rows.
Result<uint64_t> LearnReference(const Service& service, std::string_view model, int64_t version, uint64_t rows,
                                const std::string& who);

// Stores a profile as that of a version.
Status StoreReference(const Service& service, std::string_view model, int64_t version, const Profile& profile,
                      const std::string& source, const std::string& who);

// The report with model, version, window and reference before it.
void WriteJson(const ModelDrift& drift, JsonWriter* json);

}  // namespace scoreway
