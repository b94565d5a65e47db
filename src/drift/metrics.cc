#include "drift/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace scoreway {
namespace {

// Where scikit-learn clips probabilities, so that a certain error costs no infinity.
constexpr double kSmallestProbability = std::numeric_limits<double>::epsilon();
constexpr size_t kCalibrationBins = 10;

// The mean of numbers that come one by one, and its standard error.
class RunningMean {
 public:
  void Add(double value) {
    ++count_;
    const double step = value - mean_;
    mean_ += step / static_cast<double>(count_);
    squares_ += step * (value - mean_);
  }
  // The interval needs two rows.
  Measure Get() const {
    if (count_ == 0) return {};
    if (count_ == 1) return {mean_, {}};
    const auto n = static_cast<double>(count_);
    return NormalMeasure(mean_, std::sqrt(squares_ / (n - 1) / n));
  }

 private:
  uint64_t count_ = 0;
  double mean_ = 0, squares_ = 0;
};

double NotBelowZero(double value) { return std::max(value, 0.0); }

// Ranks from 1; those of equal values are their mean.
std::vector<double> Midranks(std::span<const double> values) {
  std::vector<uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = (static_cast<double>(begin + end) + 1) / 2;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
    begin = end;
  }
  return ranks;
}

double SampleVariance(std::span<const double> values) {
  RunningMean mean;
  for (const double value : values) mean.Add(value);
  double squares = 0;
  for (const double value : values) squares += (value - mean.Get().value) * (value - mean.Get().value);
  return squares / (static_cast<double>(values.size()) - 1);
}

double ProbabilityOf(const ClassifiedRows& rows, size_t row, size_t label) {
  return rows.probabilities[row * rows.classes.size() + label];
}

Measure LogLoss(const ClassifiedRows& rows) {
  RunningMean mean;
  for (size_t row = 0; row < rows.size(); ++row) {
    mean.Add(-std::log(
        std::clamp(ProbabilityOf(rows, row, rows.truth[row]), kSmallestProbability, 1 - kSmallestProbability)));
  }
  return mean.Get();
}

Measure Brier(const ClassifiedRows& rows) {
  RunningMean mean;
  const size_t first = rows.classes.size() == 2 ? 1 : 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    double sum = 0;
    for (size_t label = first; label < rows.classes.size(); ++label) {
      const double off = ProbabilityOf(rows, row, label) - (rows.truth[row] == label ? 1 : 0);
      sum += off * off;
    }
    mean.Add(sum);
  }
  return mean.Get();
}

Measure AreaOfClass(const ClassifiedRows& rows, size_t label) {
  std::vector<uint8_t> is_positive;
  std::vector<double> scores;
  for (size_t row = 0; row < rows.size(); ++row) {
    is_positive.push_back(rows.truth[row] == label ? 1 : 0);
    scores.push_back(ProbabilityOf(rows, row, label));
  }
  return AreaUnderCurve(is_positive, scores);
}

Measure Area(const ClassifiedRows& rows) {
  if (rows.classes.size() == 2) return AreaOfClass(rows, 1);
  double sum = 0;
  for (size_t label = 0; label < rows.classes.size(); ++label) sum += AreaOfClass(rows, label).value;
  return {sum / static_cast<double>(rows.classes.size()), {}};
}

// Of two classes how sure it is of the positive one, of more of the likeliest.
double CalibrationErrorOf(const ClassifiedRows& rows) {
  std::vector<uint8_t> is_true;
  std::vector<double> confidences;
  for (size_t row = 0; row < rows.size(); ++row) {
    size_t label = 1;
    if (rows.classes.size() != 2) {
      const auto begin = rows.probabilities.begin() + static_cast<ptrdiff_t>(row * rows.classes.size());
      label = static_cast<size_t>(std::max_element(begin, begin + static_cast<ptrdiff_t>(rows.classes.size())) - begin);
    }
    is_true.push_back(rows.truth[row] == label ? 1 : 0);
    confidences.push_back(ProbabilityOf(rows, row, label));
  }
  return CalibrationError(is_true, confidences);
}

void MeasureClasses(const ClassifiedRows& rows, ClassificationMetrics* metrics) {
  std::vector<double> hits(rows.classes.size()), truths(rows.classes.size()), predictions(rows.classes.size());
  double hits_of_all = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    SCOREWAY_CHECK(rows.truth[row] < rows.classes.size() && rows.predicted[row] < rows.classes.size());
    truths[rows.truth[row]] += 1;
    predictions[rows.predicted[row]] += 1;
    if (rows.truth[row] != rows.predicted[row]) continue;
    hits[rows.truth[row]] += 1;
    hits_of_all += 1;
  }
  const auto count = static_cast<double>(rows.size());
  metrics->accuracy = {hits_of_all / count, WilsonInterval(hits_of_all, count)};
  double precision = 0, recall = 0, f1 = 0;
  for (size_t label = 0; label < rows.classes.size(); ++label) {
    ClassMeasures one{.name = rows.classes[label],
                      .support = static_cast<uint64_t>(truths[label]),
                      .precision = {},
                      .recall = {},
                      .f1 = 0};
    one.precision = {predictions[label] > 0 ? hits[label] / predictions[label] : 0,
                     WilsonInterval(hits[label], predictions[label])};
    one.recall = {truths[label] > 0 ? hits[label] / truths[label] : 0, WilsonInterval(hits[label], truths[label])};
    if (hits[label] > 0) one.f1 = 2 * hits[label] / (truths[label] + predictions[label]);
    precision += one.precision.value;
    recall += one.recall.value;
    f1 += one.f1;
    metrics->by_class.push_back(std::move(one));
  }
  const auto classes = static_cast<double>(rows.classes.size());
  metrics->macro_precision = precision / classes;
  metrics->macro_recall = recall / classes;
  metrics->macro_f1 = f1 / classes;
}

// The area where row i is positive with probability scores[i].
double ExpectedArea(const ClassifiedRows& rows) {
  std::vector<double> scores;
  for (size_t row = 0; row < rows.size(); ++row) scores.push_back(ProbabilityOf(rows, row, 1));
  std::sort(scores.begin(), scores.end());
  double negatives_below = 0, pairs_won = 0, positives = 0;
  for (size_t begin = 0; begin < scores.size();) {
    size_t end = begin + 1;
    while (end < scores.size() && scores[end] == scores[begin]) ++end;
    const double group_positives = scores[begin] * static_cast<double>(end - begin);
    const double group_negatives = (1 - scores[begin]) * static_cast<double>(end - begin);
    pairs_won += group_positives * (negatives_below + group_negatives / 2);
    negatives_below += group_negatives;
    positives += group_positives;
    begin = end;
  }
  const double pairs = positives * negatives_below;
  return pairs > 0 ? pairs_won / pairs : kNotKnown;
}

}  // namespace

Measure AreaUnderCurve(std::span<const uint8_t> is_positive, std::span<const double> scores) {
  SCOREWAY_CHECK(is_positive.size() == scores.size());
  std::vector<double> positives, negatives;
  for (size_t i = 0; i < scores.size(); ++i) (is_positive[i] != 0 ? positives : negatives).push_back(scores[i]);
  if (positives.empty() || negatives.empty()) return {};
  std::vector<double> all = positives;
  all.insert(all.end(), negatives.begin(), negatives.end());
  const std::vector<double> ranks = Midranks(all);
  const auto m = static_cast<double>(positives.size());
  const auto n = static_cast<double>(negatives.size());
  double rank_sum = 0;
  for (size_t i = 0; i < positives.size(); ++i) rank_sum += ranks[i];
  const double area = (rank_sum / m - (m + 1) / 2) / n;
  if (positives.size() == 1 || negatives.size() == 1) return {area, {}};
  // How often each positive stands above a negative, and each negative beneath a positive.
  std::vector<double> above = Midranks(positives), beneath = Midranks(negatives);
  for (size_t i = 0; i < positives.size(); ++i) above[i] = (ranks[i] - above[i]) / n;
  for (size_t i = 0; i < negatives.size(); ++i) beneath[i] = 1 - (ranks[positives.size() + i] - beneath[i]) / m;
  Measure measure = NormalMeasure(area, std::sqrt(SampleVariance(above) / m + SampleVariance(beneath) / n));
  measure.interval = {std::max(0.0, measure.interval.low), std::min(1.0, measure.interval.high)};
  return measure;
}

double CalibrationError(std::span<const uint8_t> is_true, std::span<const double> confidences) {
  SCOREWAY_CHECK(is_true.size() == confidences.size());
  if (is_true.empty()) return kNotKnown;
  double trues[kCalibrationBins] = {}, sums[kCalibrationBins] = {};
  for (size_t i = 0; i < is_true.size(); ++i) {
    // Bins are open below: 0.1 lies in the first one.
    size_t bin = 0;
    while (bin + 1 < kCalibrationBins && confidences[i] > static_cast<double>(bin + 1) * 0.1) ++bin;
    trues[bin] += is_true[i];
    sums[bin] += confidences[i];
  }
  double off = 0;
  for (size_t bin = 0; bin < kCalibrationBins; ++bin) off += std::abs(trues[bin] - sums[bin]);
  return off / static_cast<double>(is_true.size());
}

ClassificationMetrics MeasureClassification(const ClassifiedRows& rows) {
  SCOREWAY_CHECK(rows.predicted.size() == rows.size());
  ClassificationMetrics metrics;
  metrics.rows = rows.size();
  if (rows.size() == 0) return metrics;
  MeasureClasses(rows, &metrics);
  if (rows.probabilities.empty()) return metrics;
  SCOREWAY_CHECK(rows.probabilities.size() == rows.size() * rows.classes.size());
  metrics.log_loss = LogLoss(rows);
  metrics.brier = Brier(rows);
  metrics.auc = Area(rows);
  metrics.calibration_error = CalibrationErrorOf(rows);
  return metrics;
}

RegressionMetrics MeasureRegression(std::span<const double> truth, std::span<const double> predicted) {
  SCOREWAY_CHECK(truth.size() == predicted.size());
  RegressionMetrics metrics;
  metrics.rows = truth.size();
  if (truth.empty()) return metrics;
  RunningMean squares, absolutes, offs, truths;
  for (size_t i = 0; i < truth.size(); ++i) {
    const double off = predicted[i] - truth[i];
    squares.Add(off * off);
    absolutes.Add(std::abs(off));
    offs.Add(off);
    truths.Add(truth[i]);
  }
  const Measure mse = squares.Get();
  metrics.rmse = {std::sqrt(mse.value), {std::sqrt(NotBelowZero(mse.interval.low)), std::sqrt(mse.interval.high)}};
  if (std::isnan(mse.interval.low)) metrics.rmse.interval = {};
  metrics.mae = absolutes.Get();
  metrics.bias = offs.Get();
  double spread = 0;
  for (const double value : truth) spread += (value - truths.Get().value) * (value - truths.Get().value);
  if (spread > 0) metrics.r2 = 1 - mse.value * static_cast<double>(truth.size()) / spread;
  return metrics;
}

ClassificationMetrics EstimateClassification(const ClassifiedRows& rows) {
  ClassificationMetrics metrics;
  metrics.rows = rows.predicted.size();
  if (rows.probabilities.empty()) return metrics;
  SCOREWAY_CHECK(rows.probabilities.size() == rows.predicted.size() * rows.classes.size());
  const size_t first = rows.classes.size() == 2 ? 1 : 0;
  RunningMean log_losses, briers;
  double right = 0, variance = 0;
  for (size_t row = 0; row < rows.predicted.size(); ++row) {
    const double chance = ProbabilityOf(rows, row, rows.predicted[row]);
    right += chance;
    variance += chance * (1 - chance);
    double log_loss = 0, brier = 0;
    for (size_t label = 0; label < rows.classes.size(); ++label) {
      const double p = ProbabilityOf(rows, row, label);
      if (p > 0) log_loss -= p * std::log(std::clamp(p, kSmallestProbability, 1 - kSmallestProbability));
      if (label >= first) brier += p * (1 - p);
    }
    log_losses.Add(log_loss);
    briers.Add(brier);
  }
  const auto count = static_cast<double>(rows.predicted.size());
  metrics.accuracy = NormalMeasure(right / count, std::sqrt(variance) / count);
  metrics.log_loss = {log_losses.Get().value, {}};
  metrics.brier = {briers.Get().value, {}};
  if (rows.classes.size() == 2) {
    metrics.auc = {ExpectedArea(rows), {}};
  }
  return metrics;
}

}  // namespace scoreway
