// The scalers of scikit-learn that learn on: StandardScaler, MinMaxScaler, MaxAbsScaler.

#include <algorithm>
#include <cmath>
#include <limits>

#include "learn/estimators.h"
#include "learn/moments.h"

namespace scoreway::learn {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

class Scaler : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kNone; }

 protected:
  static Result<op::Affine*> OnlyAffine(PlacedOperators* operators) {
    const auto found = operators->All<op::Affine>();
    if (found.size() != 1) return Error{Code::kCorrupt, "one scaling was expected", {}};
    return found[0];
  }
  // A range that is next to nothing does not divide.
  static double Divisor(double range) { return range < 10 * kEpsilon ? 1.0 : range; }
};

class StandardScaler final : public Scaler {
 public:
  StandardScaler(ColumnMoments moments, bool with_mean, bool with_std)
      : moments_(std::move(moments)), with_mean_(with_mean), with_std_(with_std) {}

  Status Learn(const Examples& examples) override {
    moments_.Merge(examples);
    return {};
  }
  void Save(LearnerState* state) const override {
    state->Set("mean_", moments_.mean);
    state->Set("var_", moments_.variance);
    state->Set("n_samples_seen_", moments_.count);
  }
  Status Write(PlacedOperators* operators) const override {
    SCOREWAY_ASSIGN_OR_RETURN(op::Affine* const affine, OnlyAffine(operators));
    if (with_mean_) affine->offset = moments_.mean;
    if (!with_std_) return {};
    affine->factor.resize(moments_.mean.size());
    for (size_t j = 0; j < affine->factor.size(); ++j) {
      const double variance = moments_.variance[j], count = moments_.count[j];
      const double rounding = count * moments_.mean[j] * kEpsilon;
      const bool constant = variance <= count * kEpsilon * variance + rounding * rounding;
      affine->factor[j] = constant ? 1.0 : std::sqrt(variance);
    }
    return {};
  }

 private:
  ColumnMoments moments_;
  bool with_mean_, with_std_;
};

class MinMaxScaler final : public Scaler {
 public:
  MinMaxScaler(std::vector<double> least, std::vector<double> greatest, double low, double high)
      : least_(std::move(least)), greatest_(std::move(greatest)), low_(low), high_(high) {}

  Status Learn(const Examples& examples) override {
    std::vector<double> least(examples.width, std::nan("")), greatest(examples.width, std::nan(""));
    for (size_t i = 0; i < examples.count(); ++i) {
      for (size_t j = 0; j < examples.width; ++j) {
        const double cell = examples.row(i)[j];
        if (std::isnan(cell)) continue;
        if (!(least[j] <= cell)) least[j] = cell;
        if (!(greatest[j] >= cell)) greatest[j] = cell;
      }
    }
    // A batch without a single cell in a column leaves it unknown from then on.
    for (size_t j = 0; j < examples.width; ++j) {
      least_[j] = std::isnan(least[j]) ? least[j] : std::min(least_[j], least[j]);
      greatest_[j] = std::isnan(greatest[j]) ? greatest[j] : std::max(greatest_[j], greatest[j]);
    }
    return {};
  }
  void Save(LearnerState* state) const override {
    state->Set("data_min_", least_);
    state->Set("data_max_", greatest_);
  }
  Status Write(PlacedOperators* operators) const override {
    SCOREWAY_ASSIGN_OR_RETURN(op::Affine* const affine, OnlyAffine(operators));
    affine->factor.resize(least_.size());
    affine->offset.resize(least_.size());
    for (size_t j = 0; j < least_.size(); ++j) {
      affine->factor[j] = (high_ - low_) / Divisor(greatest_[j] - least_[j]);
      affine->offset[j] = low_ - least_[j] * affine->factor[j];
    }
    return {};
  }

 private:
  std::vector<double> least_, greatest_;
  double low_, high_;
};

class MaxAbsScaler final : public Scaler {
 public:
  explicit MaxAbsScaler(std::vector<double> greatest) : greatest_(std::move(greatest)) {}

  Status Learn(const Examples& examples) override {
    std::vector<double> greatest(examples.width, std::nan(""));
    for (size_t i = 0; i < examples.count(); ++i) {
      for (size_t j = 0; j < examples.width; ++j) {
        const double cell = std::fabs(examples.row(i)[j]);
        if (!std::isnan(cell) && !(greatest[j] >= cell)) greatest[j] = cell;
      }
    }
    for (size_t j = 0; j < examples.width; ++j) {
      greatest_[j] = std::isnan(greatest[j]) ? greatest[j] : std::max(greatest_[j], greatest[j]);
    }
    return {};
  }
  void Save(LearnerState* state) const override { state->Set("max_abs_", greatest_); }
  Status Write(PlacedOperators* operators) const override {
    SCOREWAY_ASSIGN_OR_RETURN(op::Affine* const affine, OnlyAffine(operators));
    affine->factor.resize(greatest_.size());
    for (size_t j = 0; j < greatest_.size(); ++j) affine->factor[j] = Divisor(greatest_[j]);
    return {};
  }

 private:
  std::vector<double> greatest_;
};

}  // namespace

Result<EstimatorPtr> MakeStandardScaler(const LearnerState& state, size_t width) {
  const bool with_mean = state.NumberOr("with_mean", 1) != 0, with_std = state.NumberOr("with_std", 1) != 0;
  ColumnMoments moments{{}, std::vector<double>(width), {}};
  if (!with_mean && !with_std) return Unsupported(state, "it scales nothing");
  SCOREWAY_ASSIGN_OR_RETURN(moments.mean, state.Numbers("mean_", width));
  if (with_std) {
    SCOREWAY_ASSIGN_OR_RETURN(moments.variance, state.Numbers("var_", width));
  }
  SCOREWAY_ASSIGN_OR_RETURN(moments.count, state.Numbers("n_samples_seen_"));
  // One count where no cell was missing.
  if (moments.count.size() == 1) moments.count.assign(width, moments.count[0]);
  if (moments.count.size() != width) return Error{Code::kCorrupt, "n_samples_seen_ does not fit", state.place};
  return EstimatorPtr(std::make_unique<StandardScaler>(std::move(moments), with_mean, with_std));
}

Result<EstimatorPtr> MakeMinMaxScaler(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> least, state.Numbers("data_min_", width));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> greatest, state.Numbers("data_max_", width));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> range, state.Numbers("feature_range", 2));
  return EstimatorPtr(std::make_unique<MinMaxScaler>(std::move(least), std::move(greatest), range[0], range[1]));
}

Result<EstimatorPtr> MakeMaxAbsScaler(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> greatest, state.Numbers("max_abs_", width));
  return EstimatorPtr(std::make_unique<MaxAbsScaler>(std::move(greatest)));
}

}  // namespace scoreway::learn
