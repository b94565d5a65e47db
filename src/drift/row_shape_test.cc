// The errors of principal components against scikit-learn's, and what a report makes of columns that part company.
#include "drift/row_shape.h"

#include <cmath>

#include "drift/drift_report.h"
#include "drift/drift_test_streams.h"
#include "drift/symmetric_eigen.h"

namespace scoreway {
namespace {

// As rows_together of make_expected.py.
Batch RowsTogether(uint64_t seed, size_t count, bool apart) {
  Batch rows(Schema::Make({{"a", Type::kFloat64},
                           {"b", Type::kFloat64},
                           {"c", Type::kFloat64},
                           {"d", Type::kFloat64},
                           {"city", Type::kString}})
                 .value());
  Stream stream(seed);
  for (size_t row = 0; row < count; ++row) {
    const double common = stream.Next();
    double base[4];
    for (double& number : base) number = stream.Next();
    for (double& number : base) number = apart ? number : common + 0.2 * number;
    const double missing = stream.Next(), city = stream.Next();
    rows.column(0).AppendFloat64(3 * base[0]);
    rows.column(1).AppendFloat64(1000 * base[1]);
    rows.column(2).AppendFloat64(-base[2]);
    missing < 0.1 ? rows.column(3).AppendNull() : rows.column(3).AppendFloat64(base[3]);
    rows.column(4).AppendString((apart ? city : common) < 0.5 ? "a" : city < 0.8 ? "b" : "c");
  }
  return rows;
}

Profile ProfileOf(const Batch& rows) {
  Profile profile;
  for (const Field& field : rows.schema().fields()) {
    profile.AddColumn(field.name, KindOf(field.type), false, Profile::OptionsFor(rows.column_count()));
  }
  profile.KeepRows();
  profile.AddCells(rows, 0);
  profile.CountRows(rows.rows(), 0);
  return profile;
}

TEST(RowShape, ErrorsAreThoseOfScikitLearnsComponents) {
  Profile reference = ProfileOf(RowsTogether(70, 400, false));
  reference.FitShape();
  ASSERT_NE(reference.shape(), nullptr);
  EXPECT_EQ(static_cast<double>(reference.shape()->components()), Expected("together/components"));
  ExpectSame(reference.shape()->reference().mean, "together/reference/mean");
  ExpectSame(reference.shape()->reference().deviation, "together/reference/deviation");
  for (const bool apart : {false, true}) {
    const Profile current = ProfileOf(RowsTogether(apart ? 72 : 71, 300, apart));
    const auto errors = reference.shape()->ErrorsOf(*current.sample());
    ASSERT_TRUE(errors);
    ExpectSame(errors->mean, apart ? "together/apart/mean" : "together/same/mean");
    ExpectSame(errors->deviation, apart ? "together/apart/deviation" : "together/same/deviation");
  }
}

TEST(RowShape, ColumnsThatPartCompanyAreAnAlarmThoughEachLooksAsEver) {
  Profile reference = ProfileOf(RowsTogether(70, 2000, false));
  reference.FitShape();
  const Profile shape_from_bytes = Profile::Parse(reference.Encode()).value();
  // Each column by itself is in another order, so that its distribution is the same.
  const Batch rows = RowsTogether(71, 2000, false);
  Batch apart(rows.shared_schema());
  for (size_t i = 0; i < rows.column_count(); ++i) {
    apart.column(i).AppendCells(rows.column(i), 100 * i, rows.rows());
    apart.column(i).AppendCells(rows.column(i), 0, 100 * i);
  }
  const DriftReport same = CompareProfiles(shape_from_bytes, ProfileOf(rows), {}, false);
  EXPECT_EQ(same.severity, Severity::kQuiet);
  EXPECT_GT(same.together.components, 0U);
  const DriftReport report = CompareProfiles(shape_from_bytes, ProfileOf(apart), {}, false);
  for (const ColumnDrift& column : report.columns) EXPECT_EQ(column.severity, Severity::kQuiet) << column.name;
  EXPECT_EQ(report.severity, Severity::kAlarm);
  ASSERT_EQ(ReasonsOf(report).size(), 1U);
  EXPECT_EQ(ReasonsOf(report)[0].substr(0, 26), "columns together: error of");
}

TEST(RowShape, ThereIsNoneWhereNothingHangsTogether) {
  Profile few_rows = ProfileOf(RowsTogether(70, RowShape::kRowsMin - 1, false));
  few_rows.FitShape();
  EXPECT_EQ(few_rows.shape(), nullptr);
  Batch constant(Schema::Make({{"a", Type::kFloat64}, {"b", Type::kFloat64}}).value());
  for (int i = 0; i < 200; ++i) {
    constant.column(0).AppendFloat64(7.1);
    constant.column(1).AppendFloat64(i);
  }
  Profile one_column = ProfileOf(constant);
  one_column.FitShape();
  EXPECT_EQ(one_column.shape(), nullptr);
}

TEST(RowSample, HasEachRowWithTheSameProbability) {
  Batch rows(Schema::Make({{"a", Type::kFloat64}}).value());
  constexpr size_t kRows = 10 * RowSample::kRowsMax;
  for (size_t i = 0; i < kRows; ++i) rows.column(0).AppendFloat64(static_cast<double>(i));
  RowSample sample;
  sample.AddColumn("a", ProfileKind::kNumber);
  sample.Add(rows);
  ASSERT_EQ(sample.rows(), RowSample::kRowsMax);
  double sum = 0;
  for (const double cell : sample.columns()[0].cells) sum += cell;
  // The mean of so many of the numbers from 0 to n - 1 has a deviation of n / sqrt(12 * count).
  const double deviation = kRows / std::sqrt(12.0 * RowSample::kRowsMax);
  EXPECT_NEAR(sum / RowSample::kRowsMax, (kRows - 1) / 2.0, 5 * deviation);
}

TEST(SymmetricEigen, VectorsAreOfLengthOneAndBelongToTheirValues) {
  for (const size_t size : {1U, 2U, 3U, 7U, 60U}) {
    Stream stream(size);
    std::vector<double> matrix(size * size, 0);
    for (size_t i = 0; i < size; ++i) {
      // Rows of zeros are values of 0.
      for (size_t j = 0; j <= i; ++j) matrix[i * size + j] = i % 5 == 4 || j % 5 == 4 ? 0 : stream.Next() - 0.5;
    }
    const auto pairs = SymmetricEigen(matrix, size);
    ASSERT_TRUE(pairs);
    const auto at = [&](size_t i, size_t j) { return i >= j ? matrix[i * size + j] : matrix[j * size + i]; };
    for (size_t k = 0; k < size; ++k) {
      const double* const vector = pairs->vectors.data() + k * size;
      double length = 0;
      for (size_t i = 0; i < size; ++i) {
        double product = 0;
        for (size_t j = 0; j < size; ++j) product += at(i, j) * vector[j];
        EXPECT_NEAR(product, pairs->values[k] * vector[i], 1e-12 * static_cast<double>(size));
        length += vector[i] * vector[i];
      }
      EXPECT_NEAR(length, 1, 1e-12);
      if (k > 0) {
        EXPECT_LE(pairs->values[k], pairs->values[k - 1]);
      }
    }
  }
  EXPECT_FALSE(SymmetricEigen({std::nan("")}, 1));
}

}  // namespace
}  // namespace scoreway
