#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

#include "drift/drift_test_streams.h"
#include "drift/profile.h"
#include "drift/sort_numbers.h"

namespace scoreway {
namespace {

// The largest distance between the ranks of the sketch and those of all numbers, as a share.
double RankError(const QuantileSketch& sketch, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const CumulativeCounts counts = sketch.Cumulate();
  double greatest = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double off = counts.CountUpTo(values[i]) - static_cast<double>(i + 1);
    greatest = std::max(greatest, std::abs(off) / static_cast<double>(values.size()));
  }
  return greatest;
}

TEST(QuantileSketch, IsExactWhileThereIsRoom) {
  QuantileSketch sketch({.k = 64, .exact_max = 1000});
  const std::vector<double> values = NumbersOf({1, 1000});
  for (const double value : values) sketch.Add(value);
  EXPECT_TRUE(sketch.is_exact());
  EXPECT_EQ(RankError(sketch, values), 0);
  EXPECT_EQ(sketch.rank_error(), 0);
  sketch.Add(0.5);
  EXPECT_FALSE(sketch.is_exact());
}

// 99 % of the sketches, whether they saw all numbers or were merged from parts.
TEST(QuantileSketch, RanksAreWithinTheStatedBound) {
  int beyond = 0;
  constexpr int kStreams = 400;
  for (int stream = 0; stream < kStreams; ++stream) {
    const QuantileSketchOptions options{.k = 64, .exact_max = 0};
    const std::vector<double> values = NumbersOf({static_cast<uint64_t>(stream), 5000, 1, 0, stream % 2 == 0});
    QuantileSketch whole(options);
    for (size_t part = 0; part < 4; ++part) {
      QuantileSketch sketch(options);
      for (size_t i = part; i < values.size(); i += stream % 3 == 0 ? 4 : 1) {
        if (stream % 3 == 0 || part == 0) sketch.Add(values[i]);
      }
      whole.Merge(sketch);
    }
    EXPECT_EQ(whole.count(), values.size());
    EXPECT_EQ(whole.Cumulate().total(), static_cast<double>(values.size()));
    if (RankError(whole, values) > whole.rank_error()) ++beyond;
  }
  EXPECT_LE(beyond, kStreams / 100);
}

TEST(QuantileSketch, TakesBoundedMemory) {
  QuantileSketch sketch({.k = 1024, .exact_max = 10'000});
  Stream stream(5);
  for (int i = 0; i < 1'000'000; ++i) sketch.Add(stream.Next());
  std::string bytes;
  sketch.AppendTo(&bytes);
  EXPECT_LT(bytes.size(), 40'000U);
}

TEST(QuantileSketch, IsTheSameOfManyAtOnceAsOfEach) {
  for (const size_t count : {0, 1, 999, 1000, 1001, 50'000}) {
    QuantileSketch each({.k = 64, .exact_max = 1000}), at_once = each;
    const std::vector<double> values = NumbersOf({3, count});
    for (const double value : values) each.Add(value);
    const size_t first = count / 3;
    at_once.AddAll(std::span(values).first(first));
    at_once.AddAll(std::span(values).subspan(first));
    std::string bytes, bytes_at_once;
    each.AppendTo(&bytes);
    at_once.AppendTo(&bytes_at_once);
    EXPECT_EQ(bytes, bytes_at_once) << count;
  }
}

TEST(SortNumbers, PutsThemInTheOrderOfTheStandardSort) {
  Stream stream(7);
  const std::function<double()> kinds[] = {
      [&] { return stream.Next() - 0.5; },
      [&] { return std::floor(9 * stream.Next()) - 4; },
      // All agree in their upper bits; of all magnitudes; and as seldom as numbers may be.
      [&] { return 1e6 + 1e-6 * stream.Next(); },
      [&] { return (stream.Next() < 0.5 ? -1 : 1) * std::pow(10, 600 * stream.Next() - 300); },
      [&] { return stream.Next() < 0.5 ? -0.0 : 5e-324 * std::floor(3 * stream.Next()); },
  };
  for (const auto& next : kinds) {
    for (const size_t count : {0, 1, 2, 1023, 1024, 5000}) {
      std::vector<double> numbers(count);
      for (double& number : numbers) number = next();
      std::vector<double> expected = numbers;
      std::sort(expected.begin(), expected.end());
      SortNumbers(&numbers);
      EXPECT_EQ(numbers, expected) << count;
    }
  }
}

TEST(DistinctCount, IsWithinFiveDeviations) {
  for (const size_t count : {0, 1, 10, 1000, 20'000, 300'000}) {
    DistinctCount distinct;
    Stream stream(count + 1);
    for (size_t i = 0; i < count; ++i) {
      const uint64_t hash = HashOf(stream.Next());
      distinct.Add(hash);
      distinct.Add(hash);
    }
    EXPECT_NEAR(distinct.Estimate(), static_cast<double>(count), 0.016 * 5 * static_cast<double>(count) + 0.01)
        << count;
  }
}

TEST(FrequentValues, CountsAreShortByNoMoreThanTheySay) {
  FrequentValues whole(50);
  std::map<std::string, uint64_t> truth;
  Stream stream(9);
  for (int part = 0; part < 3; ++part) {
    FrequentValues values(50);
    for (int i = 0; i < 20'000; ++i) {
      const double u = stream.Next();
      const std::string text = "v" + std::to_string(static_cast<int>(u * u * u * u * 3000));
      ++truth[text];
      values.Add(text);
    }
    whole.Merge(values);
  }
  EXPECT_FALSE(whole.is_exact());
  EXPECT_LE(whole.undercount(), 60'000U / 50);
  EXPECT_LE(whole.counts().size(), 50U);
  for (const auto& [text, count] : truth) {
    const auto found = whole.counts().find(text);
    const uint64_t counted = found == whole.counts().end() ? 0 : found->second;
    EXPECT_LE(counted, count);
    EXPECT_GE(counted + whole.undercount(), count);
  }
}

Profile SomeProfile(uint64_t seed, size_t rows) {
  Profile profile;
  profile.AddColumn("age", ProfileKind::kNumber, false, {.quantiles = {.k = 64, .exact_max = 100}});
  profile.AddColumn("city", ProfileKind::kCategory, false, {});
  profile.AddColumn("age", ProfileKind::kNumber, true, {});
  Stream stream(seed);
  for (size_t i = 0; i < rows; ++i) {
    profile.column(0).AddNumber(stream.Next());
    stream.Next() < 0.1 ? profile.column(1).AddMissing() : profile.column(1).AddText(i % 3 == 0 ? "Oslo" : "Rome");
    profile.column(2).AddNumber(i % 7 == 0 ? std::nan("") : static_cast<double>(i % 5));
  }
  profile.CountRows(rows, 1000 + static_cast<int64_t>(seed));
  return profile;
}

TEST(Profile, IsTheSameWhenReadBack) {
  const Profile profile = SomeProfile(3, 1000);
  const std::string bytes = profile.Encode();
  const Result<Profile> read = Profile::Parse(bytes);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->Encode(), bytes);
  EXPECT_EQ(read->rows(), 1000U);
  ASSERT_NE(read->Find("age", true), nullptr);
  EXPECT_EQ(read->Find("age", true)->missing(), 143U);
  EXPECT_EQ(read->Find("city", true), nullptr);
}

TEST(Profile, DamagedBytesAreRefused) {
  const std::string bytes = SomeProfile(3, 200).Encode();
  for (size_t i = 1; i < bytes.size(); i += 97) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_EQ(Profile::Parse(damaged).code(), Code::kCorrupt) << i;
    EXPECT_EQ(Profile::Parse(bytes.substr(0, i)).code(), Code::kCorrupt) << i;
  }
  std::string newer = bytes;
  newer[0] = 3;
  EXPECT_EQ(Profile::Parse(newer).code(), Code::kUnsupported);
}

TEST(ColumnProfile, IsOfManyNumbersAtOnceWhatItIsOfEach) {
  std::vector<double> numbers = NumbersOf({11, 30'000});
  for (size_t i = 0; i < numbers.size(); i += 100) numbers[i] = std::nan("");
  for (size_t i = 50; i < numbers.size(); i += 1000) numbers[i] = -std::numeric_limits<double>::infinity();
  ColumnProfile each("x", ProfileKind::kNumber, false), at_once = each;
  for (const double number : numbers) each.AddNumber(number);
  for (size_t i = 0; i < numbers.size(); i += 7000) {
    at_once.AddNumbers(std::span(numbers).subspan(i, std::min<size_t>(7000, numbers.size() - i)));
  }
  EXPECT_EQ(at_once.present(), each.present());
  EXPECT_EQ(at_once.missing(), 300U);
  EXPECT_EQ(at_once.infinite(), 30U);
  EXPECT_EQ(at_once.least(), each.least());
  EXPECT_EQ(at_once.greatest(), each.greatest());
  EXPECT_EQ(at_once.DistinctEstimate(), each.DistinctEstimate());
  EXPECT_EQ(at_once.numbers().Cumulate().values, each.numbers().Cumulate().values);
  EXPECT_NEAR(at_once.mean(), each.mean(), 1e-12 * std::abs(each.mean()));
  EXPECT_NEAR(at_once.standard_deviation(), each.standard_deviation(), 1e-12 * each.standard_deviation());
}

TEST(ColumnProfile, OfEqualNumbersHasThemAsTheMeanAndNoDeviation) {
  for (const double number : {0.1, -1e308, 1 / 3.0}) {
    ColumnProfile column("x", ProfileKind::kNumber, false);
    for (const size_t count : {1, 700, 13}) column.AddNumbers(std::vector<double>(count, number));
    EXPECT_EQ(column.mean(), number);
    EXPECT_EQ(column.standard_deviation(), 0);
  }
}

TEST(Profile, MergedPartsCountAsTheWhole) {
  Profile merged = SomeProfile(3, 50);
  merged.Merge(SomeProfile(4, 70));
  EXPECT_EQ(merged.rows(), 120U);
  EXPECT_EQ(merged.from_micros(), 1003);
  EXPECT_EQ(merged.to_micros(), 1004);
  const ColumnProfile& age = merged.columns()[0];
  std::vector<double> all;
  for (const auto& [seed, rows] : {std::pair(3, 50), std::pair(4, 70)}) {
    Stream stream(static_cast<uint64_t>(seed));
    for (int i = 0; i < rows; ++i, stream.Next()) all.push_back(stream.Next());
  }
  double sum = 0, squares = 0;
  for (const double value : all) sum += value;
  for (const double value : all) squares += (value - sum / 120) * (value - sum / 120);
  EXPECT_NEAR(age.mean(), sum / 120, 1e-12);
  EXPECT_NEAR(age.standard_deviation(), std::sqrt(squares / 120), 1e-12);
}

}  // namespace
}  // namespace scoreway
