// Affine, NormalizeRows, PowerTransform, QuantileTransform. Expected numbers were printed by scikit-learn 1.9.1, scipy
// 1.18 and numpy unless the comment of a test says otherwise.
#include <gtest/gtest.h>

#include <cmath>

#include "score/kernels/normal_quantile.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

TEST(Affine, SubtractsThenDivides) {
  const op::Affine scale{.offset = {0.1, -3}, .factor = {0.3, 7}};
  ExpectRows(RunOperator(scale, {{0.7, 1.}, {kMissing, 18.}}), {{(0.7 - 0.1) / 0.3, 4. / 7}, {kMissing, 3.}});
  ExpectRows(RunOperator(op::Affine{.offset = {2}, .factor = {}}, {{5.}}), {{3.}});
  ExpectRows(RunOperator(op::Affine{.offset = {}, .factor = {2}}, {{5.}}), {{2.5}});
}

TEST(Affine, MultipliesThenAddsThenClips) {
  op::Affine scale{.form = op::Affine::Form::kMultiplyAdd, .offset = {0.1}, .factor = {0.3}};
  ExpectRows(RunOperator(scale, {{0.7}, {-4.}}), {{0.7 * 0.3 + 0.1}, {-4 * 0.3 + 0.1}});
  scale.low = 0;
  scale.high = 1;
  ExpectRows(RunOperator(scale, {{0.7}, {-4.}, {50.}, {kMissing}}), {{0.7 * 0.3 + 0.1}, {0.}, {1.}, {kMissing}});
}

// A step left out must not even turn -0 into 0.
TEST(Affine, SkippedStepsChangeNothing) {
  for (const auto form : {op::Affine::Form::kSubtractDivide, op::Affine::Form::kMultiplyAdd}) {
    const Result<TestRows> rows = RunOperator(op::Affine{.form = form, .offset = {}, .factor = {}}, {{-0.0}});
    ASSERT_TRUE(rows.ok());
    EXPECT_TRUE(std::signbit((*rows)[0][0].number));
  }
}

TEST(NormalizeRows, DividesByTheNorm) {
  using Norm = op::NormalizeRows::Norm;
  const TestRows rows = {{3., -4.}, {0., 0.}, {1e-17, 0.}, {1., 1.}};
  const double least = 10 * 2.220446049250313e-16;
  ExpectRows(RunOperator(op::NormalizeRows{Norm::kL1, least}, rows),
             {{0.42857142857142855, -0.5714285714285714}, {0., 0.}, {1e-17, 0.}, {0.5, 0.5}});
  ExpectRows(RunOperator(op::NormalizeRows{Norm::kL2, least}, rows),
             {{0.6, -0.8}, {0., 0.}, {1e-17, 0.}, {0.7071067811865475, 0.7071067811865475}});
  ExpectRows(RunOperator(op::NormalizeRows{Norm::kMax, least}, rows), {{0.75, -1.}, {0., 0.}, {1e-17, 0.}, {1., 1.}});
  // scikit-learn 0.24: only 0 counts as 1.
  ExpectRows(RunOperator(op::NormalizeRows{Norm::kL1}, rows),
             {{0.42857142857142855, -0.5714285714285714}, {0., 0.}, {1., 0.}, {0.5, 0.5}});
}

TEST(NormalizeRows, AMissingCellMakesItsRowMissing) {
  for (const auto norm : {op::NormalizeRows::Norm::kL1, op::NormalizeRows::Norm::kL2, op::NormalizeRows::Norm::kMax}) {
    ExpectRows(RunOperator(op::NormalizeRows{norm}, {{kMissing, 2.}, {2., kMissing}}),
               {{kMissing, kMissing}, {kMissing, kMissing}});
  }
}

TEST(PowerTransform, YeoJohnson) {
  const TestRows rows = {{-3.5, -1e-9}, {0., 2.5}, {1e-7, -0.25}, {1e6, 40.}, {kMissing, kMissing}};
  ExpectRows(RunOperator(op::PowerTransform{.lambdas = {0.5, 1.75}}, rows),
             {{-5.697294364012261, -9.99999999625e-10},
              {0.0, 4.546344548534602},
              {9.999999750000013e-08, -0.22948505376225647},
              {1998.0009999997496, 379.035124163614},
              {kMissing, kMissing}});
  ExpectRows(RunOperator(op::PowerTransform{.lambdas = {0, 2}}, rows), {{-9.625000000000002, -9.999999995e-10},
                                                                        {0.0, 5.625000000000001},
                                                                        {9.999999500000033e-08, -0.22314355131420976},
                                                                        {13.815511557963774, 840.0000000000002},
                                                                        {kMissing, kMissing}});
  ExpectRows(RunOperator(op::PowerTransform{.lambdas = {-1.5, 3.5}}, rows),
             {{-54.94437608767784, -9.9999999875e-10},
              {0.0, 22.63193720827611},
              {9.999998750000145e-08, -0.18963883146671157},
              {0.666666666000001, 126088.2073051741},
              {kMissing, kMissing}});
}

// scikit-learn 1.2.2, whose form loses the digits of small cells.
TEST(PowerTransform, YeoJohnsonByPow) {
  const op::PowerTransform power{.method = op::PowerTransform::Method::kYeoJohnsonByPow, .lambdas = {0.5, 1.75}};
  ExpectRows(RunOperator(power, {{-3.5, -1e-9}, {0., 2.5}, {1e-7, -0.25}}),
             {{-5.697294364012261, -1.000000082740371e-09},
              {0.0, 4.546344548534601},
              {9.999999761589606e-08, -0.22948505376225636}});
}

// scipy.special.boxcox.
TEST(PowerTransform, BoxCox) {
  const TestRows rows = {{0.001, 3.}, {1., 1.0000001}, {250., 1e-9}};
  const auto box_cox = op::PowerTransform::Method::kBoxCox;
  ExpectRows(RunOperator(op::PowerTransform{box_cox, {0.5, -0.75}}, rows), {{-1.9367544467966324, 0.7484115497988922},
                                                                            {0.0, 9.999999130838752e-08},
                                                                            {29.622776601683785, -7497883.0025379835}});
  ExpectRows(RunOperator(op::PowerTransform{box_cox, {0.0, 1e-20}}, rows), {{-6.907755278982137, 1.0986122886681098},
                                                                            {0.0, 9.999999505838704e-08},
                                                                            {5.521460917862246, -20.72326583694641}});
  ExpectRows(RunOperator(op::PowerTransform{box_cox, {-1.5, 3.0}}, rows), {{-21081.184401122522, 8.666666666666666},
                                                                           {0.0, 1.0000001005838707e-07},
                                                                           {0.6664980118581244, -0.3333333333333333}});
}

op::QuantileTransform Quantiles(bool to_normal) {
  return {.to_normal = to_normal,
          .references = {0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0},
          .quantiles = {0.0, 1.0, 1.6, 5.200000000000001, 9.1, 10.0, 1.0, 1.8, 3.0, 5.400000000000002, 9.8, 12.0}};
}
const TestRows kQuantileRows = {{-5., 0.}, {0., 1.},   {0.5, 1.5}, {1., 3.},
                                {3., 8.},  {10., 12.}, {11., 99.}, {kMissing, 2.}};

TEST(QuantileTransform, ToUniform) {
  ExpectRows(RunOperator(Quantiles(false), kQuantileRows), {{0.0, 0.0},
                                                            {0.0, 0.0},
                                                            {0.1, 0.125},
                                                            {0.2, 0.4},
                                                            {0.4777777777777778, 0.7181818181818181},
                                                            {1.0, 1.0},
                                                            {1.0, 1.0},
                                                            {kMissing, 0.23333333333333334}});
}

TEST(QuantileTransform, ToNormal) {
  ExpectRows(RunOperator(Quantiles(true), kQuantileRows), {{-5.199337582605575, -5.199337582605575},
                                                           {-5.199337582605575, -5.199337582605575},
                                                           {-1.2815515655446004, -1.1503493803760079},
                                                           {-0.8416212335729142, -0.2533471031357997},
                                                           {-0.05573168774297975, 0.577448729992901},
                                                           {5.19933758270342, 5.19933758270342},
                                                           {5.19933758270342, 5.19933758270342},
                                                           {kMissing, -0.7279132908816442}});
}

TEST(QuantileTransform, TakesTheMiddleOfRepeatedQuantiles) {
  const op::QuantileTransform transform{.references = {0, 0.25, 0.5, 0.75, 1}, .quantiles = {0, 1, 1, 1, 3}};
  ExpectRows(RunOperator(transform, {{1.}, {0.5}, {2.}, {0.}, {3.}}), {{0.5}, {0.125}, {0.875}, {0.}, {1.}});
}

TEST(NormalQuantile, EqualsScipy) {
  const double expected[][2] = {{1e-300, -37.0470962993612},         {1e-20, -9.262340089798409},
                                {1e-07, -5.1993375821928165},        {0.01, -2.3263478740408408},
                                {0.07499, -1.4396021182393162},      {0.0751, -1.4388253927525403},
                                {0.3, -0.5244005127080409},          {0.5, 0.0},
                                {0.500001, 2.5066282747057052e-06},  {0.9, 1.2815515655446004},
                                {0.975, 1.959963984540054},          {0.999999, 4.753424308817087},
                                {0.999999999999, 7.0344869100478356}};
  for (const auto& [p, x] : expected) EXPECT_NEAR(NormalQuantile(p), x, 2e-15 * std::fabs(x)) << p;
  EXPECT_EQ(NormalQuantile(0), -op::kInfinity);
  EXPECT_EQ(NormalQuantile(1), op::kInfinity);
  EXPECT_TRUE(std::isnan(NormalQuantile(-0.1)));
  EXPECT_TRUE(std::isnan(NormalQuantile(op::kNaN)));
}

}  // namespace
}  // namespace scoreway
