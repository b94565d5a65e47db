// Operators that scale numbers. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// Per column, in this order so that rounding equals scikit-learn's; an empty vector skips its step:
//   kSubtractDivide: (x - offset) / factor        kMultiplyAdd: x * factor + offset
// then clipped to [low, high].
struct Affine {
  static constexpr std::string_view kName = "affine";
  enum class Form : uint8_t { kSubtractDivide = 0, kMultiplyAdd = 1 };
  Form form = Form::kSubtractDivide;
  std::vector<double> offset, factor;
  double low = -kInfinity, high = kInfinity;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("form", self.form);
    visit("offset", self.offset);
    visit("factor", self.factor);
    visit("low", self.low);
    visit("high", self.high);
  }
};

// Each row divided by its norm; a norm of 0 or below least_norm counts as 1 (scikit-learn's Normalizer: least_norm is
// 0 before release 1.0, since then 10 times the epsilon of float64).
struct NormalizeRows {
  static constexpr std::string_view kName = "normalize_rows";
  enum class Norm : uint8_t { kL1 = 0, kL2 = 1, kMax = 2 };
  Norm norm = Norm::kL2;
  double least_norm = 0;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("norm", self.norm);
    visit("least_norm", self.least_norm);
  }
};

// Yeo-Johnson or Box-Cox with an exponent a column (scikit-learn's PowerTransformer without its standardizing).
// kYeoJohnsonByPow takes ((x + 1)^lambda - 1) / lambda as it stands, as scikit-learn before 1.9 does; kYeoJohnson takes
// the form with expm1 and log1p, which keeps the digits of a small x, as scikit-learn since 1.9 with scipy 1.14 (1.11:
// by pow).
struct PowerTransform {
  static constexpr std::string_view kName = "power_transform";
  enum class Method : uint8_t { kYeoJohnson = 0, kBoxCox = 1, kYeoJohnsonByPow = 2 };
  Method method = Method::kYeoJohnson;
  std::vector<double> lambdas;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("method", self.method);
    visit("lambdas", self.lambdas);
  }
};

// scikit-learn's QuantileTransformer: position among the column's quantiles (n_quantiles values a column, column after
// column), the mean of the interpolation from the left and from the right, as a uniform or a normal variate.
struct QuantileTransform {
  static constexpr std::string_view kName = "quantile_transform";
  bool to_normal = false;
  std::vector<double> references;  // n_quantiles, rising from 0 to 1
  std::vector<double> quantiles;   // width * n_quantiles
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("to_normal", self.to_normal);
    visit("references", self.references);
    visit("quantiles", self.quantiles);
  }
};

}  // namespace scoreway::op
