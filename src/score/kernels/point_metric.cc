#include "score/kernels/point_metric.h"

#include <algorithm>
#include <cmath>

#include "base/trigonometry.h"

namespace scoreway {
namespace {

using op::PointMetric;

template <typename Term>
double SumOf(const double* x, const double* y, uint32_t width, Term term) {
  double sum = 0;
  for (uint32_t c = 0; c < width; ++c) sum += term(x[c], y[c]);
  return sum;
}

double Squares(const double* x, const double* y, uint32_t width) {
  return SumOf(x, y, width, [](double a, double b) { return (a - b) * (a - b); });
}

double Chebyshev(const double* x, const double* y, uint32_t width) {
  double most = 0;
  for (uint32_t c = 0; c < width; ++c) {
    const double difference = std::fabs(x[c] - y[c]);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

double QuadraticForm(const double* x, const double* y, uint32_t width, const std::vector<double>& inverse) {
  double sum = 0;
  for (uint32_t i = 0; i < width; ++i) {
    double inner = 0;
    for (uint32_t j = 0; j < width; ++j) inner += inverse[i * size_t{width} + j] * (x[j] - y[j]);
    sum += inner * (x[i] - y[i]);
  }
  return sum;
}

double OneLessCosine(const double* x, const double* y, uint32_t width) {
  double product = 0, x_square = 0, y_square = 0;
  for (uint32_t c = 0; c < width; ++c) {
    product += x[c] * y[c];
    x_square += x[c] * x[c];
    y_square += y[c] * y[c];
  }
  const double x_length = x_square == 0 ? 1 : std::sqrt(x_square);
  const double y_length = y_square == 0 ? 1 : std::sqrt(y_square);
  return std::clamp(1 - product / (x_length * y_length), 0.0, 2.0);
}

double MeanOf(const double* x, uint32_t width) {
  double sum = 0;
  for (uint32_t c = 0; c < width; ++c) sum += x[c];
  return sum / width;
}

double Correlation(const double* x, const double* y, uint32_t width) {
  const double x_mean = MeanOf(x, width), y_mean = MeanOf(y, width);
  double product = 0, x_square = 0, y_square = 0;
  for (uint32_t c = 0; c < width; ++c) {
    product += (x[c] - x_mean) * (y[c] - y_mean);
    x_square += (x[c] - x_mean) * (x[c] - x_mean);
    y_square += (y[c] - y_mean) * (y[c] - y_mean);
  }
  return 1 - product / std::sqrt(x_square * y_square);
}

double Canberra(const double* x, const double* y, uint32_t width) {
  return SumOf(x, y, width, [](double a, double b) {
    const double size = std::fabs(a) + std::fabs(b);
    return size > 0 ? std::fabs(a - b) / size : size;
  });
}

double BrayCurtis(const double* x, const double* y, uint32_t width) {
  double above = 0, below = 0;
  for (uint32_t c = 0; c < width; ++c) {
    above += std::fabs(x[c] - y[c]);
    below += std::fabs(x[c]) + std::fabs(y[c]);
  }
  return below > 0 ? above / below : above;
}

// Of cells taken as truth values.
struct Truths {
  double both = 0, differ = 0;
};

Truths CountTruths(const double* x, const double* y, uint32_t width) {
  Truths count;
  for (uint32_t c = 0; c < width; ++c) {
    count.both += (x[c] != 0 && y[c] != 0) ? 1 : 0;
    count.differ += ((x[c] != 0) != (y[c] != 0)) ? 1 : 0;
  }
  return count;
}

double OfTruths(PointMetric metric, const Truths& count, double width) {
  const auto [both, differ] = count;
  switch (metric) {
    case PointMetric::kJaccard: return both + differ == 0 ? 0 : differ / (both + differ);
    case PointMetric::kDice: return 2 * both + differ == 0 ? 0 : differ / (2 * both + differ);
    case PointMetric::kRogersTanimoto: return 2 * differ / (width + differ);
    case PointMetric::kRussellRao: return (width - both) / width;
    default: return both + differ == 0 ? 0 : differ / (0.5 * both + differ);
  }
}

// Over the columns that both have, scaled up to all of them.
double PresentSquares(const double* x, const double* y, uint32_t width) {
  double sum = 0;
  uint32_t present = 0;
  for (uint32_t c = 0; c < width; ++c) {
    const double difference = x[c] - y[c];
    if (std::isnan(difference)) continue;
    sum += difference * difference;
    ++present;
  }
  return present == 0 ? op::kNaN : sum / present * width;
}

double Haversine(const double* x, const double* y) {
  const double latitude = Sin(0.5 * (x[0] - y[0])), longitude = Sin(0.5 * (x[1] - y[1]));
  return 2 * Asin(std::sqrt(latitude * latitude + Cos(x[0]) * Cos(y[0]) * longitude * longitude));
}

}  // namespace

double PointMetricFunction::Reduced(const double* x, const double* y, uint32_t width) const {
  switch (metric_) {
    case PointMetric::kEuclidean:
    case PointMetric::kSquaredEuclidean: return Squares(x, y, width);
    case PointMetric::kManhattan: return SumOf(x, y, width, [](double a, double b) { return std::fabs(a - b); });
    case PointMetric::kChebyshev: return Chebyshev(x, y, width);
    case PointMetric::kMinkowski:
      return SumOf(x, y, width, [p = settings_[0]](double a, double b) { return std::pow(std::fabs(a - b), p); });
    case PointMetric::kStandardized: {
      double sum = 0;
      for (uint32_t c = 0; c < width; ++c) sum += (x[c] - y[c]) * (x[c] - y[c]) / settings_[c];
      return sum;
    }
    case PointMetric::kMahalanobis: return QuadraticForm(x, y, width, settings_);
    case PointMetric::kCosine: return OneLessCosine(x, y, width);
    case PointMetric::kCorrelation: return Correlation(x, y, width);
    case PointMetric::kCanberra: return Canberra(x, y, width);
    case PointMetric::kBrayCurtis: return BrayCurtis(x, y, width);
    case PointMetric::kHamming: return SumOf(x, y, width, [](double a, double b) { return a != b ? 1 : 0; }) / width;
    case PointMetric::kHaversine: return Haversine(x, y);
    case PointMetric::kNanEuclidean: return PresentSquares(x, y, width);
    default: return OfTruths(metric_, CountTruths(x, y, width), width);
  }
}

double PointMetricFunction::Finish(double reduced) const {
  switch (metric_) {
    case PointMetric::kEuclidean:
    case PointMetric::kStandardized:
    case PointMetric::kMahalanobis:
    case PointMetric::kNanEuclidean: return std::sqrt(reduced);
    case PointMetric::kMinkowski: return std::pow(reduced, 1 / settings_[0]);
    default: return reduced;
  }
}

double PointMetricFunction::Reduce(double distance) const {
  switch (metric_) {
    case PointMetric::kEuclidean:
    case PointMetric::kStandardized:
    case PointMetric::kMahalanobis:
    case PointMetric::kNanEuclidean: return distance * distance;
    case PointMetric::kMinkowski: return std::pow(distance, settings_[0]);
    default: return distance;
  }
}

}  // namespace scoreway
