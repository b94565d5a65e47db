// SGDClassifier, SGDRegressor, Perceptron and the passive-aggressive ones of scikit-learn: settings and sums around
// RunSgd.

#include <algorithm>
#include <cmath>

#include "learn/estimators.h"
#include "learn/numpy_random.h"
#include "learn/sgd.h"

namespace scoreway::learn {
namespace {

constexpr uint32_t kSeedMax = 2147483647;  // the end of what scikit-learn draws seeds from

Result<SgdLoss> ReadLoss(const LearnerState& state, bool classifier) {
  const std::string loss = state.TextOr("loss", classifier ? "hinge" : "squared_error");
  constexpr std::pair<std::string_view, SgdLoss> kLosses[] = {
      {"hinge", SgdLoss::kHinge},
      {"perceptron", SgdLoss::kPerceptron},
      {"squared_hinge", SgdLoss::kSquaredHinge},
      {"log", SgdLoss::kLog},
      {"log_loss", SgdLoss::kLog},
      {"modified_huber", SgdLoss::kModifiedHuber},
      {"squared_loss", SgdLoss::kSquared},
      {"squared_error", SgdLoss::kSquared},
      {"huber", SgdLoss::kHuber},
      {"epsilon_insensitive", SgdLoss::kEpsilonInsensitive},
      {"squared_epsilon_insensitive", SgdLoss::kSquaredEpsilonInsensitive},
  };
  for (const auto& [name, value] : kLosses) {
    if (name == loss) return value == SgdLoss::kLog && AtLeast(state, 1, 6) ? SgdLoss::kHalfBinomial : value;
  }
  return Unsupported(state, "loss '" + loss + "'");
}

Result<SgdPenalty> ReadPenalty(const LearnerState& state) {
  const std::string penalty = state.TextOr("penalty", "none");
  if (penalty == "none") return SgdPenalty::kNone;
  if (penalty == "l1") return SgdPenalty::kL1;
  if (penalty == "l2") return SgdPenalty::kL2;
  if (penalty == "elasticnet") return SgdPenalty::kElasticNet;
  return Unsupported(state, "penalty '" + penalty + "'");
}

Result<SgdSchedule> ReadSchedule(const LearnerState& state) {
  const std::string schedule = state.TextOr("learning_rate", "optimal");
  // One pass is too short for the adaptive rate to fall.
  if (schedule == "constant" || schedule == "adaptive") return SgdSchedule::kConstant;
  if (schedule == "optimal") return SgdSchedule::kOptimal;
  if (schedule == "invscaling") return SgdSchedule::kInverseScaling;
  if (schedule == "pa1") return SgdSchedule::kPassiveAggressive1;
  if (schedule == "pa2") return SgdSchedule::kPassiveAggressive2;
  return Unsupported(state, "learning_rate '" + schedule + "'");
}

bool IsPassiveAggressive(const LearnerState& state) {
  return state.kind.find("PassiveAggressive") != std::string::npos;
}

// The passive-aggressive estimators are the losses with a threshold, by one of two steps, which their loss names.
Status ReadPassiveAggressive(const LearnerState& state, bool classifier, SgdSettings* settings) {
  const bool squared = state.TextOr("loss", "").starts_with("squared");
  settings->schedule = squared ? SgdSchedule::kPassiveAggressive2 : SgdSchedule::kPassiveAggressive1;
  settings->loss = classifier ? SgdLoss::kHinge : SgdLoss::kEpsilonInsensitive;
  settings->penalty = SgdPenalty::kNone;
  settings->alpha = 1;
  SCOREWAY_ASSIGN_OR_RETURN(settings->eta0, state.Number("C"));
  return {};
}

Result<SgdSettings> ReadSettings(const LearnerState& state, bool classifier) {
  SgdSettings settings;
  SCOREWAY_ASSIGN_OR_RETURN(settings.loss, ReadLoss(state, classifier));
  SCOREWAY_ASSIGN_OR_RETURN(settings.penalty, ReadPenalty(state));
  SCOREWAY_ASSIGN_OR_RETURN(settings.schedule, ReadSchedule(state));
  settings.epsilon = state.NumberOr("epsilon", 0.1);
  settings.alpha = state.NumberOr("alpha", 0.0001);
  settings.l1_ratio = state.NumberOr("l1_ratio", 0);
  settings.eta0 = state.NumberOr("eta0", 0);
  settings.power_t = state.NumberOr("power_t", 0.5);
  settings.fit_intercept = state.NumberOr("fit_intercept", 1) != 0;
  settings.average = state.NumberOr("average", 0);
  settings.sparse = state.NumberOr("sparse", 0) != 0;
  if (IsPassiveAggressive(state)) SCOREWAY_RETURN_IF_ERROR(ReadPassiveAggressive(state, classifier, &settings));
  if (state.NumberOr("early_stopping", 0) != 0) return Unsupported(state, "early_stopping, which partial_fit refuses");
  if (settings.schedule == SgdSchedule::kOptimal && !(settings.alpha > 0)) {
    return Unsupported(state, "learning_rate 'optimal' with alpha 0");
  }
  return settings;
}

// Whether and how the rows of a batch are shuffled.
struct Shuffling {
  bool shuffles = false;
  uint32_t seed = 0;
};

// Without a seed scikit-learn takes any order: the rows' own is one of them.
Result<Shuffling> ReadShuffling(const LearnerState& state) {
  Shuffling shuffling;
  if (state.NumberOr("shuffle", 1) == 0 || !state.Has("random_state")) return shuffling;
  SCOREWAY_ASSIGN_OR_RETURN(const double seed, state.Number("random_state"));
  if (!(seed >= 0 && seed <= 4294967295.0 && seed == std::floor(seed))) {
    return Unsupported(state, "a random_state that is no seed");
  }
  shuffling.shuffles = true;
  shuffling.seed = static_cast<uint32_t>(seed);
  return shuffling;
}

// Sums of a state: rows of coefficients with their intercepts, and what averaging keeps beside them.
Result<std::vector<SgdWeights>> ReadWeights(const LearnerState& state, size_t sums, size_t width, bool averages) {
  const bool standard = averages && state.Has("_standard_coef");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> coefficients,
                            state.Numbers(standard ? "_standard_coef" : "coef_", sums * width));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> intercepts,
                            state.Numbers(standard ? "_standard_intercept" : "intercept_"));
  if (intercepts.size() != sums) intercepts.assign(sums, intercepts.empty() ? 0 : intercepts[0]);
  std::vector<double> averaged(averages ? sums * width : 0), averaged_intercepts(sums);
  if (averages && state.Has("_average_coef")) {
    SCOREWAY_ASSIGN_OR_RETURN(averaged, state.Numbers("_average_coef", sums * width));
    SCOREWAY_ASSIGN_OR_RETURN(averaged_intercepts, state.Numbers("_average_intercept", sums));
  }
  std::vector<SgdWeights> weights(sums);
  for (size_t k = 0; k < sums; ++k) {
    const auto begin = static_cast<ptrdiff_t>(k * width), end = static_cast<ptrdiff_t>((k + 1) * width);
    weights[k].weights.assign(coefficients.begin() + begin, coefficients.begin() + end);
    weights[k].intercept = intercepts[k];
    if (!averages) continue;
    weights[k].average_weights.assign(averaged.begin() + begin, averaged.begin() + end);
    weights[k].average_intercept = averaged_intercepts[k];
  }
  return weights;
}

// What classifier and regressor have in common.
class SgdEstimator : public Estimator {
 public:
  SgdEstimator(SgdSettings settings, Shuffling shuffling, std::vector<SgdWeights> sums, double t)
      : settings_(settings), shuffling_(shuffling), sums_(std::move(sums)), t_(t) {}

  void Save(LearnerState* state) const override {
    const bool averages = settings_.average > 0;
    std::vector<double> weights, averaged, intercepts, averaged_intercepts;
    for (const SgdWeights& sum : sums_) {
      weights.insert(weights.end(), sum.weights.begin(), sum.weights.end());
      averaged.insert(averaged.end(), sum.average_weights.begin(), sum.average_weights.end());
      intercepts.push_back(sum.intercept);
      averaged_intercepts.push_back(sum.average_intercept);
    }
    state->Set("t_", t_);
    state->Set(averages ? "_standard_coef" : "coef_", std::move(weights));
    state->Set(averages ? "_standard_intercept" : "intercept_", std::move(intercepts));
    if (!averages) return;
    state->Set("_average_coef", std::move(averaged));
    state->Set("_average_intercept", std::move(averaged_intercepts));
  }

  Status Write(PlacedOperators* operators) const override {
    const std::vector<op::Linear*> linears = operators->All<op::Linear>();
    if (linears.size() != 1) return Status(Code::kCorrupt, "one weighted sum was expected");
    op::Linear& linear = *linears[0];
    linear.weights.clear();
    linear.bias.clear();
    for (const SgdWeights& sum : sums_) {
      const std::vector<double>& weights = IsAveraging() ? sum.average_weights : sum.weights;
      linear.weights.insert(linear.weights.end(), weights.begin(), weights.end());
      linear.bias.push_back(IsAveraging() ? sum.average_intercept : sum.intercept);
    }
    return {};
  }

 protected:
  // Whether enough rows have been seen for the average to be the answer.
  bool IsAveraging() const { return settings_.average > 0 && settings_.average <= t_ - 1; }

  SgdSettings settings_;
  Shuffling shuffling_;
  std::vector<SgdWeights> sums_;  // one a class; a single one of two classes
  double t_;
};

class SgdRegressor final : public SgdEstimator {
 public:
  using SgdEstimator::SgdEstimator;
  TargetKind target_kind() const override { return TargetKind::kNumber; }
  Status Learn(const Examples& examples) override {
    SgdPass pass{.targets = examples.targets, .order = {}, .t = t_};
    std::vector<uint32_t> order;
    if (shuffling_.shuffles) {
      NumpyRandom random(shuffling_.seed);
      order = ShuffledOrder(examples.count(), random.Integer(0, kSeedMax));
      pass.order = order;
    }
    SCOREWAY_RETURN_IF_ERROR(RunSgd(settings_, examples, pass, &sums_[0]));
    t_ += static_cast<double>(examples.count());
    return {};
  }
};

// Which array intercept_ is, where there is averaging: one of its own, _standard_intercept or _average_intercept.
enum class Intercepts { kOwn = 0, kStandard = 1, kAverage = 2 };

class SgdClassifier final : public SgdEstimator {
 public:
  SgdClassifier(SgdSettings settings, Shuffling shuffling, std::vector<SgdWeights> sums, double t,
                std::vector<double> class_weights, Intercepts intercepts)
      : SgdEstimator(settings, shuffling, std::move(sums), t),
        class_weights_(std::move(class_weights)),
        intercepts_(intercepts) {}

  TargetKind target_kind() const override { return TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    const std::vector<SgdWeights> before = sums_;
    SCOREWAY_RETURN_IF_ERROR(sums_.size() == 1 ? LearnBinary(examples) : LearnEach(examples));
    t_ += static_cast<double>(examples.count());
    if (settings_.average > 0) KeepIntercepts(before);
    return {};
  }

  void Save(LearnerState* state) const override {
    SgdEstimator::Save(state);
    state->Set("intercept_alias", static_cast<double>(intercepts_));
  }

 private:
  Status LearnBinary(const Examples& examples) {
    std::vector<uint32_t> order;
    if (shuffling_.shuffles) order = OrderBy(shuffling_.seed, examples.count());
    return LearnOne(examples, 1, order, class_weights_[0], &sums_[0]);
  }

  // Every class against the rest, each in an order of its own.
  Status LearnEach(const Examples& examples) {
    std::vector<uint32_t> seeds(sums_.size());
    NumpyRandom random(shuffling_.seed);
    for (uint32_t& seed : seeds) seed = random.Integer(0, kSeedMax);
    for (size_t k = 0; k < sums_.size(); ++k) {
      std::vector<uint32_t> order;
      if (shuffling_.shuffles) order = OrderBy(seeds[k], examples.count());
      SCOREWAY_RETURN_IF_ERROR(LearnOne(examples, k, order, 1, &sums_[k]));
    }
    return {};
  }

  Status LearnOne(const Examples& examples, size_t positive, std::span<const uint32_t> order, double weight_negative,
                  SgdWeights* sum) {
    std::vector<double> signs(examples.count());
    for (size_t i = 0; i < signs.size(); ++i) signs[i] = examples.targets[i] == static_cast<double>(positive) ? 1 : -1;
    const SgdPass pass{.targets = signs,
                       .order = order,
                       .weight_positive = class_weights_[positive],
                       .weight_negative = weight_negative,
                       .t = t_};
    return RunSgd(settings_, examples, pass, sum);
  }

  // The first number drawn is the data set's own seed, which is not used.
  static std::vector<uint32_t> OrderBy(uint32_t seed, size_t count) {
    NumpyRandom random(seed);
    (void)random.Integer(1, kSeedMax);
    return ShuffledOrder(count, random.Integer(0, kSeedMax));
  }

  // With averaging scikit-learn's classifier writes the intercepts of a batch into whichever array intercept_ then is,
  // and begins the next with those of _standard_intercept.
  void KeepIntercepts(const std::vector<SgdWeights>& before) {
    for (size_t k = 0; k < sums_.size(); ++k) {
      const double learned = sums_[k].intercept;
      const bool standard = sums_.size() == 1 ? !IsAveraging()
                                              : intercepts_ == Intercepts::kStandard ||
                                                    (intercepts_ == Intercepts::kOwn && !IsAveraging());
      if (!standard) sums_[k].intercept = before[k].intercept;
      if (sums_.size() > 1 && intercepts_ == Intercepts::kAverage) sums_[k].average_intercept = learned;
    }
    intercepts_ = IsAveraging() ? Intercepts::kAverage : Intercepts::kStandard;
  }

  std::vector<double> class_weights_;
  Intercepts intercepts_;
};

}  // namespace

Result<EstimatorPtr> MakeSgdClassifier(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t classes, ClassCount(state));
  if (classes < 2) return Unsupported(state, "one class");
  if (state.TextOr("class_weight", "") == "balanced") {
    return Unsupported(state, "class_weight 'balanced', which partial_fit refuses");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const SgdSettings settings, ReadSettings(state, true));
  SCOREWAY_ASSIGN_OR_RETURN(const Shuffling shuffling, ReadShuffling(state));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<SgdWeights> sums,
                            ReadWeights(state, classes == 2 ? 1 : classes, width, settings.average > 0));
  std::vector<double> class_weights(classes, 1.0);
  if (state.Has("_expanded_class_weight")) {
    SCOREWAY_ASSIGN_OR_RETURN(class_weights, state.Numbers("_expanded_class_weight", classes));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double t, state.Number("t_"));
  const double alias = state.NumberOr("intercept_alias", 0);
  const Intercepts intercepts = alias == 1   ? Intercepts::kStandard
                                : alias == 2 ? Intercepts::kAverage
                                             : Intercepts::kOwn;
  return EstimatorPtr(
      std::make_unique<SgdClassifier>(settings, shuffling, std::move(sums), t, std::move(class_weights), intercepts));
}

Result<EstimatorPtr> MakeSgdRegressor(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const SgdSettings settings, ReadSettings(state, false));
  SCOREWAY_ASSIGN_OR_RETURN(const Shuffling shuffling, ReadShuffling(state));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<SgdWeights> sums, ReadWeights(state, 1, width, settings.average > 0));
  SCOREWAY_ASSIGN_OR_RETURN(const double t, state.Number("t_"));
  return EstimatorPtr(std::make_unique<SgdRegressor>(settings, shuffling, std::move(sums), t));
}

}  // namespace scoreway::learn
