// Derived columns: polynomials, functions of cells and rows, splines. Expected numbers were printed by numpy,
// scipy 1.18 or scikit-learn 1.9.1.
#include <gtest/gtest.h>

#include <cmath>

#include "score/run_operator.h"

namespace scoreway {
namespace {

// scikit-learn's PolynomialFeatures(3).
TEST(Polynomial, MultipliesColumns) {
  const op::Polynomial cubic{.factors = {0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1},
                             .ends = {0, 1, 2, 4, 6, 8, 11, 14, 17, 20}};
  ExpectRows(RunOperator(cubic, {{2., 3.}, {0.5, -1.}}),
             {{1., 2., 3., 4., 6., 9., 8., 12., 18., 27.}, {1., 0.5, -1., 0.25, -0.5, 1., 0.125, -0.25, 0.5, -1.}});
  ExpectRows(RunOperator(op::Polynomial{.factors = {0, 0}, .ends = {0, 2}}, {{kMissing}}), {{1., kMissing}});
}

// Each function of numpy over -2.5, -0.5, 0.5, 1.5, 2.5, 0.3.
TEST(Unary, EqualsNumpy) {
  using enum op::UnaryFunction;
  const std::vector<std::pair<op::UnaryFunction, TestRow>> cases = {
      {kNegate, {2.5, 0.5, -0.5, -1.5, -2.5, -0.3}},
      {kAbs, {2.5, 0.5, 0.5, 1.5, 2.5, 0.3}},
      {kSign, {-1.0, -1.0, 1.0, 1.0, 1.0, 1.0}},
      {kFloor, {-3.0, -1.0, 0.0, 1.0, 2.0, 0.0}},
      {kCeil, {-2.0, -0.0, 1.0, 2.0, 3.0, 1.0}},
      {kRound, {-2.0, -0.0, 0.0, 2.0, 2.0, 0.0}},
      {kTruncate, {-2.0, -0.0, 0.0, 1.0, 2.0, 0.0}},
      {kSqrt, {kMissing, kMissing, 0.7071067811865476, 1.224744871391589, 1.5811388300841898, 0.5477225575051661}},
      {kSquare, {6.25, 0.25, 0.25, 2.25, 6.25, 0.09}},
      {kReciprocal, {-0.4, -2.0, 2.0, 0.6666666666666666, 0.4, 3.3333333333333335}},
      {kExp,
       {0.0820849986238988, 0.6065306597126334, 1.6487212707001282, 4.4816890703380645, 12.182493960703473,
        1.3498588075760032}},
      {kExpm1,
       {-0.9179150013761012, -0.3934693402873666, 0.6487212707001282, 3.481689070338065, 11.182493960703473,
        0.3498588075760031}},
      {kLog, {kMissing, kMissing, -0.6931471805599453, 0.4054651081081644, 0.9162907318741551, -1.2039728043259361}},
      {kLog1p,
       {kMissing, -0.6931471805599453, 0.4054651081081644, 0.9162907318741551, 1.252762968495368, 0.26236426446749106}},
      {kLog2, {kMissing, kMissing, -1.0, 0.5849625007211562, 1.3219280948873624, -1.7369655941662063}},
      {kLog10, {kMissing, kMissing, -0.3010299956639812, 0.17609125905568124, 0.3979400086720376, -0.5228787452803376}},
      {kSin,
       {-0.5984721441039565, -0.479425538604203, 0.479425538604203, 0.9974949866040544, 0.5984721441039565,
        0.29552020666133955}},
      {kCos,
       {-0.8011436155469337, 0.8775825618903728, 0.8775825618903728, 0.0707372016677029, -0.8011436155469337,
        0.955336489125606}},
      {kTan,
       {0.7470222972386603, -0.5463024898437905, 0.5463024898437905, 14.101419947171719, -0.7470222972386603,
        0.3093362496096232}},
      {kAsin, {kMissing, -0.5235987755982989, 0.5235987755982989, kMissing, kMissing, 0.30469265401539747}},
      {kAcos, {kMissing, 2.0943951023931957, 1.0471975511965976, kMissing, kMissing, 1.2661036727794992}},
      {kAtan,
       {-1.1902899496825317, -0.4636476090008061, 0.4636476090008061, 0.982793723247329, 1.1902899496825317,
        0.2914567944778671}},
      {kSinh,
       {-6.0502044810397875, -0.5210953054937474, 0.5210953054937474, 2.1292794550948173, 6.0502044810397875,
        0.3045202934471426}},
      {kCosh,
       {6.132289479663686, 1.1276259652063807, 1.1276259652063807, 2.352409615243247, 6.132289479663686,
        1.0453385141288605}},
      {kTanh,
       {-0.9866142981514303, -0.46211715726000974, 0.46211715726000974, 0.9051482536448665, 0.9866142981514303,
        0.2913126124515909}},
      {kAsinh,
       {-1.6472311463710958, -0.48121182505960347, 0.48121182505960347, 1.1947632172871092, 1.6472311463710958,
        0.29567304756342244}},
      {kAcosh, {kMissing, kMissing, kMissing, 0.9624236501192069, 1.566799236972411, kMissing}},
      {kAtanh, {kMissing, -0.5493061443340549, 0.5493061443340549, kMissing, kMissing, 0.3095196042031117}},
      {kDegrees,
       {-143.2394487827058, -28.64788975654116, 28.64788975654116, 85.94366926962348, 143.2394487827058,
        17.188733853924695}},
      {kRadians,
       {-0.04363323129985824, -0.008726646259971648, 0.008726646259971648, 0.026179938779914945, 0.04363323129985824,
        0.005235987755982988}},
      {kExp2,
       {0.1767766952966369, 0.7071067811865476, 1.4142135623730951, 2.8284271247461903, 5.656854249492381,
        1.2311444133449163}},
      {kCbrt,
       {-1.3572088082974534, -0.7937005259840998, 0.7937005259840998, 1.1447142425533319, 1.3572088082974534,
        0.6694329500821695}},
      {kCloglogInverse,
       {0.07880634482448423, 0.45476078810739495, 0.807704354452035, 0.9886857136195404, 0.9999948807057013,
        0.7407231340091724}},
      {kRelu, {0., 0., 0.5, 1.5, 2.5, 0.3}},
      {kNot, {0., 0., 0., 0., 0., 0.}},
  };
  for (const auto& [function, expected] : cases) {
    SCOPED_TRACE(static_cast<int>(function));
    ExpectRows(RunOperator(op::Unary{function}, {{-2.5, -0.5, 0.5, 1.5, 2.5, 0.3}}), {expected});
    ExpectRows(RunOperator(op::Unary{function}, {{kMissing}, {kMissing}}), {{kMissing}, {kMissing}});
  }
}

// scipy.special.expit and ndtr.
TEST(Unary, EqualsScipy) {
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kLogistic}, {{-800., -36., -1., 0., 1., 40.}}),
             {{0.0, 2.319522830243569e-16, 0.2689414213699951, 0.5, 0.7310585786300049, 1.0}});
  ExpectRows(
      RunOperator(op::Unary{op::UnaryFunction::kNormalCdf}, {{-8., -1.2, 0., 0.3, 1.5, 6.}}),
      {{6.22096057427174e-16, 0.11506967022170822, 0.5, 0.6179114221889526, 0.9331927987311419, 0.9999999990134123}});
}

TEST(Unary, ZerosAndFloat32) {
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kNot}, {{0.}, {-0.}, {2.}}), {{1.}, {1.}, {0.}});
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kSign}, {{0.}, {-3.}}), {{0.}, {-1.}});
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kFloat32}, {{0.1}, {1e-60}}), {{0.10000000149011612}, {0.}});
}

// numpy's float32: 1 / (exp(min(-x, 88.7)) + 1).
// As C computes it with expf, which is what XGBoost calls.
TEST(Unary, LogisticInFloat32) {
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kLogisticFloat32}, {{-100., -2.5, -1e-7, 0., 0.3, 40.}}),
             {{3.006635794144578e-39, 0.07585817575454712, 0.5, 0.5, 0.5744425058364868, 1.0}});
  ExpectRows(RunOperator(op::Unary{op::UnaryFunction::kLogisticFloat32}, {{kMissing}}), {{kMissing}});
}

TEST(Unary, PresenceOfNumbersAndText) {
  using enum op::UnaryFunction;
  ExpectRows(RunOperator(op::Unary{kIsMissing}, {{1., kMissing}}), {{0., 1.}});
  ExpectRows(RunOperator(op::Unary{kIsPresent}, {{1., kMissing}}), {{1., 0.}});
  ExpectRows(RunOperator(op::Unary{kIsMissing}, {{"", kMissing}, {"a", "b"}}), {{0., 1.}, {0., 0.}});
  ExpectRows(RunOperator(op::Unary{kIsPresent}, {{"", kMissing}, {"a", "b"}}), {{1., 0.}, {1., 1.}});
}

// numpy.power(89.731, 2.0); C's pow is one bit away.
TEST(Binary, ASquareIsTheProduct) {
  const auto rows = RunOperator(op::Binary{op::BinaryFunction::kPower}, {1, 1}, {{89.731, 2.}});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[0][0].number, 8051.6523609999995);
}

TEST(Binary, Arithmetic) {
  using enum op::BinaryFunction;
  const auto run = [](op::BinaryFunction function) {
    return RunOperator(op::Binary{function}, {1, 1}, {{7., 3.}, {-7., 3.}, {7., -3.}, {5.5, 0.5}, {kMissing, 2.}});
  };
  ExpectRows(run(kAdd), {{10.}, {-4.}, {4.}, {6.}, {kMissing}});
  ExpectRows(run(kSubtract), {{4.}, {-10.}, {10.}, {5.}, {kMissing}});
  ExpectRows(run(kMultiply), {{21.}, {-21.}, {-21.}, {2.75}, {kMissing}});
  ExpectRows(run(kDivide), {{7. / 3}, {-7. / 3}, {-7. / 3}, {11.}, {kMissing}});
  ExpectRows(run(kPower), {{343.}, {-343.}, {0.0029154518950437317}, {2.345207879911715}, {kMissing}});
  ExpectRows(run(kModulo), {{1.}, {2.}, {-2.}, {0.}, {kMissing}});
  ExpectRows(run(kFloorDivide), {{2.}, {-3.}, {-3.}, {11.}, {kMissing}});
  ExpectRows(run(kMin), {{3.}, {-7.}, {-3.}, {0.5}, {kMissing}});
  ExpectRows(run(kMax), {{7.}, {3.}, {7.}, {5.5}, {kMissing}});
  ExpectRows(run(kHypot),
             {{7.615773105863909}, {7.615773105863909}, {7.615773105863909}, {5.522680508593631}, {kMissing}});
  ExpectRows(run(kAtan2),
             {{1.1659045405098132}, {-1.1659045405098132}, {1.97568811307998}, {1.4801364395941514}, {kMissing}});
}

TEST(Binary, DivisionByZeroAsNumpy) {
  using enum op::BinaryFunction;
  const TestRows rows = {{1., 0.}, {-1., 0.}, {0., 0.}};
  ExpectRows(RunOperator(op::Binary{kFloorDivide}, {1, 1}, rows), {{op::kInfinity}, {-op::kInfinity}, {kMissing}});
  ExpectRows(RunOperator(op::Binary{kModulo}, {1, 1}, rows), {{kMissing}, {kMissing}, {kMissing}});
}

TEST(Binary, AnInputOfWidthOneServesEveryColumn) {
  ExpectRows(RunOperator(op::Binary{op::BinaryFunction::kSubtract}, {2, 1}, {{5., 7., 1.}, {6., 8., 2.}}),
             {{4., 6.}, {4., 6.}});
  ExpectRows(RunOperator(op::Binary{op::BinaryFunction::kSubtract}, {1, 2}, {{5., 7., 1.}, {6., 8., 2.}}),
             {{-2., 4.}, {-2., 4.}});
}

TEST(Binary, ComparisonsAndLogic) {
  using enum op::BinaryFunction;
  const TestRows rows = {{1., 2.}, {2., 2.}, {0., -1.}, {kMissing, 0.}, {1., kMissing}};
  const auto run = [&rows](op::BinaryFunction function, bool aware) {
    return RunOperator(op::Binary{function, aware}, {1, 1}, rows);
  };
  ExpectRows(run(kLess, false), {{1.}, {0.}, {0.}, {0.}, {0.}});
  ExpectRows(run(kLessEqual, false), {{1.}, {1.}, {0.}, {0.}, {0.}});
  ExpectRows(run(kGreater, false), {{0.}, {0.}, {1.}, {0.}, {0.}});
  ExpectRows(run(kGreaterEqual, false), {{0.}, {1.}, {1.}, {0.}, {0.}});
  ExpectRows(run(kEqual, false), {{0.}, {1.}, {0.}, {0.}, {0.}});
  ExpectRows(run(kNotEqual, false), {{1.}, {0.}, {1.}, {1.}, {1.}});
  ExpectRows(run(kAnd, false), {{1.}, {1.}, {0.}, {0.}, {1.}});
  ExpectRows(run(kOr, false), {{1.}, {1.}, {1.}, {1.}, {1.}});
  ExpectRows(run(kLess, true), {{1.}, {0.}, {0.}, {kMissing}, {kMissing}});
  ExpectRows(run(kNotEqual, true), {{1.}, {0.}, {1.}, {kMissing}, {kMissing}});
  ExpectRows(run(kAnd, true), {{1.}, {1.}, {0.}, {0.}, {kMissing}});
  ExpectRows(run(kOr, true), {{1.}, {1.}, {1.}, {kMissing}, {1.}});
}

TEST(Binary, ComparesText) {
  using enum op::BinaryFunction;
  const TestRows rows = {{"a", "a"}, {"a", "b"}, {"", kMissing}, {kMissing, kMissing}};
  ExpectRows(RunOperator(op::Binary{kEqual}, {1, 1}, rows), {{1.}, {0.}, {0.}, {0.}});
  ExpectRows(RunOperator(op::Binary{kNotEqual}, {1, 1}, rows), {{0.}, {1.}, {1.}, {1.}});
  ExpectRows(RunOperator(op::Binary{kEqual, true}, {1, 1}, rows), {{1.}, {0.}, {kMissing}, {kMissing}});
}

TEST(Where, ChoosesByTheCondition) {
  ExpectRows(RunOperator(op::Where{}, {1, 2, 1}, {{1., 5., 6., 9.}, {0., 5., 6., 9.}, {kMissing, 5., 6., 9.}}),
             {{5., 6.}, {9., 9.}, {9., 9.}});
  ExpectRows(RunOperator(op::Where{}, {1, 1, 1}, {{1., "a", "b"}, {0., "a", kMissing}, {-2., "", "b"}}),
             {{"a"}, {kMissing}, {""}});
}

TEST(AggregateRow, SkipsOrKeepsMissingCells) {
  using enum op::RowAggregate;
  const TestRows rows = {{4., 1., 7.}, {4., kMissing, 1.}, {kMissing, kMissing, kMissing}};
  const auto run = [&rows](op::RowAggregate function, bool skip) {
    return RunOperator(op::AggregateRow{function, skip}, rows);
  };
  ExpectRows(run(kSum, false), {{12.}, {kMissing}, {kMissing}});
  ExpectRows(run(kSum, true), {{12.}, {5.}, {kMissing}});
  ExpectRows(run(kProduct, true), {{28.}, {4.}, {kMissing}});
  ExpectRows(run(kMean, true), {{4.}, {2.5}, {kMissing}});
  ExpectRows(run(kMin, true), {{1.}, {1.}, {kMissing}});
  ExpectRows(run(kMax, true), {{7.}, {4.}, {kMissing}});
  ExpectRows(run(kMedian, true), {{4.}, {2.5}, {kMissing}});
  ExpectRows(run(kMedian, false), {{4.}, {kMissing}, {kMissing}});
  ExpectRows(run(kCount, false), {{3.}, {2.}, {0.}});
}

// scikit-learn's SplineTransformer(n_knots=4), two columns, inside, outside and at the ends of its knots. Linear with
// degree 1 shows how the ends of the second column lie further in.
TEST(SplineBasis, EqualsScikitLearn) {
  using enum op::SplineBasis::Extrapolation;
  const TestRows kQueries = {{0.25, 2.5}, {-0.5, -1.}, {1.5, 12.}, {1., 9.}, {0., 0.}};
  ExpectRows(
      RunOperator(op::SplineBasis{.degree = 3,
                                  .include_bias = true,
                                  .extrapolation = kConstant,
                                  .knots = {{-1.0, -0.6666666666666666, -0.3333333333333333, 0.0, 0.3333333333333333,
                                             0.6666666666666666, 1.0, 1.3333333333333335, 1.6666666666666667, 2.0},
                                            {-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0}}},
                  kQueries),
      {{0.0026041666666666652, 0.3151041666666666, 0.6119791666666665, 0.0703125, 0.0, 0.0, 0.0007716049382716049,
        0.26157407407407407, 0.6412037037037036, 0.0964506172839506, 0.0, 0.0},
       {0.16666666666666666, 0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0},
       {0.0, 0.0, 0.0, 0.16666666666666674, 0.6666666666666667, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666},
       {0.0, 0.0, 0.0, 0.16666666666666674, 0.6666666666666667, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666},
       {0.16666666666666666, 0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0}});
  ExpectRows(RunOperator(op::SplineBasis{.degree = 2,
                                         .include_bias = false,
                                         .extrapolation = kLinear,
                                         .knots = {{-0.6666666666666666, -0.3333333333333333, 0.0, 0.3333333333333333,
                                                    0.6666666666666666, 1.0, 1.3333333333333335, 1.6666666666666667},
                                                   {-6.0, -3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0}}},
                         kQueries),
             {{0.03124999999999999, 0.6874999999999999, 0.28125, 0.0, 0.013888888888888888, 0.6388888888888888,
               0.34722222222222215, 0.0},
              {2.0, -1.0, 0.0, 0.0, 0.8333333333333333, 0.16666666666666669, 0.0, 0.0},
              {0.0, 0.0, 0.0, -0.9999999999999994, 0.0, 0.0, 0.0, -0.5},
              {0.0, 0.0, 0.0, 0.5000000000000001, 0.0, 0.0, 0.0, 0.5},
              {0.5, 0.5, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0}});
  ExpectRows(RunOperator(op::SplineBasis{.degree = 1,
                                         .include_bias = true,
                                         .extrapolation = kLinear,
                                         .knots = {{-0.3333333333333333, 0.0, 0.3333333333333333, 0.6666666666666666,
                                                    1.0, 1.3333333333333335},
                                                   {-3.0, 0.0, 3.0, 6.0, 9.0, 12.0}}},
                         kQueries),
             {{0.24999999999999994, 0.75, 0.0, 0.0, 0.0, 1.1666666666666667, 0.0, 0.0},
              {2.5, -1.5, 0.0, 0.0, 0.0, 2.333333333333333, 0.0, 0.0},
              {0.0, 0.0, -1.4999999999999998, 2.5, 0.0, 0.0, -1.0, 2.0},
              {0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0},
              {1.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0}});
  ExpectRows(
      RunOperator(op::SplineBasis{.degree = 3,
                                  .include_bias = true,
                                  .extrapolation = kContinue,
                                  .knots = {{-1.0, -0.6666666666666666, -0.3333333333333333, 0.0, 0.3333333333333333,
                                             0.6666666666666666, 1.0, 1.3333333333333335, 1.6666666666666667, 2.0},
                                            {-9.0, -6.0, -3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0}}},
                  kQueries),
      {{0.0026041666666666652, 0.3151041666666666, 0.6119791666666665, 0.0703125, 0.0, 0.0, 0.0007716049382716049,
        0.26157407407407407, 0.6412037037037036, 0.0964506172839506, 0.0, 0.0},
       {2.604166666666666, -3.2708333333333326, 2.2291666666666665, -0.5625, 0.0, 0.0, 0.3950617283950617,
        0.537037037037037, 0.07407407407407407, -0.006172839506172839, 0.0, 0.0},
       {0.0, 0.0, -0.5624999999999999, 2.229166666666665, -3.270833333333331, 2.6041666666666656, 0.0, 0.0,
        -0.16666666666666666, 0.6666666666666666, -0.8333333333333334, 1.3333333333333333},
       {0.0, 0.0, 0.0, 0.16666666666666674, 0.6666666666666667, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666},
       {0.16666666666666666, 0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0, 0.16666666666666666,
        0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0}});
  ExpectRows(
      RunOperator(op::SplineBasis{.degree = 2,
                                  .include_bias = true,
                                  .extrapolation = kPeriodic,
                                  .knots = {{-0.6666666666666667, -0.33333333333333337, 0.0, 0.3333333333333333,
                                             0.6666666666666666, 1.0, 1.3333333333333333, 1.6666666666666665},
                                            {-6.0, -3.0, 0.0, 3.0, 6.0, 9.0, 12.0, 15.0}}},
                  kQueries),
      {{0.031249999999999983, 0.6874999999999999, 0.28125, 0.013888888888888888, 0.6388888888888888,
        0.34722222222222215},
       {0.125, 0.12499999999999996, 0.7499999999999999, 0.7222222222222222, 0.2222222222222222, 0.05555555555555555},
       {0.125, 0.12499999999999996, 0.7499999999999999, 0.0, 0.5, 0.5},
       {0.4999999999999999, 0.5, 0.0, 0.5, 0.5, 0.0},
       {0.4999999999999999, 0.5, 0.0, 0.5, 0.5, 0.0}});
  ExpectRows(
      RunOperator(op::SplineBasis{.degree = 0,
                                  .include_bias = true,
                                  .extrapolation = kConstant,
                                  .knots = {{0.0, 0.3333333333333333, 0.6666666666666666, 1.0}, {0.0, 3.0, 6.0, 9.0}}},
                  {{0.25, 2.5}, {-0.5, -1.}, {1., 9.}, {0., 0.}}),
      {{1.0, 0.0, 0.0, 1.0, 0.0, 0.0},
       {0.0, 0.0, 0.0, 0.0, 0.0, 0.0},
       {0.0, 0.0, 1.0, 0.0, 0.0, 1.0},
       {1.0, 0.0, 0.0, 1.0, 0.0, 0.0}});
  ExpectRows(
      RunOperator(op::SplineBasis{.degree = 0,
                                  .include_bias = true,
                                  .extrapolation = kLinear,
                                  .knots = {{0.0, 0.3333333333333333, 0.6666666666666666, 1.0}, {0.0, 3.0, 6.0, 9.0}}},
                  kQueries),
      {{1.0, 0.0, 0.0, 0.0, 1.0, 0.0},
       {1.0, 0.0, 0.0, 0.0, 1.0, 0.0},
       {0.0, 0.0, 1.0, 0.0, 0.0, 1.0},
       {0.0, 0.0, 1.0, 0.0, 0.0, 1.0},
       {1.0, 0.0, 0.0, 0.0, 1.0, 0.0}});
}

TEST(SplineBasis, MissingAndRefusedCells) {
  op::SplineBasis basis{
      .degree = 1, .extrapolation = op::SplineBasis::Extrapolation::kError, .knots = {{-1, 0, 1, 2, 3}}};
  ExpectRows(RunOperator(basis, {{0.25}, {kMissing}}), {{0.75, 0.25, 0.}, {kMissing, kMissing, kMissing}});
  ExpectCellError(RunOperator(basis, {{0.25}, {2.5}}),
                  "row 2, column 0: value 2.5 is beyond the knots of the model's spline");
  basis.missing_is_zero = true;
  ExpectRows(RunOperator(basis, {{kMissing}}), {{0., 0., 0.}});
}

}  // namespace
}  // namespace scoreway
