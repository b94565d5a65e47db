// WatchFindings: what one look at a watched model found, in its drift and, where bounds say so, in how well it does.
// Values and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "service/measure_drift.h"
#include "service/measure_performance.h"
#include "service/watch.h"

namespace scoreway {

struct WatchFindings {
  int64_t version = 0;  // 0: nothing could be looked at
  uint64_t rows = 0;    // of the window
  bool has_enough_rows = false;
  Severity drift = Severity::kQuiet, metric = Severity::kQuiet;
  std::vector<std::string> reasons = {};                 // at most 20, metrics first
  std::vector<std::pair<std::string, double>> psi = {};  // of the 20 gravest columns
  // Of the window of metrics: WatchState.
  uint64_t predictions = 0, labelled = 0;
  std::map<std::string, Measure> metrics = {};
  std::string fault = {};  // why something could not be looked at
};

void AddDrift(const ModelDrift& drift, WatchFindings* findings);
// A metric whose whole interval (Measure) lies beyond its bound is an alarm, one that is beyond it itself a warning.
// Fewer labelled rows than the watch's bounds want judge nothing; what they tell is kept all the same.
void AddMetrics(const Watch& watch, const Performance& performance, WatchFindings* findings);
void AddFault(const Error& error, WatchFindings* findings);

// The state once a model was looked at, and the next look is set. A change of state makes an alert, to be sent at once
// unless the watch is silenced; too few rows change nothing; another version begins at quiet.
WatchState AfterLook(const Watch& watch, WatchState state, const WatchFindings& findings, int64_t now_micros);

}  // namespace scoreway
