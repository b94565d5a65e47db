// The naive Bayes estimators of scikit-learn: means and variances, or counts, of each class.
// Source of the merging of variances: T. Chan, G. Golub, R. LeVeque, Updating Formulae and a Pairwise Algorithm for
// Computing Sample Variances (1979). Complement: J. Rennie et al., Tackling the Poor Assumptions of Naive Bayes Text
// Classifiers (2003).

#include <algorithm>
#include <cmath>
#include <numeric>

#include "learn/estimators.h"

namespace scoreway::learn {
namespace {

// Mean and variance of each column over some rows.
struct Moments {
  std::vector<double> mean, variance;
};

Moments MomentsOf(const Examples& examples, std::span<const uint32_t> rows) {
  Moments moments{std::vector<double>(examples.width), std::vector<double>(examples.width)};
  const auto count = static_cast<double>(rows.size());
  for (uint32_t row : rows) {
    for (size_t j = 0; j < examples.width; ++j) moments.mean[j] += examples.row(row)[j];
  }
  for (double& mean : moments.mean) mean /= count;
  for (uint32_t row : rows) {
    for (size_t j = 0; j < examples.width; ++j) {
      const double difference = examples.row(row)[j] - moments.mean[j];
      moments.variance[j] += difference * difference;
    }
  }
  for (double& variance : moments.variance) variance /= count;
  return moments;
}

class GaussianNb final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    std::vector<uint32_t> all(examples.count());
    std::iota(all.begin(), all.end(), 0);
    const Moments whole = MomentsOf(examples, all);
    // The least variance is that of this batch, which is taken away from all before although they carry the last
    // batch's: so scikit-learn does.
    epsilon_ = smoothing_ * *std::max_element(whole.variance.begin(), whole.variance.end());
    for (double& variance : variances_) variance -= epsilon_;
    for (size_t k = 0; k < counts_.size(); ++k) LearnClass(examples, k);
    for (double& variance : variances_) variance += epsilon_;
    if (!fixed_priors_) {
      const double total = std::accumulate(counts_.begin(), counts_.end(), 0.0);
      for (size_t k = 0; k < counts_.size(); ++k) priors_[k] = counts_[k] / total;
    }
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("theta_", means_);
    state->Set("var_", variances_);
    state->Set("class_count_", counts_);
    state->Set("class_prior_", priors_);
    state->Set("epsilon_", epsilon_);
  }

  Status Write(PlacedOperators* operators) const override {
    const auto found = operators->All<op::GaussianLikelihood>();
    if (found.size() != 1) return Status(Code::kCorrupt, "one likelihood of normal distributions was expected");
    found[0]->mean = means_;
    found[0]->variance = variances_;
    found[0]->log_prior = priors_;
    for (double& prior : found[0]->log_prior) prior = std::log(prior);
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeGaussianNb(const LearnerState&, size_t);

  void LearnClass(const Examples& examples, size_t k) {
    std::vector<uint32_t> rows;
    for (size_t i = 0; i < examples.count(); ++i) {
      if (examples.targets[i] == static_cast<double>(k)) rows.push_back(static_cast<uint32_t>(i));
    }
    if (rows.empty()) return;
    const Moments moments = MomentsOf(examples, rows);
    const double past = counts_[k], count = static_cast<double>(rows.size()), total = past + count;
    for (size_t j = 0; j < examples.width; ++j) {
      double& mean = means_[k * examples.width + j];
      double& variance = variances_[k * examples.width + j];
      const double difference = mean - moments.mean[j];
      if (past == 0) {
        variance = moments.variance[j];
        mean = moments.mean[j];
        continue;
      }
      const double spread =
          past * variance + count * moments.variance[j] + (count * past / total) * difference * difference;
      mean = (count * moments.mean[j] + past * mean) / total;
      variance = spread / total;
    }
    counts_[k] = total;
  }

  double smoothing_ = 1e-9, epsilon_ = 0;
  bool fixed_priors_ = false;
  std::vector<double> means_, variances_, counts_, priors_;
};

// The three that count: cells are summed for each class.
class CountNb final : public Estimator {
 public:
  enum class Kind { kMultinomial, kBernoulli, kComplement };

  TargetKind target_kind() const override { return TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    std::vector<double> sums(counts_.size());
    for (size_t i = 0; i < examples.count(); ++i) {
      const auto k = static_cast<size_t>(examples.targets[i]);
      class_counts_[k] += 1;
      const std::span<const double> row = examples.row(i);
      for (size_t j = 0; j < row.size(); ++j) {
        if (row[j] < 0) return Status(Code::kInvalidArgument, "a negative count in row " + std::to_string(i + 1));
        sums[k * row.size() + j] += row[j];
      }
    }
    for (size_t i = 0; i < sums.size(); ++i) counts_[i] += sums[i];
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("feature_count_", counts_);
    state->Set("class_count_", class_counts_);
  }

  Status Write(PlacedOperators* operators) const override {
    const auto found = operators->All<op::Linear>();
    if (found.size() != 1) return Status(Code::kCorrupt, "one weighted sum was expected");
    op::Linear& linear = *found[0];
    linear.weights.resize(counts_.size());
    switch (kind_) {
      case Kind::kMultinomial: WriteMultinomial(&linear); break;
      case Kind::kBernoulli: WriteBernoulli(&linear); break;
      case Kind::kComplement: WriteComplement(&linear); break;
    }
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeCountNb(const LearnerState&, size_t);

  size_t classes() const { return class_counts_.size(); }
  double Alpha(size_t column) const { return alpha_.size() == 1 ? alpha_[0] : alpha_[column]; }

  std::vector<double> LogPriors() const {
    std::vector<double> priors(classes());
    const double total = std::accumulate(class_counts_.begin(), class_counts_.end(), 0.0);
    for (size_t k = 0; k < classes(); ++k) {
      if (!class_prior_.empty()) {
        priors[k] = std::log(class_prior_[k]);
      } else if (fit_prior_) {
        priors[k] = std::log(class_counts_[k]) - std::log(total);
      } else {
        priors[k] = -std::log(static_cast<double>(classes()));
      }
    }
    return priors;
  }

  void WriteMultinomial(op::Linear* linear) const {
    for (size_t k = 0; k < classes(); ++k) {
      double total = 0;
      for (size_t j = 0; j < width_; ++j) total += counts_[k * width_ + j] + Alpha(j);
      for (size_t j = 0; j < width_; ++j) {
        linear->weights[k * width_ + j] = std::log(counts_[k * width_ + j] + Alpha(j)) - std::log(total);
      }
    }
    linear->bias = LogPriors();
  }

  // A cell that is 0 counts for its class, too: log(1 - p) where it is 0, log p where it is 1.
  void WriteBernoulli(op::Linear* linear) const {
    linear->bias = LogPriors();
    for (size_t k = 0; k < classes(); ++k) {
      double absent = 0;
      for (size_t j = 0; j < width_; ++j) {
        const double present = std::log(counts_[k * width_ + j] + Alpha(j)) - std::log(class_counts_[k] + Alpha(j) * 2);
        const double negative = std::log(1 - std::exp(present));
        linear->weights[k * width_ + j] = present - negative;
        absent += negative;
      }
      linear->bias[k] += absent;
    }
  }

  void WriteComplement(op::Linear* linear) const {
    for (size_t k = 0; k < classes(); ++k) {
      std::vector<double> others(width_);
      for (size_t j = 0; j < width_; ++j) {
        double all = 0;
        for (size_t other = 0; other < classes(); ++other) all += counts_[other * width_ + j];
        others[j] = all + Alpha(j) - counts_[k * width_ + j];
      }
      const double total = std::accumulate(others.begin(), others.end(), 0.0);
      double sum = 0;
      for (double& other : others) {
        other = std::log(other / total);
        sum += other;
      }
      for (size_t j = 0; j < width_; ++j) linear->weights[k * width_ + j] = norm_ ? others[j] / sum : -others[j];
    }
    if (classes() == 1) linear->bias = LogPriors();
  }

  Kind kind_ = Kind::kMultinomial;
  size_t width_ = 0;
  std::vector<double> alpha_ = {1};
  bool fit_prior_ = true, norm_ = false;
  std::vector<double> class_prior_;
  std::vector<double> counts_;  // classes * width
  std::vector<double> class_counts_;
};

}  // namespace

Result<EstimatorPtr> MakeGaussianNb(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t classes, ClassCount(state));
  auto bayes = std::make_unique<GaussianNb>();
  bayes->smoothing_ = state.NumberOr("var_smoothing", 1e-9);
  bayes->fixed_priors_ = state.Has("priors");
  SCOREWAY_ASSIGN_OR_RETURN(bayes->epsilon_, state.Number("epsilon_"));
  SCOREWAY_ASSIGN_OR_RETURN(bayes->means_, state.Numbers("theta_", classes * width));
  SCOREWAY_ASSIGN_OR_RETURN(bayes->variances_, state.Numbers(state.Has("var_") ? "var_" : "sigma_", classes * width));
  SCOREWAY_ASSIGN_OR_RETURN(bayes->counts_, state.Numbers("class_count_", classes));
  SCOREWAY_ASSIGN_OR_RETURN(bayes->priors_, state.Numbers("class_prior_", classes));
  return EstimatorPtr(std::move(bayes));
}

Result<EstimatorPtr> MakeCountNb(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t classes, ClassCount(state));
  auto bayes = std::make_unique<CountNb>();
  bayes->width_ = width;
  if (state.kind.ends_with("BernoulliNB")) bayes->kind_ = CountNb::Kind::kBernoulli;
  if (state.kind.ends_with("ComplementNB")) bayes->kind_ = CountNb::Kind::kComplement;
  if (state.Has("alpha")) {
    SCOREWAY_ASSIGN_OR_RETURN(bayes->alpha_, state.Numbers("alpha"));
    if (bayes->alpha_.size() != 1 && bayes->alpha_.size() != width) {
      return Error{Code::kCorrupt, "alpha does not fit the columns", state.place};
    }
  }
  // Less would be no smoothing at all; before force_alpha there was no other way.
  constexpr double kAlphaMin = 1e-10;
  if (state.NumberOr("force_alpha", 0) == 0) {
    const double least = *std::min_element(bayes->alpha_.begin(), bayes->alpha_.end());
    for (double& alpha : bayes->alpha_) alpha = least < kAlphaMin ? std::max(alpha, kAlphaMin) : alpha;
  }
  bayes->fit_prior_ = state.NumberOr("fit_prior", 1) != 0;
  bayes->norm_ = state.NumberOr("norm", 0) != 0;
  if (state.Has("class_prior")) {
    SCOREWAY_ASSIGN_OR_RETURN(bayes->class_prior_, state.Numbers("class_prior", classes));
  }
  SCOREWAY_ASSIGN_OR_RETURN(bayes->counts_, state.Numbers("feature_count_", classes * width));
  SCOREWAY_ASSIGN_OR_RETURN(bayes->class_counts_, state.Numbers("class_count_", classes));
  return EstimatorPtr(std::move(bayes));
}

}  // namespace scoreway::learn
