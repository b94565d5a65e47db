// What drift costs and how often it is wrong, in figures.
//
//     drift_bench alarms [STREAMS] [WINDOWS] [ROWS] [REFERENCE]
//                                   false alarms and power over simulated streams of 10 columns, windows of so many
//                                   rows
//     drift_bench cost              processor time of a row, and of comparing a window, with 30 columns
//     drift_bench detect < ERRORS   lines of numbers: where Adwin, Page-Hinkley and DDM find a change
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

constexpr size_t kColumns = 10, kNumbers = 7;
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
  std::vector<Field> fields;
  for (size_t i = 0; i < kColumns; ++i) {
    fields.push_back({"x" + std::to_string(i), i < kNumbers ? Type::kFloat64 : Type::kString});
  }
  static const std::shared_ptr<const Schema> schema = *Schema::Make(fields);
  Profile profile;
  for (size_t i = 0; i < kColumns; ++i) {
    profile.AddColumn(fields[i].name, i < kNumbers ? ProfileKind::kNumber : ProfileKind::kCategory, false,
                      Profile::OptionsFor(kColumns));
  }
  profile.KeepRows();
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> exponential;
  std::uniform_real_distribution<double> uniform;
  Batch batch(schema);
  for (size_t row = 0; row < rows; ++row) {
    const double numbers[kNumbers] = {normal(random) + shift,
                                      normal(random),
                                      exponential(random),
                                      std::exp(2 * normal(random)),
                                      std::floor(12 * uniform(random)),
                                      uniform(random) < 0.1 ? std::nan("") : uniform(random),
                                      uniform(random) < 0.7 ? 0 : exponential(random)};
    for (size_t i = 0; i < kNumbers; ++i) batch.column(i).AppendFloat64(numbers[i]);
    batch.column(7).AppendString(uniform(random) < 0.3 + 0.1 * shift ? "a" : "b");
    batch.column(8).AppendString("c" + std::to_string(static_cast<int>(20 * uniform(random) * uniform(random))));
    batch.column(9).AppendString("c" + std::to_string(static_cast<int>(300 * std::pow(uniform(random), 4))));
  }
  profile.AddCells(batch, 0);
  profile.CountRows(rows, 0);
  return profile;
}

struct Outcome {
  size_t unlikely = 0,
         out_of_order = 0;          // windows with a p value within the level; of these, with a change that matters
  size_t alarms = 0, warnings = 0;  // streams that ever had one
  double windows_until = 0;         // summed over streams with a warning or an alarm
};

// Whether some test of the report says that it is no chance.
bool IsUnlikely(const DriftReport& report) {
  const double level = DriftBounds{}.level;
  bool unlikely = report.together.adjusted_p <= level;
  for (const ColumnDrift& column : report.columns) unlikely = unlikely || column.adjusted_p <= level;
  return unlikely;
}

Outcome Simulate(size_t streams, size_t windows, size_t window_rows, size_t reference_rows, double shift) {
  Outcome outcome;
  for (size_t stream = 0; stream < streams; ++stream) {
    std::mt19937_64 random(1000 * window_rows + stream);
    Profile reference = Rows(random, reference_rows, 0);
    reference.FitShape();
    reference.Settle();
    AlarmState state;
    Severity gravest = Severity::kQuiet;
    for (size_t window = 0; window < windows; ++window) {
      const DriftReport report = CompareProfiles(reference, Rows(random, window_rows, shift), {}, false);
      outcome.unlikely += IsUnlikely(report) ? 1 : 0;
      outcome.out_of_order += report.severity != Severity::kQuiet ? 1 : 0;
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

void PrintAlarms(size_t streams, size_t windows, size_t window_rows, size_t reference_rows) {
  std::printf("%zu streams of %zu windows, reference of %zu rows, 10 columns, level 0.01, rise after 2\n\n", streams,
              windows, reference_rows);
  std::printf(
      "| rows of a window | shift | windows with p <= 0.01 | out of order | streams with a warning | with an alarm | "
      "windows until |\n|---|---|---|---|---|---|---|\n");
  const std::vector<size_t> sizes = window_rows == 0 ? std::vector<size_t>{200, 1000, 5000} : std::vector{window_rows};
  for (const size_t rows : sizes) {
    for (const double shift : {0.0, 0.2, 0.5, 1.0}) {
      const size_t count = shift == 0 ? streams : streams / 10;
      if (count == 0) continue;
      const Outcome outcome = Simulate(count, windows, rows, reference_rows, shift);
      const auto all = static_cast<double>(count), looks = static_cast<double>(count * windows);
      std::printf("| %zu | %.1f | %.2f %% | %.2f %% | %.1f %% | %.1f %% | %.1f |\n", rows, shift,
                  100 * static_cast<double>(outcome.unlikely) / looks,
                  100 * static_cast<double>(outcome.out_of_order) / looks,
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
    scoreway::PrintAlarms(number(2, 1000), number(3, 20), number(4, 0), number(5, scoreway::kReferenceRows));
  } else if (what == "cost") {
    scoreway::PrintCost();
  } else if (what == "detect") {
    scoreway::Detect();
  } else {
    std::fputs("drift_bench alarms [STREAMS] [WINDOWS] [ROWS] [REFERENCE] | cost | detect < ERRORS\n", stderr);
    return 2;
  }
  return 0;
}
