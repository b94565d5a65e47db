// Concat, Select, Constant, RequireFinite, the domains and what treats missing cells.
#include <gtest/gtest.h>

#include <limits>

#include "score/run_operator.h"

namespace scoreway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Concat, PutsInputsSideBySide) {
  ExpectRows(RunOperator(op::Concat{}, {1, 2}, {{1., 2., 3.}, {4., kMissing, 6.}}), {{1., 2., 3.}, {4., kMissing, 6.}});
  ExpectRows(RunOperator(op::Concat{}, {1, 1}, {{"a", "b"}, {"", kMissing}}), {{"a", "b"}, {"", kMissing}});
}

TEST(Select, TakesColumnsInAnyOrderAndMoreThanOnce) {
  ExpectRows(RunOperator(op::Select{{2, 0, 2}}, {{1., 2., 3.}, {4., 5., kMissing}}),
             {{3., 1., 3.}, {kMissing, 4., kMissing}});
  ExpectRows(RunOperator(op::Select{{1, 2}}, {{1., 2., 3.}, {4., 5., 6.}}), {{2., 3.}, {5., 6.}});
  ExpectRows(RunOperator(op::Select{{1, 0}}, {{"a", ""}, {kMissing, "b"}}), {{"", "a"}, {"b", kMissing}});
}

TEST(Constant, IsTheSameInEveryRow) {
  ModelBuilder builder({});
  const ValueId unused = builder.AddInput("x");
  ASSERT_TRUE(builder.UseInput(unused, Type::kFloat64).ok());
  const ValueId value = builder.Add(op::Constant{{1.5, -2}}, {}, "constant").value();
  ASSERT_TRUE(builder.AddOutput("a", Type::kFloat64, value, 0).ok());
  ASSERT_TRUE(builder.AddOutput("b", Type::kFloat32, value, 1).ok());
  const auto plan = Plan::Make(std::make_shared<const Model>(std::move(builder).Build().value())).value();
  ExpectRows(RunPlan(*plan, {{7.}, {kMissing}}), {{1.5, -2.}, {1.5, -2.}});
}

TEST(RequireFinite, PassesFiniteCellsOn) {
  ExpectRows(RunOperator(op::RequireFinite{}, {{1., -0.}, {1e308, 5e-324}}), {{1., -0.}, {1e308, 5e-324}});
}

TEST(RequireFinite, NamesRowAndColumn) {
  const op::RequireFinite check{.column_names = {"age", "income"}};
  ExpectCellError(RunOperator(check, {{1., 2.}, {3., -kInfinity}}), "row 2, column 'income': infinite value");
  ExpectCellError(RunOperator(check, {{1., 2.}, {kMissing, kInfinity}}),
                  "row 2, column 'age': missing value, and the model has no rule for it");
  ExpectCellError(RunOperator(op::RequireFinite{}, {{1., kMissing}}),
                  "row 1, column 1: missing value, and the model has no rule for it");
}

TEST(RequireFinite, LetsNaNThroughWhenTheModelKnowsIt) {
  const op::RequireFinite check{.allow_nan = true, .column_names = {}};
  ExpectRows(RunOperator(check, {{1., kMissing}, {kMissing, 2.}}), {{1., kMissing}, {kMissing, 2.}});
  ExpectCellError(RunOperator(check, {{1., kMissing}, {kMissing, kInfinity}}), "row 2, column 1: infinite value");
}

// numpy: np.float32(3.4028235677973362e+38) is finite, of the next float64 up it is inf.
TEST(RequireFinite, RefusesWhatFloat32CannotHold) {
  const op::RequireFinite check{.as_float32 = true, .column_names = {}};
  ExpectRows(RunOperator(check, {{3.4028235677973362e+38}}), {{3.4028235677973362e+38}});
  ExpectCellError(RunOperator(check, {{-3.4028235677973366e+38}}),
                  "row 1, column 0: value -3.4028235677973366e+38 is too large for float32");
}

TEST(ImputeNumber, FillsMissingCellsOrThoseEqualToTheMarker) {
  ExpectRows(RunOperator(op::ImputeNumber{.fill = {7, 8}}, {{kMissing, 1.}, {2., kMissing}}), {{7., 1.}, {2., 8.}});
  ExpectRows(RunOperator(op::ImputeNumber{.marker = -1, .fill = {7, 8}}, {{-1., 1.}, {kMissing, -1.}}),
             {{7., 1.}, {kMissing, 8.}});
}

TEST(ImputeText, FillsMissingCellsOrThoseEqualToTheMarker) {
  ExpectRows(RunOperator(op::ImputeText{.marker = "", .fill = {"none", ""}}, {{kMissing, "a"}, {"", kMissing}}),
             {{"none", "a"}, {"", ""}});
  ExpectRows(RunOperator(op::ImputeText{.has_marker = true, .marker = "", .fill = {"none"}}, {{""}, {kMissing}, {"x"}}),
             {{"none"}, {kMissing}, {"x"}});
}

TEST(MissingIndicator, MarksMissingCellsOfItsColumns) {
  ExpectRows(RunOperator(op::MissingIndicator{.columns = {1, 0}}, {{1., kMissing}, {kMissing, 2.}}),
             {{1., 0.}, {0., 1.}});
  ExpectRows(RunOperator(op::MissingIndicator{.marker = -1, .columns = {0}}, {{-1.}, {kMissing}, {0.}}),
             {{1.}, {0.}, {0.}});
  ExpectRows(RunOperator(op::MissingIndicator{.columns = {0}}, {{"a"}, {kMissing}, {""}}), {{0.}, {1.}, {0.}});
}

op::NumberDomain AgeDomain() {
  return {.column_names = {"age"},
          .low = {0},
          .high = {100},
          .allowed = {},
          .missing_markers = {-999},
          .clip_low = {},
          .clip_high = {}};
}

TEST(NumberDomain, TreatsMarkersInvalidAndMissingCellsInOrder) {
  op::NumberDomain domain = AgeDomain();
  domain.missing_value = 50;
  ExpectRows(RunOperator(domain, {{-999.}, {kMissing}, {0.}, {100.}, {101.}}), {{50.}, {50.}, {0.}, {100.}, {101.}});
  domain.invalid = op::InvalidCell::kMissing;
  ExpectRows(RunOperator(domain, {{-1.}, {kInfinity}, {7.}}), {{50.}, {50.}, {7.}});
  domain.invalid = op::InvalidCell::kReplace;
  domain.invalid_value = 1;
  ExpectRows(RunOperator(domain, {{-1.}, {-999.}, {7.}}), {{1.}, {50.}, {7.}});
  domain.allowed = {{7, 9}};
  ExpectRows(RunOperator(domain, {{8.}, {9.}, {-999.}}), {{1.}, {9.}, {50.}});
}

TEST(NumberDomain, MayBeBoundsAlone) {
  op::NumberDomain domain{.column_names = {"age"},
                          .low = {0},
                          .high = {100},
                          .allowed = {},
                          .missing_markers = {},
                          .invalid = op::InvalidCell::kMissing,
                          .clip_low = {},
                          .clip_high = {}};
  const TestRows rows = {{0.}, {100.}, {-1.}, {100.5}, {kMissing}};
  ExpectRows(RunOperator(domain, rows), {{0.}, {100.}, {kMissing}, {kMissing}, {kMissing}});
  domain.missing_value = 50;
  ExpectRows(RunOperator(domain, rows), {{0.}, {100.}, {50.}, {50.}, {50.}});
  domain.invalid = op::InvalidCell::kReject;
  ExpectCellError(RunOperator(domain, {{-1.}}), "row 1, column 'age': value -1 is outside the model's domain");
}

TEST(NumberDomain, ClipsOrDropsOutliersAmongValidCells) {
  op::NumberDomain domain = AgeDomain();
  domain.invalid = op::InvalidCell::kMissing;
  domain.outlier = op::NumberDomain::Outlier::kClip;
  domain.clip_low = {18};
  domain.clip_high = {65};
  ExpectRows(RunOperator(domain, {{17.}, {66.}, {18.}, {-1.}}), {{18.}, {65.}, {18.}, {kMissing}});
  domain.outlier = op::NumberDomain::Outlier::kMissing;
  ExpectRows(RunOperator(domain, {{17.}, {66.}, {65.}}), {{kMissing}, {kMissing}, {65.}});
  domain.clip_low = {op::kNaN};
  ExpectRows(RunOperator(domain, {{17.}, {66.}}), {{17.}, {kMissing}});
}

TEST(NumberDomain, RejectsWhatItIsToldTo) {
  op::NumberDomain domain = AgeDomain();
  domain.invalid = op::InvalidCell::kReject;
  ExpectCellError(RunOperator(domain, {{5.}, {101.5}}),
                  "row 2, column 'age': value 101.5 is outside the model's domain");
  domain.reject_missing = true;
  ExpectCellError(RunOperator(domain, {{5.}, {-999.}}),
                  "row 2, column 'age': missing value, and the model has no rule for it");
}

TEST(TextDomain, TreatsMarkersInvalidAndMissingCellsInOrder) {
  op::TextDomain domain{.column_names = {"city"},
                        .allowed = {{"Oslo", "Rome"}},
                        .missing_markers = {"?", ""},
                        .invalid = op::InvalidCell::kMissing,
                        .invalid_value = "other",
                        .has_missing_value = true,
                        .missing_value = "unknown"};
  const TestRows rows = {{"Oslo"}, {"?"}, {""}, {kMissing}, {"Bern"}};
  ExpectRows(RunOperator(domain, rows), {{"Oslo"}, {"unknown"}, {"unknown"}, {"unknown"}, {"unknown"}});
  domain.invalid = op::InvalidCell::kReplace;
  domain.has_missing_value = false;
  ExpectRows(RunOperator(domain, rows), {{"Oslo"}, {kMissing}, {kMissing}, {kMissing}, {"other"}});
  domain.invalid = op::InvalidCell::kKeep;
  ExpectRows(RunOperator(domain, {{"Bern"}}), {{"Bern"}});
  domain.invalid = op::InvalidCell::kReject;
  ExpectCellError(RunOperator(domain, rows), "row 5, column 'city': value 'Bern' is outside the model's domain");
  domain.reject_missing = true;
  ExpectCellError(RunOperator(domain, rows), "row 2, column 'city': missing value, and the model has no rule for it");
}

}  // namespace
}  // namespace scoreway
