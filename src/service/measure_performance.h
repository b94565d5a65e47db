// MeasurePerformance: how well a version has done on the predictions whose labels have come, and how well it may be
// expected to do on the others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "drift/metrics.h"
#include "service/labelled_rows.h"
#include "service/service.h"

namespace scoreway {

struct PerformanceQuery {
  static constexpr uint64_t kRowsMax = 1'000'000;  // of the window, the newest

  std::string window = "30d";  // ReadWindow (log_window.h)
  OutputWish outputs = {};
  std::string segment = {};  // an input; empty: no segments
  bool shadow = false;       // of copies that the version scored in shadow, in place of its answers
  // At most so many stretches of time, of the same number of labelled rows each, are measured besides; 0: none.
  static constexpr size_t kStretchesMax = 200;
  static constexpr size_t kStretchRowsMin = 20;
  size_t stretches = 0;
};

struct PerformanceSegment {
  std::string value;  // of the input; of numbers of more than 20 values a quarter of them, "43000 to 51000"
  ClassificationMetrics classification;
  RegressionMetrics regression;
};

// Labelled rows that follow each other in time.
struct PerformanceStretch {
  int64_t from_micros = 0, to_micros = 0;  // of the first and the last prediction
  ClassificationMetrics classification;
  RegressionMetrics regression;
};

// A change of the errors that a detector (drift/change_detectors.h) found.
struct ErrorChange {
  const char* detector = "";
  int64_t time_micros = 0;  // of the prediction at which it was found
};

struct Performance {
  std::string model;
  int64_t version = 0;
  std::string window;
  PredictionTask task = PredictionTask::kRegression;
  uint64_t predictions = 0, labelled = 0;
  bool is_whole = true;  // false: the window has more rows than are read
  // How long after its prediction a label was known.
  double delay_median_seconds = kNotKnown, delay_90_seconds = kNotKnown;
  ClassificationMetrics classification;  // of the labelled rows, by task
  RegressionMetrics regression;
  // Of a classification with probabilities: what is expected of the rows without a label.
  ClassificationMetrics estimate;
  std::vector<PerformanceSegment> segments;   // those of most rows first, at most 100
  std::vector<PerformanceStretch> stretches;  // in the order of time
  std::vector<ErrorChange> changes;           // likewise
};

// kNotFound: no such model or version. INVALID_ARGUMENT names an output, input or label that does not fit.
Result<Performance> MeasurePerformance(const Service& service, const Reference& reference,
                                       const PerformanceQuery& query);

// "accuracy", "log_loss", "brier", "auc"; "rmse", "mae", "bias": those of the task, with NaN for what is not known.
std::vector<std::pair<std::string_view, const Measure*>> MeasuresOf(const Performance& performance);
// Null where the task has no such metric.
const Measure* FindMeasure(const Performance& performance, std::string_view metric);

void WriteJson(const Performance& performance, JsonWriter* json);

}  // namespace scoreway
