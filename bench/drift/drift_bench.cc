// What drift costs and how often it is wrong, in figures.
//
//     drift_bench alarms [STREAMS] [WINDOWS]   false alarms and power over simulated streams of 10 columns
//     drift_bench cost                         processor time of a row, and of comparing a window, with 30 columns
//     drift_bench detect < ERRORS              lines of numbers: where Adwin, Page-Hinkley and DDM find a change
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "drift/alarm_state.h"
#include "drift/change_detectors.h"
#include "drift/drift_report.h"

namespace scoreway {
namespace {

constexpr size_t kColumns = 10;
constexpr size_t kReferenceRows = 10'000;

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// Seven columns of numbers of several shapes, three of categories. What drifts is the first of each: the mean of the
// normal one by `shift` deviations, the share of the first category by a tenth of it.
Profile Rows(std::mt19937_64& random, size_t rows, double shift) {
  Profile profile;
  for (size_t i = 0; i < kColumns; ++i) {
    profile.AddColumn("x" + std::to_string(i), i < 7 ? ProfileKind::kNumber : ProfileKind::kCategory, false,
                      Profile::OptionsFor(kColumns));
  }
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> exponential;
  std::uniform_real_distribution<double> uniform;
  for (size_t row = 0; row < rows; ++row) {
    profile.column(0).AddNumber(normal(random) + shift);
    profile.column(1).AddNumber(normal(random));
    profile.column(2).AddNumber(exponential(random));
    profile.column(3).AddNumber(std::exp(2 * normal(random)));
    profile.column(4).AddNumber(std::floor(12 * uniform(random)));
    profile.column(5).AddNumber(uniform(random) < 0.1 ? std::nan("") : uniform(random));
    profile.column(6).AddNumber(uniform(random) < 0.7 ? 0 : exponential(random));
    profile.column(7).AddText(uniform(random) < 0.3 + 0.1 * shift ? "a" : "b");
    profile.column(8).AddText("c" + std::to_string(static_cast<int>(20 * uniform(random) * uniform(random))));
    profile.column(9).AddText("c" + std::to_string(static_cast<int>(300 * std::pow(uniform(random), 4))));
  }
  profile.CountRows(rows, 0);
  return profile;
}

struct Outcome {
  size_t alarms = 0, warnings = 0;  // streams that ever had one
  double windows_until = 0;         // summed over streams with a warning or an alarm
};

Outcome Simulate(size_t streams, size_t windows, size_t window_rows, double shift) {
  Outcome outcome;
  for (size_t stream = 0; stream < streams; ++stream) {
    std::mt19937_64 random(1000 * window_rows + stream);
    const Profile reference = Rows(random, kReferenceRows, 0);
    AlarmState state;
    Severity gravest = Severity::kQuiet;
    for (size_t window = 0; window < windows; ++window) {
      const DriftReport report = CompareProfiles(reference, Rows(random, window_rows, shift), {}, false);
      state = NextState(state, report.severity, {});
      if (gravest == Severity::kQuiet && state.severity != Severity::kQuiet) {
        outcome.windows_until += static_cast<double>(window + 1);
      }
      gravest = std::max(gravest, state.severity);
    }
    outcome.alarms += gravest == Severity::kAlarm ? 1 : 0;
    outcome.warnings += gravest >= Severity::kWarning ? 1 : 0;
  }
  return outcome;
}

void PrintAlarms(size_t streams, size_t windows) {
  std::printf("%zu streams of %zu windows, reference of %zu rows, 10 columns, level 0.01, rise after 2\n\n", streams,
              windows, kReferenceRows);
  std::printf(
      "| rows of a window | shift | streams with a warning | with an alarm | windows until |\n|---|---|---|---|---|\n");
  for (const size_t rows : {200U, 1000U, 5000U}) {
    for (const double shift : {0.0, 0.2, 0.5, 1.0}) {
      const Outcome outcome = Simulate(shift == 0 ? streams : streams / 10, windows, rows, shift);
      const double all = static_cast<double>(shift == 0 ? streams : streams / 10);
      std::printf("| %zu | %.1f | %.1f %% | %.1f %% | %.1f |\n", rows, shift,
                  100 * static_cast<double>(outcome.warnings) / all, 100 * static_cast<double>(outcome.alarms) / all,
                  outcome.warnings == 0 ? 0.0 : outcome.windows_until / static_cast<double>(outcome.warnings));
      std::fflush(stdout);
    }
  }
}

void PrintCost() {
  constexpr size_t kInputs = 30;
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(1'000'000);
  for (double& value : values) value = normal(random);
  for (const size_t rows : {10'000U, 1'000'000U}) {
    Profile reference, profile;
    for (size_t i = 0; i < kInputs; ++i) {
      reference.AddColumn("x" + std::to_string(i), ProfileKind::kNumber, false, Profile::OptionsFor(kInputs));
      profile.AddColumn("x" + std::to_string(i), ProfileKind::kNumber, false, Profile::OptionsFor(kInputs));
    }
    for (size_t row = 0; row < kReferenceRows; ++row) {
      for (size_t i = 0; i < kInputs; ++i) reference.column(i).AddNumber(values[(row * 31 + i * 7919) % values.size()]);
    }
    reference.CountRows(kReferenceRows, 0);
    const double begin = CpuSeconds();
    for (size_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < kInputs; ++i) profile.column(i).AddNumber(values[(row * 37 + i * 7907) % values.size()]);
    }
    profile.CountRows(rows, 0);
    const double added = CpuSeconds();
    const DriftReport report = CompareProfiles(reference, profile, {}, false);
    const double compared = CpuSeconds();
    std::printf(
        "%zu rows of %zu columns: %.2f microseconds a row to add, %.1f ms to compare (%.2f microseconds a row)\n", rows,
        kInputs, 1e6 * (added - begin) / static_cast<double>(rows), 1e3 * (compared - added),
        1e6 * (compared - added) / static_cast<double>(rows));
    if (report.rows != rows) std::abort();
  }
}

void Detect() {
  Adwin adwin;
  PageHinkley page_hinkley;
  Ddm ddm;
  double value = 0;
  for (size_t i = 0; std::cin >> value; ++i) {
    if (adwin.Add(value)) std::printf("adwin %zu\n", i);
    if (page_hinkley.Add(value)) std::printf("page_hinkley %zu\n", i);
    if (ddm.Add(value > 0.5) == Ddm::Finding::kChange) std::printf("ddm %zu\n", i);
  }
}

}  // namespace
}  // namespace scoreway

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int index, size_t otherwise) {
    return argc > index ? static_cast<size_t>(std::strtoull(argv[index], nullptr, 10)) : otherwise;
  };
  if (what == "alarms") {
    scoreway::PrintAlarms(number(2, 1000), number(3, 20));
  } else if (what == "cost") {
    scoreway::PrintCost();
  } else if (what == "detect") {
    scoreway::Detect();
  } else {
    std::fputs("drift_bench alarms [STREAMS] [WINDOWS] | cost | detect < ERRORS\n", stderr);
    return 2;
  }
  return 0;
}
