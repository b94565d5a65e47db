#include <algorithm>

#include "drift/alarm_state.h"
#include "drift/drift_report.h"
#include "drift/drift_test_streams.h"

namespace scoreway {
namespace {

const ProfileOptions kAll{.quantiles = {.exact_max = 100'000}, .categories_max = 1000};

ColumnProfile ProfileOf(const std::vector<double>& values, const ProfileOptions& options = kAll) {
  ColumnProfile profile("x", ProfileKind::kNumber, false, options);
  for (const double value : values) profile.AddNumber(value);
  return profile;
}

ColumnProfile CategoriesOf(const StreamShape& shape) {
  ColumnProfile profile("x", ProfileKind::kCategory, false, kAll);
  for (const double value : NumbersOf(shape)) profile.AddText("c" + std::to_string(static_cast<int>(value)));
  return profile;
}

struct NumberCase {
  const char* name;
  StreamShape reference, current;
};

const NumberCase kNumberCases[] = {
    {"same", {1, 300}, {2, 200}},
    {"equal_sizes", {3, 250, 10, 0, true}, {4, 250, 10, 0.5, true}},
    {"apart", {5, 40}, {6, 70, 1, 2}},
    {"few_values", {7, 500, 1, 0, false, 7}, {8, 400, 1, 0, true, 9}},
    {"ties", {9, 400, 0.5, -3, false, 60}, {10, 333, 0.5, -3, true, 60}},
    {"thousands", {11, 2000, 1e5, 0, true}, {12, 1500, 1e5, 900, true}},
    {"large", {13, 12000}, {14, 11000, 1, 0.004}},
    {"large_apart", {15, 12000}, {16, 300, 1, 0, true}},
};

TEST(ColumnDrift, OfNumbersEqualsSciPyAndEvidently) {
  for (const NumberCase& one : kNumberCases) {
    const ColumnProfile reference = ProfileOf(NumbersOf(one.reference)), current = ProfileOf(NumbersOf(one.current));
    const ColumnDrift drift = CompareColumns(reference, current, true);
    const std::string name = std::string("numbers/") + one.name;
    EXPECT_TRUE(drift.is_exact);
    ExpectSame(drift.psi, name + "/psi");
    ExpectSame(drift.jensen_shannon, name + "/jensen_shannon");
    ExpectSame(drift.ks, name + "/ks");
    ExpectSame(drift.ks_p, name + "/ks_p");
    ExpectSame(drift.wasserstein, name + "/wasserstein");
    ExpectSame(drift.wasserstein_normed, name + "/wasserstein_normed");
    ExpectSame(drift.outside, name + "/outside");
    ExpectSame(CompareColumns(reference, current, false).ks_p, name + "/ks_p_large");
  }
}

TEST(ColumnDrift, OfSketchesIsWithinItsBound) {
  const std::vector<double> reference = NumbersOf({13, 50'000}), current = NumbersOf({14, 40'000, 1, 0, true});
  const ProfileOptions sketched{.quantiles = {.k = 256, .exact_max = 100}};
  const ColumnDrift exact = CompareColumns(ProfileOf(reference), ProfileOf(current), false);
  const ColumnDrift drift = CompareColumns(ProfileOf(reference, sketched), ProfileOf(current, sketched), false);
  EXPECT_FALSE(drift.is_exact);
  EXPECT_GT(drift.rank_error, 0);
  EXPECT_LT(drift.rank_error, 0.05);
  EXPECT_NEAR(drift.ks, exact.ks, drift.rank_error);
  // The values lie in [0, 1), so that the area is off by no more than the ranks.
  EXPECT_NEAR(drift.wasserstein, exact.wasserstein, drift.rank_error);
  EXPECT_NEAR(drift.outside, exact.outside, drift.rank_error);
}

TEST(ColumnDrift, OfCategoriesEqualsSciPyAndEvidently) {
  const struct {
    const char* name;
    StreamShape reference, current;
  } cases[] = {
      {"same", {21, 500, 1, 0, false, 5}, {22, 300, 1, 0, false, 5}},
      {"moved", {23, 500, 1, 0, false, 6}, {24, 300, 1, 0, true, 6}},
      {"unseen", {25, 200, 1, 0, false, 4}, {26, 250, 1, 0, false, 9}},
  };
  for (const auto& one : cases) {
    const ColumnDrift drift = CompareColumns(CategoriesOf(one.reference), CategoriesOf(one.current), true);
    const std::string name = std::string("categories/") + one.name;
    ExpectSame(drift.psi, name + "/psi");
    ExpectSame(drift.jensen_shannon, name + "/jensen_shannon");
    ExpectSame(drift.chi_square, name + "/chi_square");
    ExpectSame(drift.chi_square_p, name + "/chi_square_p");
    ExpectSame(drift.outside, name + "/unseen");
  }
}

TEST(DistributionTests, TheDistributionOfKolmogorovEqualsSciPys) {
  for (const uint64_t n : {5U, 20U, 140U, 141U, 1000U, 5000U, 90'000U, 150'000U, 1'000'000U}) {
    for (const char* z : {"0.3", "0.5", "0.8", "1.0", "1.2", "1.4", "1.5", "1.7", "2.0", "2.5", "3.5"}) {
      const double d = std::stod(z) / std::sqrt(static_cast<double>(n));
      ExpectSame(KolmogorovSurvival(n, d), "survival/" + std::to_string(n) + "/" + z);
    }
  }
}

TEST(DistributionTests, AdjustedForManyEqualsSciPys) {
  std::vector<double> p = NumbersOf({31, 12});
  for (double& value : p) value *= value;
  const std::vector<double> adjusted = AdjustForMany(p);
  for (size_t i = 0; i < p.size(); ++i) ExpectSame(adjusted[i], "many/" + std::to_string(i));
}

Profile Window(uint64_t seed, size_t rows, double scale, double missing) {
  Profile profile;
  profile.AddColumn("income", ProfileKind::kNumber, false, {});
  profile.AddColumn("noise", ProfileKind::kNumber, false, {});
  Stream stream(seed);
  for (size_t i = 0; i < rows; ++i) {
    profile.column(0).AddNumber(stream.Next() < missing ? std::nan("") : 30'000 + 25'000 * scale * stream.Next());
    profile.column(1).AddNumber(stream.Next());
  }
  profile.CountRows(rows, 0);
  return profile;
}

TEST(DriftReport, SaysWhichColumnHasMovedAndHow) {
  const DriftReport report = CompareProfiles(Window(1, 5000, 1, 0), Window(2, 1000, 1.6, 0.04), {}, true);
  EXPECT_EQ(report.severity, Severity::kAlarm);
  ASSERT_EQ(report.columns.size(), 2U);
  EXPECT_EQ(report.columns[0].severity, Severity::kAlarm);
  ASSERT_EQ(report.columns[0].reasons.size(), 3U);
  EXPECT_TRUE(report.columns[0].reasons[0].starts_with("income: PSI ")) << report.columns[0].reasons[0];
  EXPECT_NE(report.columns[0].reasons[0].find(" over 0.2, median 42."), std::string::npos)
      << report.columns[0].reasons[0];
  EXPECT_TRUE(report.columns[0].reasons[1].starts_with("income: missing 0 % -> ")) << report.columns[0].reasons[1];
  EXPECT_TRUE(report.columns[0].reasons[2].ends_with(" % outside the range of the reference"))
      << report.columns[0].reasons[2];
  EXPECT_EQ(report.columns[1].severity, Severity::kQuiet);
  EXPECT_EQ(ByGravity(report).front()->name, "income");
}

TEST(DriftReport, SaysNothingOfFewRowsOrOfChance) {
  EXPECT_EQ(CompareProfiles(Window(1, 5000, 1, 0), Window(2, 90, 1.6, 0), {}, true).severity, Severity::kQuiet);
  EXPECT_FALSE(CompareProfiles(Window(1, 5000, 1, 0), Window(2, 90, 1.6, 0), {}, true).has_enough_rows);
  EXPECT_EQ(CompareProfiles(Window(1, 5000, 1, 0), Window(3, 1000, 1, 0), {}, true).severity, Severity::kQuiet);
}

TEST(AlarmState, RisesAndFallsOnlyAfterSomeWindows) {
  using enum Severity;
  const AlarmRule rule{.rise_after = 2, .fall_after = 3};
  AlarmState state;
  const auto after = [&](Severity window) {
    state = NextState(state, window, rule);
    return state.severity;
  };
  EXPECT_EQ(after(kAlarm), kQuiet);
  EXPECT_EQ(after(kQuiet), kQuiet);  // one odd window
  EXPECT_EQ(after(kAlarm), kQuiet);
  EXPECT_EQ(after(kWarning), kWarning);  // both were at least that
  EXPECT_EQ(after(kAlarm), kWarning);
  EXPECT_EQ(after(kAlarm), kAlarm);
  EXPECT_EQ(after(kQuiet), kAlarm);
  EXPECT_EQ(after(kWarning), kAlarm);
  EXPECT_EQ(after(kAlarm), kAlarm);  // not three in a row
  EXPECT_EQ(after(kQuiet), kAlarm);
  EXPECT_EQ(after(kWarning), kAlarm);
  EXPECT_EQ(after(kQuiet), kWarning);  // the gravest of the three
}

}  // namespace
}  // namespace scoreway
