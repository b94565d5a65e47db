// What compares rows with points, and votes of pairs. Expected numbers were printed by scikit-learn 1.9.1 and scipy
// 1.18, or count by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "score/run_operator.h"

namespace scoreway {
namespace {

using op::PointMetric;
using op::Similarity;

const std::vector<double> kPoints = {0, 0.5, 1, 2, 3, 0};

op::KernelMatrix Kernel(Similarity similarity, double gamma, double offset = 0, double degree = 3) {
  return {.similarity = similarity,
          .gamma = gamma,
          .offset = offset,
          .degree = degree,
          .scale = {},
          .points = {0, 0.5, 1, 2}};
}

TEST(KernelMatrix, OfEverySimilarity) {
  const TestRows row = {{1., 2.}};
  ExpectRows(RunOperator(Kernel(Similarity::kLinear, 1), row), {{1., 5.}});
  ExpectRows(RunOperator(Kernel(Similarity::kPolynomial, 0.5, 0.25), row), {{0.421875, 20.796875}});
  ExpectRows(RunOperator(Kernel(Similarity::kSigmoid, 0.5, 0.25), row), {{0.6351489523872873, 0.9918597245682078}});
  ExpectRows(RunOperator(Kernel(Similarity::kRbf, 0.5), row), {{0.19691167520419406, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kLaplacian, 0.5), row), {{0.2865047968601901, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kCosine, 1), row), {{0.8944271909999159, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kAdditiveChi2, 1), row), {{-1.9, 0.}});
  ExpectRows(RunOperator(Kernel(Similarity::kChi2, 0.5), row), {{0.38674102345450123, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kRationalQuadratic, 1 / (2 * 0.7 * 2.25), 0, 0.7), row),
             {{0.6088234977987127, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kPeriodic, 1.5, 0, 2.5), row), {{0.5917461558505421, 1.}});
}

TEST(KernelMatrix, Matern) {
  const TestRows row = {{1., 2.}};
  ExpectRows(RunOperator(Kernel(Similarity::kMatern, 1, 0, 0.5), row), {{0.16484071454660573, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kMatern, 1, 0, 1.5), row), {{0.1815835380345919, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kMatern, 1, 0, 2.5), row), {{0.18549304868664646, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kMatern, 1, 0, op::kInfinity), row), {{0.1969116752041941, 1.}});
  ExpectRows(RunOperator(Kernel(Similarity::kMatern, 1, 0, 0.8), row), {{0.17395729678903954, 1.}});
}

TEST(KernelMatrix, ScalesColumnsAndPassesMissingOn) {
  op::KernelMatrix kernel = Kernel(Similarity::kRbf, 0.5);
  kernel.scale = {2, 0.5};
  ExpectRows(RunOperator(kernel, {{2., 0.5}, {kMissing, 1.}}),
             {{std::exp(-0.5), std::exp(-0.5 * (0.25 + 9))}, {kMissing, kMissing}});
}

TEST(PointDistances, OfEveryMetric) {
  const auto distances = [](PointMetric metric, std::vector<double> settings) {
    return RunOperator(op::PointDistances{metric, std::move(settings), kPoints}, {{1., 2.}});
  };
  ExpectRows(distances(PointMetric::kEuclidean, {}), {{1.8027756377319946, 0., 2.8284271247461903}});
  ExpectRows(distances(PointMetric::kSquaredEuclidean, {}), {{3.25, 0., 8.}});
  ExpectRows(distances(PointMetric::kManhattan, {}), {{2.5, 0., 4.}});
  ExpectRows(distances(PointMetric::kChebyshev, {}), {{1.5, 0., 2.}});
  ExpectRows(distances(PointMetric::kMinkowski, {3}), {{1.6355331550942949, 0., 2.5198420997897464}});
  ExpectRows(distances(PointMetric::kStandardized, {2, 4}), {{1.0307764064044151, 0., 1.7320508075688772}});
  ExpectRows(distances(PointMetric::kMahalanobis, {2, 0.5, 0.5, 1}), {{2.3979157616563596, 0., 2.8284271247461903}});
  // Of a point in the same direction it is 0 but for rounding.
  ExpectRows(RunOperator(op::PointDistances{PointMetric::kCosine, {}, {0, 0.5, 3, 0}}, {{1., 2.}}),
             {{0.10557280900008414, 0.5527864045000421}});
  ExpectRows(distances(PointMetric::kCanberra, {}), {{1.6, 0., 1.5}});
  ExpectRows(distances(PointMetric::kBrayCurtis, {}), {{0.7142857142857143, 0., 0.6666666666666666}});
  ExpectRows(distances(PointMetric::kHamming, {}), {{1., 0., 1.}});
  ExpectRows(RunOperator(op::PointDistances{PointMetric::kHaversine, {}, {0.8, 0.1, 0.9, 0.2}}, {{0.9, 0.2}}),
             {{0.11973294663891834, 0.}});
}

TEST(PointDistances, OfTruthsAndCorrelation) {
  const auto distances = [](PointMetric metric) {
    return RunOperator(op::PointDistances{metric, {}, {3, 1, 1, 0, 1, 0, 2, 5}}, {{1., 0., 2., 5.}});
  };
  ExpectRows(distances(PointMetric::kCorrelation), {{1.6131393394849658, 0.}});
  ExpectRows(distances(PointMetric::kJaccard), {{0.5, 0.}});
  ExpectRows(distances(PointMetric::kDice), {{1 / 3., 0.}});
  ExpectRows(distances(PointMetric::kRogersTanimoto), {{2 / 3., 0.}});
  ExpectRows(distances(PointMetric::kRussellRao), {{0.5, 0.25}});
  ExpectRows(distances(PointMetric::kSokalSneath), {{2 / 3., 0.}});
}

// scikit-learn's nan_euclidean_distances.
TEST(PointDistances, OfIncompleteRows) {
  const op::PointDistances distances{PointMetric::kNanEuclidean, {}, {2, 5, 1, op::kNaN, 4, op::kNaN, 1, op::kNaN, 3}};
  ExpectRows(RunOperator(distances, {{1., kMissing, 3.}}), {{2.7386127875258306, kMissing, 0.}});
}

TEST(NearestPoints, ByScanning) {
  op::NearestPoints nearest;
  nearest.points = kPoints;
  nearest.count = 2;
  const TestRows rows = {{1., 2.}, {3., 1.}};
  const TestRows expected = {{1., 0., 0., 1.8027756377319946}, {2., 1., 1., std::sqrt(5.)}};
  ExpectRows(RunOperator(nearest, rows), expected);
  nearest.search = op::NearestPoints::Search::kScanByProduct;
  ExpectRows(RunOperator(nearest, rows), expected);
}

// One inner node and two leaves: points 0 and 2, then 1 and 3.
op::NearestPoints Tree(op::NearestPoints::Search search) {
  op::NearestPoints nearest;
  nearest.points = {0, 10, 1, 11};
  nearest.count = 3;
  nearest.search = search;
  nearest.order = {0, 2, 1, 3};
  nearest.begin = {0, 0, 2};
  nearest.end = {4, 2, 4};
  nearest.leaf = {0, 1, 1};
  return nearest;
}

TEST(NearestPoints, ByTrees) {
  const TestRows rows = {{2.}, {10.5}, {kMissing}};
  const TestRows expected = {{2., 0., 1., 1., 2., 8.},
                             {1., 3., 2., 0.5, 0.5, 9.5},
                             {kMissing, kMissing, kMissing, kMissing, kMissing, kMissing}};
  op::NearestPoints box = Tree(op::NearestPoints::Search::kBoxTree);
  box.bounds = {0, 0, 10, 11, 1, 11};
  ExpectRows(RunOperator(box, rows), expected);
  op::NearestPoints ball = Tree(op::NearestPoints::Search::kBallTree);
  ball.bounds = {5.5, 0.5, 10.5};
  ball.radius = {5.5, 0.5, 0.5};
  ExpectRows(RunOperator(ball, rows), expected);
}

TEST(NearestPoints, RefusesTreesThatLeadAstray) {
  op::NearestPoints box = Tree(op::NearestPoints::Search::kBoxTree);
  box.bounds = {0, 0, 10, 11, 1, 11};
  op::NearestPoints broken = box;
  broken.leaf[1] = 0;
  EXPECT_FALSE(PlanOfOperator(broken, {1}).ok());
  broken = box;
  broken.end[1] = 5;
  EXPECT_FALSE(PlanOfOperator(broken, {1}).ok());
  broken = box;
  broken.begin[2] = 0;
  EXPECT_FALSE(PlanOfOperator(broken, {1}).ok());
  broken = box;
  broken.count = 5;
  EXPECT_FALSE(PlanOfOperator(broken, {1}).ok());
}

TEST(DistanceWeights, InverseUnlessZero) {
  const TestRows rows = {{2., 4.}, {0., 4.}, {kMissing, 2.}};
  ExpectRows(RunOperator(op::DistanceWeights{true}, rows), {{0.5, 0.25}, {1., 0.}, {0., 0.5}});
  ExpectRows(RunOperator(op::DistanceWeights{false}, rows), {{1., 1.}, {1., 1.}, {0., 1.}});
}

TEST(CellVotes, SumsWeights) {
  ExpectRows(RunOperator(op::CellVotes{3}, {3, 3}, {{0., 2., 0., 0.5, 1., 0.25}, {kMissing, 7., 1., 1., 1., 2.}}),
             {{0.75, 0., 1.}, {0., 2., 0.}});
}

// KNNImputer(n_neighbors=2).
TEST(ImputeNearest, MeansOfDonors) {
  op::ImputeNearest impute{.count = 2, .points = {1, 2, op::kNaN, 3, 4, 3, op::kNaN, 6, 5, 8, 8, 7}, .fill = {4, 5, 5}};
  const TestRows rows = {
      {kMissing, 2., 3.}, {1., kMissing, kMissing}, {kMissing, kMissing, kMissing}, {8., 8., 7.}, {kMissing, 6., 5.}};
  ExpectRows(RunOperator(impute, rows), {{2., 2., 3.}, {1., 3., 5.}, {4., 5., 5.}, {8., 8., 7.}, {5.5, 6., 5.}});
  impute.inverse = true;
  ExpectRows(RunOperator(impute, rows),
             {{1., 2., 3.}, {1., 2., 3.8888888888888893}, {4., 5., 5.}, {8., 8., 7.}, {5.5, 6., 5.}});
}

TEST(PairVotes, WithAndWithoutConfidences) {
  ExpectRows(RunOperator(op::PairVotes{3}, {{1., 0., 1.}}), {{1., 1., 1.}});
  ExpectRows(RunOperator(op::PairVotes{3}, {3, 3}, {{1., 0., 1., 0.5, -2., 3.}}),
             {{1.2, 0.7619047619047619, 1.1666666666666667}});
}

TEST(CouplePairs, OfTwoAndThreeClasses) {
  ExpectRows(RunOperator(op::CouplePairs{3}, {{0.7, 0.9, 0.6}}),
             {{0.6469906948169419, 0.24977036982179657, 0.10323893536126127}});
  ExpectRows(RunOperator(op::CouplePairs{2}, {{0.2}}), {{0.19996536567277606, 0.8000346343272238}});
}

// Factors of an ALSModel, and what recommendForUserSubset answered: Spark 3.5.9 and 4.1.4, on Java 17.
TEST(GreatestProducts, AreThoseOfSpark3) {
  op::GreatestProducts greatest;
  greatest.count = 3;
  greatest.fused = true;
  greatest.ids = {5000, 1039, 5007, 1780};
  const std::vector<double> tied = {0.42725810408592224, -0.45758894085884094, -0.8501642346382141, -0.8424345254898071,
                                    -2.4332997798919678, -0.05680060759186745, -0.14546096324920654};
  greatest.points = tied;
  greatest.points.insert(greatest.points.end(),
                         {0.28098833560943604, -2.6631975173950195, -1.9939175844192505, -0.7519543170928955,
                          0.5149857997894287, 1.1894162893295288, 0.9925146698951721});
  greatest.points.insert(greatest.points.end(), tied.begin(), tied.end());
  greatest.points.insert(greatest.points.end(),
                         {-0.1869274079799652, -1.2143208980560303, -2.273890495300293, -0.7452499866485596,
                          0.4174046516418457, 2.140458106994629, 0.12274716794490814});
  const TestRow user = {0.3906812369823456,  -1.126320481300354, -0.9262680411338806, -0.31647220253944397,
                        0.24618877470493317, 1.176261067390442,  0.12861526012420654};
  TestRow unknown(7);
  ExpectRows(
      RunOperator(greatest, {user, unknown}),
      {{"[1039, 1780, 5007]", "[6.847766399383545, 6.273053169250488, 1.0518286228179932]"}, {kMissing, kMissing}});
  greatest.count = 100;
  ExpectRows(
      RunOperator(greatest, {user}),
      {{"[1039, 1780, 5007, 5000]", "[6.847766399383545, 6.273053169250488, 1.0518286228179932, 1.0518286228179932]"}});
}

TEST(GreatestProducts, AreThoseOfSpark4) {
  op::GreatestProducts greatest;
  greatest.count = 1;
  greatest.ids = {5000, 1780};
  greatest.points = {0.42725813388824463, -0.45758894085884094, -0.8501642346382141,  -0.8424344658851624,
                     -2.4332997798919678, -0.05680064857006073, -0.14546099305152893, -0.1869274377822876,
                     -1.2143211364746094, -2.273890495300293,   -0.7452501058578491,  0.4174046516418457,
                     2.140458106994629,   0.12274711579084396};
  ExpectRows(RunOperator(greatest, {{0.39068126678466797, -1.126320481300354, -0.9262679815292358, -0.31647226214408875,
                                     0.24618875980377197, 1.176261067390442, 0.12861530482769012}}),
             {{"[1780]", "[6.2730536460876465]"}});
}

}  // namespace
}  // namespace scoreway
