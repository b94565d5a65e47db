// Operators that compare a row with the points that a training library kept. The conventions are those of
// model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// How alike the row x and each point y (rows of in_width) are. Columns of both are divided by `scale` first, where it
// is not empty. With the dot product <x,y>, the Euclidean distance d and the Manhattan distance m:
enum class Similarity : uint8_t {
  kLinear = 0,             // <x,y>
  kPolynomial = 1,         // (gamma <x,y> + offset)^degree
  kSigmoid = 2,            // tanh(gamma <x,y> + offset)
  kRbf = 3,                // exp(-gamma d^2)
  kLaplacian = 4,          // exp(-gamma m)
  kCosine = 5,             // <x,y> / (|x| |y|); a length of 0 counts as 1
  kAdditiveChi2 = 6,       // -sum (x-y)^2 / (x+y), where x+y is not 0
  kChi2 = 7,               // exp(gamma * kAdditiveChi2)
  kMatern = 8,             // of smoothness degree
  kRationalQuadratic = 9,  // (1 + gamma d^2)^-degree
  kPeriodic = 10,          // exp(-2 (sin(pi d / degree) / gamma)^2)
};
struct KernelMatrix {
  static constexpr std::string_view kName = "kernel_matrix";
  Similarity similarity = Similarity::kLinear;
  double gamma = 1, offset = 0, degree = 3;
  std::vector<double> scale;  // empty, or a column each
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("similarity", self.similarity);
    visit("gamma", self.gamma);
    visit("offset", self.offset);
    visit("degree", self.degree);
    visit("scale", self.scale);
    visit("points", self.points);
  }
};

// How far the row and a point are from each other, as scikit-learn's and scipy's metrics of these names. `settings` are
// the exponent of kMinkowski, the variances of kStandardized, the in_width^2 numbers of kMahalanobis' inverse
// covariance; for others empty.
enum class PointMetric : uint8_t {
  kEuclidean = 0,
  kSquaredEuclidean = 1,
  kManhattan = 2,
  kChebyshev = 3,
  kMinkowski = 4,
  kStandardized = 5,
  kMahalanobis = 6,
  kCosine = 7,
  kCorrelation = 8,
  kCanberra = 9,
  kBrayCurtis = 10,
  kHamming = 11,
  kJaccard = 12,
  kDice = 13,
  kRogersTanimoto = 14,
  kRussellRao = 15,
  kSokalSneath = 16,
  kHaversine = 17,
  kNanEuclidean = 18,  // over the columns that both have, scaled up to all of them; missing where there are none
};

// The distance to every point.
struct PointDistances {
  static constexpr std::string_view kName = "point_distances";
  PointMetric metric = PointMetric::kEuclidean;
  std::vector<double> settings;
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("metric", self.metric);
    visit("settings", self.settings);
    visit("points", self.points);
  }
};

// The `count` nearest points: their indices, then their distances, by rising distance. How ties fall depends on the
// order in which points are looked at, so that is a part of the operator:
//   kScan: in order, by distance; kScanByProduct (Euclidean): in order, by |y|^2 - 2 <x,y>, as a matrix product has it;
//   kBoxTree, kBallTree: as scikit-learn's trees walk, the nearer child first. Node i has the children 2i+1 and 2i+2,
//   or, if leaf[i], the points order[begin[i]] .. order[end[i] - 1]. bounds are a box of lows, then of highs, or a
//   centre a node; radius is that of a ball.
struct NearestPoints {
  static constexpr std::string_view kName = "nearest_points";
  enum class Search : uint8_t { kScan = 0, kScanByProduct = 1, kBoxTree = 2, kBallTree = 3 };
  PointMetric metric = PointMetric::kEuclidean;
  std::vector<double> settings;
  std::vector<double> points;
  uint32_t count = 1;
  Search search = Search::kScan;
  std::vector<uint32_t> order;
  std::vector<uint32_t> begin, end;
  std::vector<uint8_t> leaf;
  std::vector<double> bounds;
  std::vector<double> radius;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("metric", self.metric);
    visit("settings", self.settings);
    visit("points", self.points);
    visit("count", self.count);
    visit("search", self.search);
    visit("order", self.order);
    visit("begin", self.begin);
    visit("end", self.end);
    visit("leaf", self.leaf);
    visit("bounds", self.bounds);
    visit("radius", self.radius);
  }
};

// Distances to weights, row by row: 1 / d; where some are 0, those weigh 1 and the others 0. A missing distance (a
// point too far away) weighs 0. Not inverse: every distance that is not missing weighs 1.
struct DistanceWeights {
  static constexpr std::string_view kName = "distance_weights";
  bool inverse = true;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("inverse", self.inverse);
  }
};

// Inputs: codes 0..classes-1 and weights, of one width: the sum of the weights of each class. A missing code has none.
struct CellVotes {
  static constexpr std::string_view kName = "cell_votes";
  uint32_t classes = 0;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("classes", self.classes);
  }
};

// Missing cells filled from the nearest of the points that have the column (scikit-learn's KNNImputer): distances are
// Euclidean over the columns present in both, scaled up to all columns; the mean of the `count` nearest, or their mean
// weighted by 1 / distance. Where no point is comparable, fill[column].
struct ImputeNearest {
  static constexpr std::string_view kName = "impute_nearest";
  uint32_t count = 5;
  bool inverse = false;
  std::vector<double> points;  // NaN where missing
  std::vector<double> fill;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("count", self.count);
    visit("inverse", self.inverse);
    visit("points", self.points);
    visit("fill", self.fill);
  }
};

// How far a row is from each of the points along paths from point to point (scikit-learn's Isomap). Inputs: some
// points' indices and the row's distances to them. The shortest of distance + paths[index * points + point] over these
// points; a missing distance counts for nothing, and a row that has no other fails the run.
struct PathDistances {
  static constexpr std::string_view kName = "path_distances";
  uint32_t points = 0;
  std::vector<double> paths;  // points * points
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("points", self.points);
    visit("paths", self.paths);
  }
};

// The weights, of sum 1, by which some points make up the row best (scikit-learn's LocallyLinearEmbedding). Inputs: the
// row, and the indices of these points. With the matrix G of the dot products of their differences from the row, its
// diagonal raised by regularization times its trace (or times 1, if that is 0): G w = 1, then w over its sum.
struct BarycenterWeights {
  static constexpr std::string_view kName = "barycenter_weights";
  double regularization = 1e-3;
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("regularization", self.regularization);
    visit("points", self.points);
  }
};

// The points whose dot products with the row are the greatest (Spark's ALS): two lists (JSON arrays), of the ids of at
// most `count` points and of these products, the greatest first, among equal ones the greater id. All is float32: with
// sum = 0, column after column, sum = sum + x * y; `fused`: rounded once a column, else after the product, too. Missing
// where a column is.
struct GreatestProducts {
  static constexpr std::string_view kName = "greatest_products";
  uint32_t count = 1;
  bool fused = false;
  std::vector<double> ids;     // whole numbers
  std::vector<double> points;  // a row of in_width numbers an id
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("count", self.count);
    visit("fused", self.fused);
    visit("ids", self.ids);
    visit("points", self.points);
  }
};

}  // namespace scoreway::op
