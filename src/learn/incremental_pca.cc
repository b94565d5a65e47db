// IncrementalPCA of scikit-learn: the singular vectors of what was known and the new rows together.
// Source: D. Ross et al., Incremental Learning for Robust Visual Tracking (2008).

#include <algorithm>
#include <cmath>
#include <limits>

#include "learn/estimators.h"
#include "learn/moments.h"
#include "learn/singular_values.h"

namespace scoreway::learn {
namespace {

class IncrementalPca final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kNone; }

  Status Learn(const Examples& examples) override {
    const auto count = static_cast<double>(examples.count());
    const double past = moments_.count[0], total = past + count;
    std::vector<double> batch_mean(examples.width);
    for (size_t i = 0; i < examples.count(); ++i) {
      for (size_t j = 0; j < examples.width; ++j) batch_mean[j] += examples.row(i)[j];
    }
    for (double& mean : batch_mean) mean /= count;

    std::vector<double> rows;
    rows.reserve(components_.size() + examples.cells.size() + examples.width);
    for (size_t k = 0; k < values_.size(); ++k) {
      for (size_t j = 0; j < examples.width; ++j) rows.push_back(values_[k] * components_[k * examples.width + j]);
    }
    for (size_t i = 0; i < examples.count(); ++i) {
      for (size_t j = 0; j < examples.width; ++j) rows.push_back(examples.row(i)[j] - batch_mean[j]);
    }
    // Stands for the way that the mean has moved.
    const double factor = std::sqrt(past / total * count);
    for (size_t j = 0; j < examples.width; ++j) rows.push_back(factor * (moments_.mean[j] - batch_mean[j]));

    SingularVectors found = RightSingularVectors(std::move(rows), examples.width);
    if (found.values.size() < values_.size()) {
      return Status(Code::kInvalidArgument, "fewer rows in a batch than components");
    }
    for (size_t k = 0; k < values_.size(); ++k) Adopt(found, k, total);
    moments_.Merge(examples);
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("components_", components_);
    state->Set("singular_values_", values_);
    state->Set("explained_variance_", variances_);
    state->Set("mean_", moments_.mean);
    state->Set("var_", moments_.variance);
    state->Set("n_samples_seen_", moments_.count[0]);
  }

  Status Write(PlacedOperators* operators) const override {
    const auto linears = operators->All<op::Linear>();
    const auto affines = operators->All<op::Affine>();
    const bool centers_first = !linears.empty() && linears[0]->bias.empty();
    if (linears.size() != 1 || affines.size() != (centers_first ? 1u : 0u) + (whiten_ ? 1u : 0u)) {
      return Status(Code::kCorrupt, "a projection was expected");
    }
    op::Linear& linear = *linears[0];
    linear.weights = components_;
    if (centers_first) {
      affines[0]->offset = moments_.mean;
    } else {
      const size_t width = moments_.mean.size();
      linear.bias.resize(values_.size());
      for (size_t k = 0; k < values_.size(); ++k) {
        double projected = 0;
        for (size_t j = 0; j < width; ++j) projected += moments_.mean[j] * components_[k * width + j];
        linear.bias[k] = -projected;
      }
    }
    if (!whiten_) return {};
    affines.back()->factor.resize(values_.size());
    for (size_t k = 0; k < values_.size(); ++k) {
      double& factor = affines.back()->factor[k];
      factor = std::sqrt(variances_[k]);
      // Since 1.5, when the mean came to be projected first, too.
      if (!centers_first) factor = std::max(factor, std::numeric_limits<double>::epsilon());
    }
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeIncrementalPca(const LearnerState&, size_t);

  // The component whose greatest part is positive.
  void Adopt(const SingularVectors& found, size_t k, double total) {
    const size_t width = moments_.mean.size();
    const auto begin = found.vectors.begin() + static_cast<ptrdiff_t>(k * width);
    const auto end = begin + static_cast<ptrdiff_t>(width);
    const double greatest =
        *std::max_element(begin, end, [](double a, double b) { return std::fabs(a) < std::fabs(b); });
    std::transform(begin, end, components_.begin() + static_cast<ptrdiff_t>(k * width),
                   [&](double part) { return greatest < 0 ? -part : part; });
    values_[k] = found.values[k];
    variances_[k] = found.values[k] * found.values[k] / (total - 1);
  }

  bool whiten_ = false;
  ColumnMoments moments_;
  std::vector<double> components_, values_, variances_;
};

}  // namespace

Result<EstimatorPtr> MakeIncrementalPca(const LearnerState& state, size_t width) {
  auto pca = std::make_unique<IncrementalPca>();
  pca->whiten_ = state.NumberOr("whiten", 0) != 0;
  SCOREWAY_ASSIGN_OR_RETURN(pca->values_, state.Numbers("singular_values_"));
  const size_t components = pca->values_.size();
  SCOREWAY_ASSIGN_OR_RETURN(pca->components_, state.Numbers("components_", components * width));
  SCOREWAY_ASSIGN_OR_RETURN(pca->variances_, state.Numbers("explained_variance_", components));
  SCOREWAY_ASSIGN_OR_RETURN(pca->moments_.mean, state.Numbers("mean_", width));
  SCOREWAY_ASSIGN_OR_RETURN(pca->moments_.variance, state.Numbers("var_", width));
  SCOREWAY_ASSIGN_OR_RETURN(const double seen, state.Number("n_samples_seen_"));
  pca->moments_.count.assign(width, seen);
  return EstimatorPtr(std::move(pca));
}

}  // namespace scoreway::learn
