// Evidence: what the labels have told of two versions that scored the same rows, so far.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "challenge/betting_test.h"
#include "challenge/challenge_policy.h"
#include "challenge/evidence_trace.h"
#include "challenge/mean_interval.h"
#include "data/codec/json_writer.h"

namespace scoreway {

// How long requests took, in buckets that each reach a quarter further than the one before.
class LatencyBuckets {
 public:
  static constexpr size_t kCount = 96;  // from 1 microsecond to more than half an hour

  void Add(double micros);
  uint64_t count() const;
  // The upper bound of the bucket of that quantile, in microseconds; 0 if there are none.
  double Quantile(double share) const;

  std::array<uint64_t, kCount> counts{};
};

// One row that both scored and that has a label.
struct Pair {
  double challenger_loss = 0, champion_loss = 0;  // from 0 to 1
  double challenger_micros = 0, champion_micros = 0;
  std::map<std::string, std::string> segments = {};  // input -> its value
};

class Evidence {
 public:
  // Whether it is worse is asked for long, and of late: a champion may turn bad after it was good.
  static constexpr double kWorseMemory = 500;
  static constexpr size_t kSegmentValuesMax = 200;  // of all inputs together; later ones are not looked at

  // Of one value of an input.
  struct Segment {
    uint64_t count = 0;
    double sum = 0;            // of the champion's loss less the challenger's
    BettingTest::State worse;  // that the challenger is worse
  };

  explicit Evidence(const ChallengePolicy& policy) : margin_(policy.margin), interval_(policy.alpha) {}

  void Add(const Pair& pair);
  // A row that both scored, and whose label did not come in time.
  void AddUnlabelled() { ++unlabelled_; }

  uint64_t labels() const { return interval_.state().count; }
  uint64_t unlabelled() const { return unlabelled_; }
  double champion_loss() const;    // the mean; NaN without labels
  double challenger_loss() const;  // likewise
  // That the challenger's loss is lower than the champion's by more than the margin, and that it is higher.
  const BettingTest& better() const { return better_; }
  const BettingTest& worse() const { return worse_; }
  // Of the champion's mean loss less the challenger's, at 1 - alpha.
  const MeanInterval& lead() const { return interval_; }
  // All of this as it was after fewer labels.
  const EvidenceTrace& trace() const { return trace_; }
  const std::map<std::string, Segment, std::less<>>& segments() const { return segments_; }  // by "input=value"
  double champion_p99_micros() const { return champion_latency_.Quantile(0.99); }
  double challenger_p99_micros() const { return challenger_latency_.Quantile(0.99); }

  // All that it knows, and besides what people like to read.
  void Write(JsonWriter* json) const;
  static Result<Evidence> Parse(std::string_view json, const ChallengePolicy& policy);

 private:
  double margin_;
  uint64_t unlabelled_ = 0;
  double champion_sum_ = 0, challenger_sum_ = 0;
  BettingTest better_{margin_}, worse_{0, kWorseMemory};
  MeanInterval interval_;
  EvidenceTrace trace_;
  LatencyBuckets champion_latency_, challenger_latency_;
  std::map<std::string, Segment, std::less<>> segments_;
};

}  // namespace scoreway
