// Promotions of 1,000 simulated histories each: how many are wrong, and how many labels a decision takes.
//
//     challenge_bench [LABELS_MAX] [PERCENT,PERCENT,...]
//
// A label comes for each row; of 100 rows the challenger alone is right in some, the champion alone in others, and they
// are even in the rest. The policy is asked after every label (decide.h), until it decides or the labels end. With
// percentages a challenger that is better goes through that canary, and only so many rows count in it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "challenge/decide.h"

namespace {

using namespace scoreway;

constexpr int kHistories = 1000;

struct Case {
  double better, worse;  // of 100 rows
};

std::vector<double> CanaryOf(const std::string& text) {
  std::vector<double> canary;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) canary.push_back(std::atof(part.c_str()));
  return canary;
}

}  // namespace

int main(int argc, char** argv) {
  const int labels_max = argc > 1 ? std::atoi(argv[1]) : 20'000;
  const std::vector<double> canary = CanaryOf(argc > 2 ? argv[2] : "");
  const Case cases[] = {{50, 50}, {20, 20}, {5, 5},  {1, 1},   {2, 1},  {6, 4},
                        {6, 3},   {10, 5},  {12, 3}, {30, 20}, {40, 10}};
  std::printf("%d histories of up to %d labels, alpha %g, at least %ld labels\n", kHistories, labels_max,
              ChallengePolicy().alpha, static_cast<long>(ChallengePolicy().labels_min));
  std::printf("%14s %14s %10s %10s %10s %14s %12s\n", "better of 100", "worse of 100", "promoted", "rejected",
              "undecided", "median labels", "us a label");
  for (const Case& each : cases) {
    int promoted = 0, rejected = 0;
    std::vector<int> labels_needed;
    int64_t labels_seen = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int history = 0; history < kHistories; ++history) {
      std::mt19937_64 random(static_cast<uint64_t>(history) + 1);
      Challenge challenge;
      challenge.policy.canary = canary;
      challenge.evidence = Evidence(challenge.policy);
      for (int label = 1; label <= labels_max; ++label) {
        const double point = static_cast<double>(random() >> 11) * 0x1p-53 * 100;
        Pair pair{.challenger_micros = 1, .champion_micros = 1};
        pair.champion_loss = point < each.better ? 1 : 0;
        pair.challenger_loss = point >= each.better && point < each.better + each.worse ? 1 : 0;
        ++labels_seen;
        // Of the requests only those count that the challenger answers.
        const bool is_canary = challenge.phase == ChallengePhase::kCanary;
        if (is_canary && static_cast<double>(random() >> 11) * 0x1p-53 * 100 >= CanaryPercent(challenge)) continue;
        challenge.evidence.Add(pair);
        const Verdict verdict = Decide(challenge, 0, 0).verdict;
        if (verdict == Verdict::kWait) continue;
        if (verdict == Verdict::kCanary) {
          challenge.canary_step = is_canary ? challenge.canary_step + 1 : 0;
          challenge.phase = ChallengePhase::kCanary;
          challenge.evidence = Evidence(challenge.policy);
          continue;
        }
        (verdict == Verdict::kPromote ? promoted : rejected) += 1;
        labels_needed.push_back(label);
        break;
      }
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    std::sort(labels_needed.begin(), labels_needed.end());
    std::printf("%14g %14g %10d %10d %10d ", each.better, each.worse, promoted, rejected,
                kHistories - promoted - rejected);
    // The median of all histories: unknown where fewer than half decide.
    labels_needed.size() * 2 > kHistories ? std::printf("%14d", labels_needed[kHistories / 2])
                                          : std::printf("%14s", "-");
    std::printf(" %12.2f\n", took.count() / static_cast<double>(labels_seen));
  }
  return 0;
}
