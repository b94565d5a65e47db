#include "learn/sgd.h"

#include <algorithm>
#include <cmath>

namespace scoreway::learn {
namespace {

constexpr double kSparseInterceptDecay = 0.01;
constexpr double kGradientMax = 1e12;
// Below it the scale is multiplied into the weights.
constexpr double kScaleMin = 1e-9;

// Of a hinge with a threshold of 1, or with a threshold of epsilon around the target: the losses that the
// passive-aggressive steps use.
double PassiveLoss(const SgdSettings& settings, double y, double p) {
  if (settings.loss == SgdLoss::kHinge) {
    const double z = p * y;
    return z <= 1 ? 1 - z : 0;
  }
  const double beyond = std::fabs(y - p) - settings.epsilon;
  return beyond > 0 ? beyond : 0;
}

// The derivative of the loss by p.
double Gradient(const SgdSettings& settings, double y, double p) {
  const double z = p * y;
  switch (settings.loss) {
    case SgdLoss::kHinge: return z <= 1 ? -y : 0;
    case SgdLoss::kPerceptron: return z <= 0 ? -y : 0;
    case SgdLoss::kSquaredHinge: return 1 - z > 0 ? -2 * y * (1 - z) : 0;
    case SgdLoss::kLog:
      if (z > 18) return std::exp(-z) * -y;
      if (z < -18) return -y;
      return -y / (std::exp(z) + 1);
    case SgdLoss::kHalfBinomial: {
      const double truth = y > 0 ? 1 : 0;
      if (p <= -37) return std::exp(p) - truth;
      const double power = std::exp(-p);
      return ((1 - truth) - truth * power) / (1 + power);
    }
    case SgdLoss::kModifiedHuber:
      if (z >= 1) return 0;
      return z >= -1 ? 2 * (1 - z) * -y : -4 * y;
    case SgdLoss::kSquared: return p - y;
    case SgdLoss::kHuber: {
      const double r = p - y;
      if (std::fabs(r) <= settings.epsilon) return r;
      return r > 0 ? settings.epsilon : -settings.epsilon;
    }
    case SgdLoss::kEpsilonInsensitive:
      if (y - p > settings.epsilon) return -1;
      return p - y > settings.epsilon ? 1 : 0;
    case SgdLoss::kSquaredEpsilonInsensitive: {
      const double r = y - p;
      if (r > settings.epsilon) return -2 * (r - settings.epsilon);
      return r < -settings.epsilon ? 2 * (-r - settings.epsilon) : 0;
    }
  }
  return 0;
}

// scale * weights, and the average of its values so far as (average_weights + a * weights) / b.
class ScaledVector {
 public:
  explicit ScaledVector(SgdWeights* learned) : weights_(learned->weights), average_(learned->average_weights) {}

  double scale() const { return scale_; }
  double& weight(size_t index) { return weights_[index]; }

  double Dot(std::span<const double> row) const {
    double sum = 0;
    for (size_t j = 0; j < row.size(); ++j) sum += weights_[j] * row[j];
    return sum * scale_;
  }
  void Add(std::span<const double> row, double factor) {
    const double step = factor / scale_;
    for (size_t j = 0; j < row.size(); ++j) weights_[j] += row[j] * step;
  }
  void AddAverage(std::span<const double> row, double factor, double count) {
    const double mu = 1.0 / count;
    const double step = -factor / scale_;
    for (size_t j = 0; j < row.size(); ++j) average_[j] += a_ * row[j] * step;
    if (count > 1) b_ /= 1.0 - mu;
    a_ += mu * b_ * scale_;
  }
  void Scale(double factor) {
    scale_ *= factor;
    if (scale_ < kScaleMin) Settle();
  }
  // The scale becomes 1.
  void Settle() {
    if (!average_.empty()) {
      for (size_t j = 0; j < weights_.size(); ++j) average_[j] += a_ * weights_[j];
      const double factor = 1.0 / b_;
      for (double& cell : average_) cell *= factor;
      a_ = 0;
      b_ = 1;
    }
    for (double& weight : weights_) weight *= scale_;
    scale_ = 1;
  }

 private:
  std::vector<double>& weights_;
  std::vector<double>& average_;
  double scale_ = 1, a_ = 0, b_ = 1;
};

// The cumulative l1 penalty: `total` is what every weight should have paid, paid[j] what weight j has.
void PenaliseL1(std::span<const double> row, bool sparse, double total, ScaledVector* vector,
                std::vector<double>* paid) {
  const double scale = vector->scale();
  for (size_t j = 0; j < row.size(); ++j) {
    if (sparse && row[j] == 0) continue;
    double& weight = vector->weight(j);
    const double before = weight;
    if (scale * before > 0) {
      weight = std::max(0.0, weight - ((total + (*paid)[j]) / scale));
    } else if (scale * before < 0) {
      weight = std::min(0.0, weight + ((total - (*paid)[j]) / scale));
    }
    (*paid)[j] += scale * (weight - before);
  }
}

double SquaredLength(std::span<const double> row) {
  double sum = 0;
  for (double cell : row) sum += cell * cell;
  return sum;
}

bool IsPassiveAggressive(SgdSchedule schedule) {
  return schedule == SgdSchedule::kPassiveAggressive1 || schedule == SgdSchedule::kPassiveAggressive2;
}

// The step along the row, before the class's weight; nothing for an empty row of kPassiveAggressive1.
std::optional<double> PassiveStep(const SgdSettings& settings, std::span<const double> row, double y, double p) {
  double step = SquaredLength(row);
  if (settings.schedule == SgdSchedule::kPassiveAggressive1) {
    if (step == 0) return std::nullopt;
    step = std::min(settings.eta0, PassiveLoss(settings, y, p) / step);
  } else {
    step = PassiveLoss(settings, y, p) / (step + 0.5 / settings.eta0);
  }
  if (settings.loss == SgdLoss::kHinge) return step * y;
  return y - p < 0 ? -step : step;
}

double L1Ratio(const SgdSettings& settings) {
  switch (settings.penalty) {
    case SgdPenalty::kL2: return 0;
    case SgdPenalty::kL1: return 1;
    default: return settings.l1_ratio;
  }
}

}  // namespace

Status RunSgd(const SgdSettings& settings, const Examples& examples, const SgdPass& pass, SgdWeights* learned) {
  ScaledVector vector(learned);
  const double l1_ratio = L1Ratio(settings);
  const bool l1 = settings.penalty == SgdPenalty::kL1 || settings.penalty == SgdPenalty::kElasticNet;
  const bool shrinks = settings.penalty == SgdPenalty::kL2 || settings.penalty == SgdPenalty::kElasticNet;
  std::vector<double> paid(l1 ? learned->weights.size() : 0);
  double due = 0;
  // So that the first step of the optimal schedule is the size a weight has typically.
  const double typical = std::sqrt(1.0 / std::sqrt(settings.alpha));
  const double t0 = 1.0 / (typical * settings.alpha);
  const double decay = settings.sparse ? kSparseInterceptDecay : 1.0;
  double eta = settings.eta0;
  double t = pass.t;
  double& intercept = learned->intercept;
  for (size_t i = 0; i < examples.count(); ++i) {
    const size_t index = pass.order.empty() ? i : pass.order[i];
    const std::span<const double> row = examples.row(index);
    const double y = pass.targets[index];
    const double p = vector.Dot(row) + intercept;
    if (settings.schedule == SgdSchedule::kOptimal) eta = 1.0 / (settings.alpha * (t0 + t - 1));
    if (settings.schedule == SgdSchedule::kInverseScaling) eta = settings.eta0 / std::pow(t, settings.power_t);
    double step = 0;
    if (IsPassiveAggressive(settings.schedule)) {
      const std::optional<double> passive = PassiveStep(settings, row, y, p);
      if (!passive) continue;
      step = *passive;
    } else {
      step = -eta * std::clamp(Gradient(settings, y, p), -kGradientMax, kGradientMax);
    }
    step *= y > 0 ? pass.weight_positive : pass.weight_negative;

    if (shrinks) vector.Scale(std::max(0.0, 1.0 - (1.0 - l1_ratio) * eta * settings.alpha));
    if (step != 0) {
      vector.Add(row, step);
      if (settings.fit_intercept) intercept += step * decay;
    }
    if (settings.average > 0 && settings.average <= t) {
      const double count = t - settings.average + 1;
      vector.AddAverage(row, step, count);
      learned->average_intercept += (intercept - learned->average_intercept) / count;
    }
    if (l1) {
      due += l1_ratio * eta * settings.alpha;
      PenaliseL1(row, settings.sparse, due, &vector, &paid);
    }
    ++t;
  }
  const auto finite = [](double number) { return std::isfinite(number); };
  const bool sound = finite(intercept) && std::all_of(learned->weights.begin(), learned->weights.end(), finite);
  if (!sound) {
    return Status(Code::kInvalidArgument,
                  "the weights have grown beyond all numbers; scale the inputs, or learn slower");
  }
  vector.Settle();
  return {};
}

}  // namespace scoreway::learn
