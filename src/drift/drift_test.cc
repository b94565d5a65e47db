#include <algorithm>
#include <cmath>
#include <random>

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

TEST(DistributionTests, NumbersBeyondTheRangeAreAsLikelyAsSciPySays) {
  const uint64_t cases[][3] = {{100, 200, 5},   {100, 200, 30},   {1000, 1000, 1}, {1000, 1000, 9},
                               {10000, 200, 2}, {10000, 5000, 6}, {300, 100, 100}, {2, 3, 1}};
  for (const auto& [reference, current, beyond] : cases) {
    ExpectSame(BeyondRangeP(reference, current, beyond),
               "beyond/" + std::to_string(reference) + "/" + std::to_string(current) + "/" + std::to_string(beyond));
  }
  EXPECT_EQ(BeyondRangeP(100, 50, 0), 1);
  EXPECT_EQ(BeyondRangeP(1, 50, 3), 1) << "of one number everything else is beyond";
  EXPECT_EQ(BeyondRangeP(100, 50, 51), 0);
  EXPECT_LT(BeyondRangeP(1'000'000, 1'000'000, 100), 1e-20);
}

// Shuffled 200,000 times, so that the shares are known to 0.003; each category by itself, which of 130 cells is not
// quite how they are shuffled.
TEST(DistributionTests, CellsOfUnseenCategoriesAreAsLikelyAsWhenShuffled) {
  const std::vector<double> totals = {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 5, 40, 60};
  for (const uint64_t count : {1U, 3U, 5U, 8U, 10U}) {
    EXPECT_NEAR(UnseenCategoriesP(75, 50, totals, count), Expected("unseen/" + std::to_string(count)), 0.015) << count;
  }
  EXPECT_EQ(UnseenCategoriesP(75, 50, totals, 0), 1);
  EXPECT_LT(UnseenCategoriesP(75, 50, totals, 60), 1e-9);
  // Very many categories of a cell each: half of the cells are as if by chance, and far more are not.
  const std::vector<double> ones(60'000, 1);
  EXPECT_NEAR(UnseenCategoriesP(30'000, 30'000, ones, 30'000), 0.5, 0.01);
  EXPECT_LT(UnseenCategoriesP(30'000, 30'000, ones, 31'000), 1e-9);
}

TEST(DriftReport, WhatIsNewByChanceIsNoChange) {
  // Rows of one distribution: with a hundred kinds of which most are rare, and a number without an end.
  std::mt19937_64 random(7);
  std::exponential_distribution<double> exponential;
  std::uniform_real_distribution<double> uniform;
  size_t unlikely = 0;
  constexpr size_t kWindows = 600;
  for (size_t window = 0; window < kWindows; ++window) {
    Profile sides[2];
    for (size_t side = 0; side < 2; ++side) {
      sides[side].AddColumn("kind", ProfileKind::kCategory, false, {});
      sides[side].AddColumn("number", ProfileKind::kNumber, false, {});
      for (size_t row = 0; row < 400; ++row) {
        sides[side].column(0).AddText("c" + std::to_string(static_cast<int>(100 * std::pow(uniform(random), 4))));
        sides[side].column(1).AddNumber(exponential(random));
      }
      sides[side].CountRows(400, 0);
    }
    const DriftReport report = CompareProfiles(sides[0], sides[1], {}, false);
    bool is_unlikely = false;
    for (const ColumnDrift& column : report.columns) is_unlikely = is_unlikely || column.outside_p <= 0.01;
    unlikely += is_unlikely ? 1 : 0;
  }
  // Two columns at 1 %: 12 are to be expected, and more than 25 come by chance once in 2,000 times.
  EXPECT_LE(unlikely, 25u);
}

// By chi-square as it is 5 % of such windows had p <= 0.01, as most kinds are expected less than once.
TEST(DriftReport, RareKindsOfAFewRowsAreNoChange) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform;
  const auto rows_of = [&](size_t rows) {
    Profile profile;
    profile.AddColumn("kind", ProfileKind::kCategory, false, {});
    for (size_t row = 0; row < rows; ++row) {
      profile.column(0).AddText("c" + std::to_string(static_cast<int>(300 * std::pow(uniform(random), 4))));
    }
    profile.CountRows(rows, 0);
    return profile;
  };
  const Profile reference = rows_of(10'000);
  size_t unlikely = 0;
  for (int window = 0; window < 1000; ++window) {
    unlikely += CompareProfiles(reference, rows_of(200), {}, false).columns[0].distribution_p() <= 0.01 ? 1 : 0;
  }
  // 10 are to be expected; more than 22 come by chance once in 3,600 times.
  EXPECT_LE(unlikely, 22u);
}

// Rows of 3,000 kinds, far more than are counted, besides one that has this share.
Profile ManyKinds(std::mt19937_64* random, size_t rows, double share) {
  std::uniform_real_distribution<double> uniform;
  Profile profile;
  profile.AddColumn("kind", ProfileKind::kCategory, false, {});
  for (size_t row = 0; row < rows; ++row) {
    const bool is_one = uniform(*random) < share;
    profile.column(0).AddText(is_one ? "one"
                                     : "c" + std::to_string(static_cast<int>(3000 * std::pow(uniform(*random), 3))));
  }
  profile.CountRows(rows, 0);
  return profile;
}

TEST(DriftReport, WhatWasNotCountedOfManyKindsIsNoChange) {
  std::mt19937_64 random(11);
  for (const auto& [reference_rows, rows] :
       std::vector<std::pair<size_t, size_t>>{{10'000, 20'000}, {5'000, 5'000}, {10'000, 1'000}, {1'000, 10'000}}) {
    for (int window = 0; window < 10; ++window) {
      const Profile reference = ManyKinds(&random, reference_rows, 0.2);
      const DriftReport same = CompareProfiles(reference, ManyKinds(&random, rows, 0.2), {}, false);
      EXPECT_EQ(same.severity, Severity::kQuiet) << reference_rows << " and " << rows;
      EXPECT_GT(same.columns[0].distribution_p(), 0.001) << reference_rows << " and " << rows;
      const DriftReport moved = CompareProfiles(reference, ManyKinds(&random, rows, 0.5), {}, false);
      EXPECT_EQ(moved.severity, Severity::kAlarm) << reference_rows << " and " << rows;
      EXPECT_EQ(moved.columns[0].changed_category, "one");
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
