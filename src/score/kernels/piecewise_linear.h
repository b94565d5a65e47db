// Linear interpolation through points, as numpy's interp: what lies between two points, on one or outside them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace scoreway {

// The line through (x0, y0) and (x1, y1) at x, from the left end; from the right end if that is NaN, as infinite ends
// make it.
inline double OnLine(double x, double x0, double y0, double x1, double y1, double slope) {
  double y = slope * (x - x0) + y0;
  if (std::isnan(y)) {
    y = slope * (x - x1) + y1;
    if (std::isnan(y) && y0 == y1) y = y0;
  }
  return y;
}

inline double SlopeOf(double x0, double y0, double x1, double y1) { return (y1 - y0) / (x1 - x0); }
inline double OnLine(double x, double x0, double y0, double x1, double y1) {
  return OnLine(x, x0, y0, x1, y1, SlopeOf(x0, y0, x1, y1));
}

// Through the points (xs[i], ys[i]), i < count, xs rising; the first and last y outside. Of points with equal x the
// last counts at that x. NaN gives NaN. slopes[i], where they are known, is SlopeOf points i and i + 1.
inline double InterpolateFromLeft(double x, const double* xs, const double* ys, size_t count,
                                  const double* slopes = nullptr) {
  if (std::isnan(x)) return x;
  if (x < xs[0]) return ys[0];
  const size_t i = static_cast<size_t>(std::upper_bound(xs, xs + count, x) - xs) - 1;
  if (i == count - 1 || xs[i] == x) return ys[i];
  const double slope = slopes == nullptr ? SlopeOf(xs[i], ys[i], xs[i + 1], ys[i + 1]) : slopes[i];
  return OnLine(x, xs[i], ys[i], xs[i + 1], ys[i + 1], slope);
}

// The same walked from the right: of points with equal x the first counts, and the line is drawn from its right end.
inline double InterpolateFromRight(double x, const double* xs, const double* ys, size_t count) {
  if (std::isnan(x)) return x;
  if (x > xs[count - 1]) return ys[count - 1];
  const size_t i = static_cast<size_t>(std::lower_bound(xs, xs + count, x) - xs);
  if (i == 0 || xs[i] == x) return ys[i];
  return -OnLine(-x, -xs[i], -ys[i], -xs[i - 1], -ys[i - 1]);
}

}  // namespace scoreway
