// ChallengePolicy: by which rules a challenger is compared with the champion, and takes its place. Data: what decides
// is decide.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

// How a prediction is marked against its label: 0 is best, 1 is worst. Numbers beyond `scale` count as 1.
enum class LossKind : uint8_t {
  kError,          // the output is not the label
  kBrier,          // (probability - whether the label is `positive`) squared
  kLogLoss,        // -log of the probability of what happened, over `scale`
  kAbsoluteError,  // |output - label| over `scale`
  kSquaredError,   // (output - label)^2 over `scale`
};

std::string_view LossKindName(LossKind kind);  // "error", "brier", "log_loss", "absolute_error", "squared_error"

// How the requests are shared during the canary.
enum class Allocation : uint8_t {
  kSteps,     // by the percentages of the canary, one after the other
  kThompson,  // by how likely the challenger is the better one, within the first and the last of them
};

std::string_view AllocationName(Allocation allocation);  // "steps", "thompson"

struct ChallengePolicy {
  static constexpr size_t kSegmentsMax = 8;
  static constexpr size_t kCanaryStepsMax = 10;

  std::string champion = "champion";  // the alias
  LossKind metric = LossKind::kError;
  std::string output = {};        // which is marked; empty: the version's first
  std::string positive = "1";     // kBrier, kLogLoss: the label, as JSON, whose probability the output is
  double scale = 1;               // see LossKind
  double margin = 0;              // by how much of the metric, over scale, a challenger must be better
  double alpha = 0.005;           // the probability of promoting one that is not
  double rollback_alpha = 0.005;  // the probability of a rollback of one that is not worse
  int64_t labels_min = 200;       // before anything is decided
  int64_t labels_max = 0;         // without a decision until then the challenger is let go; 0: never
  int64_t time_min_micros = 0;    // before anything is decided
  int64_t label_wait_micros = 0;  // how long after a prediction its label counts; later ones do not
  double latency_ratio_max = 0;   // of the challenger's p99 to the champion's; 0: any
  // How far the challenger's copies may drift from its own reference: "quiet", "warning"; empty: as far as they like.
  std::string drift_max = {};
  // Before the promotion the challenger itself answers so many percent of the requests, rising; empty: it does not.
  std::vector<double> canary = {};
  Allocation allocation = Allocation::kSteps;
  int64_t canary_labels_min = 100;                           // of requests that it answered, in each step
  int64_t canary_time_micros = 0;                            // the shortest time of each step
  std::vector<std::string> segments = {};                    // inputs, no value of which may fare worse
  int64_t watch_micros = int64_t{24} * 3600 * 1'000'000;     // after a promotion, the former champion beside it
  int64_t cool_down_micros = int64_t{1} * 3600 * 1'000'000;  // between two promotions of a model
  bool dry_run = false;                                      // decisions are written down, nothing is moved

  bool operator==(const ChallengePolicy&) const = default;
};

// kInvalidArgument names the member that is out of its range.
Status CheckPolicy(const ChallengePolicy& policy);

// {"champion":"champion","metric":"brier","output":"proba_1",...,"label_wait_s":3600,...}: times in seconds.
void WriteJson(const ChallengePolicy& policy, JsonWriter* json);
// Members that are absent keep their defaults; kInvalidArgument for one that is unknown or wrong. Checked.
Result<ChallengePolicy> ParseChallengePolicy(std::string_view json);

}  // namespace scoreway
