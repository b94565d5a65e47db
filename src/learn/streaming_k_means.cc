// Streaming k-means as Spark's StreamingKMeans: with each batch a centre becomes the mean of its old place, which
// counts as its weight says, and of the batch's rows that were nearest to it; weights fade, so that old rows are
// forgotten. Continues a KMeansModel of Spark, or begins at rows of its first batch (k-means++: D. Arthur, S.
// Vassilvitskii, 2007).

#include <algorithm>
#include <cmath>
#include <limits>

#include "learn/estimators.h"
#include "learn/numpy_random.h"

namespace scoreway::learn {
namespace {

// A cluster with less than this share of the greatest weight has died.
constexpr double kDyingShare = 1e-8;

class StreamingKMeans final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kNone; }
  bool answers_classes() const override { return true; }

  Status Learn(const Examples& examples) override {
    for (const double cell : examples.cells) {
      if (std::isfinite(cell)) continue;
      return Status(Code::kInvalidArgument,
                    "a row with a cell that is missing or no finite number has no nearest centre");
    }
    if (weights_.empty()) SCOREWAY_RETURN_IF_ERROR(Begin(examples));
    // By half-life: of the rows, or else of the batches.
    const double decay = half_life_ > 0 ? std::exp(std::log(0.5) / half_life_) : decay_;
    const double faded = by_points_ ? std::pow(decay, static_cast<double>(examples.count())) : decay;
    MoveCentres(examples, faded);
    SplitForTheDying();
    return {};
  }

  // The centres are in the operator.
  void Save(LearnerState* state) const override {
    if (!weights_.empty()) state->Set("weights", weights_);
  }

  Status Write(PlacedOperators* operators) const override {
    const auto found = operators->All<op::Distances>();
    if (found.size() != 1) return Status(Code::kCorrupt, "distances to centres were expected");
    found[0]->points = centres_;
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeStreamingKMeans(const LearnerState&, size_t);

  size_t clusters() const { return centres_.size() / width_; }
  double* centre(size_t index) { return centres_.data() + index * width_; }

  double Distance(std::span<const double> row, size_t cluster) const {
    double sum = 0;
    for (size_t j = 0; j < width_; ++j) {
      const double off = row[j] - centres_[cluster * width_ + j];
      sum += off * off;
    }
    return sum;
  }

  size_t Nearest(std::span<const double> row, size_t among) const {
    size_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (size_t k = 0; k < among; ++k) {
      const double distance = Distance(row, k);
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    return nearest;
  }

  // Each centre a row, drawn with chances by the squared distance to the nearest of those there are.
  Status Begin(const Examples& examples) {
    NumpyRandom random(seed_);
    const size_t wanted = clusters();
    std::vector<double> distances(examples.count(), 1);
    for (size_t k = 0; k < wanted; ++k) {
      double all = 0;
      for (const double distance : distances) all += distance;
      if (!(all > 0)) {
        return Status(Code::kInvalidArgument, "the first batch has only " + std::to_string(k) +
                                                  " different rows, too few for " + std::to_string(wanted) +
                                                  " clusters");
      }
      double left = all * (random.UpTo(std::numeric_limits<uint32_t>::max()) / 4294967296.0);
      size_t drawn = examples.count();
      for (size_t i = 0; i < examples.count(); ++i) {
        if (distances[i] == 0) continue;
        drawn = i;
        if (left < distances[i]) break;
        left -= distances[i];
      }
      const std::span<const double> row = examples.row(drawn);
      std::copy(row.begin(), row.end(), centre(k));
      for (size_t i = 0; i < examples.count(); ++i) {
        const double distance = Distance(examples.row(i), k);
        distances[i] = k == 0 ? distance : std::min(distances[i], distance);
      }
    }
    weights_.assign(wanted, 0);
    return {};
  }

  void MoveCentres(const Examples& examples, double faded) {
    std::vector<double> sums(centres_.size()), counts(clusters());
    for (size_t i = 0; i < examples.count(); ++i) {
      const std::span<const double> row = examples.row(i);
      const size_t nearest = Nearest(row, clusters());
      counts[nearest] += 1;
      for (size_t j = 0; j < width_; ++j) sums[nearest * width_ + j] += row[j];
    }
    for (size_t k = 0; k < clusters(); ++k) {
      weights_[k] *= faded;
      if (counts[k] == 0) continue;
      weights_[k] += counts[k];
      const double share = counts[k] / std::max(weights_[k], 1e-16);
      for (size_t j = 0; j < width_; ++j) {
        centre(k)[j] = (1 - share) * centre(k)[j] + share / counts[k] * sums[k * width_ + j];
      }
    }
  }

  // The greatest cluster becomes two, a hair's breadth apart, and the one that has died is one of them.
  void SplitForTheDying() {
    const auto greatest = static_cast<size_t>(std::max_element(weights_.begin(), weights_.end()) - weights_.begin());
    const auto least = static_cast<size_t>(std::min_element(weights_.begin(), weights_.end()) - weights_.begin());
    if (!(weights_[least] < kDyingShare * weights_[greatest])) return;
    weights_[greatest] = weights_[least] = (weights_[greatest] + weights_[least]) / 2;
    for (size_t j = 0; j < width_; ++j) {
      const double x = centre(greatest)[j];
      const double breadth = 1e-14 * std::max(std::fabs(x), 1.0);
      centre(greatest)[j] = x + breadth;
      centre(least)[j] = x - breadth;
    }
  }

  size_t width_ = 0;
  uint32_t seed_ = 1;
  double decay_ = 1, half_life_ = 0;
  bool by_points_ = false;
  std::vector<double> centres_;  // row by row
  std::vector<double> weights_;  // empty: it has not begun
};

}  // namespace

Result<EstimatorPtr> MakeStreamingKMeans(const LearnerState& state, size_t width) {
  auto means = std::make_unique<StreamingKMeans>();
  means->width_ = width;
  SCOREWAY_ASSIGN_OR_RETURN(means->centres_, state.Numbers("centres"));
  if (width == 0 || means->centres_.empty() || means->centres_.size() % width != 0) {
    return Error{Code::kCorrupt, "its centres are not as wide as its rows", state.place};
  }
  means->decay_ = state.NumberOr("decay", 1);
  means->half_life_ = state.NumberOr("half_life", 0);
  means->by_points_ = state.NumberOr("points", 0) != 0;
  means->seed_ = static_cast<uint32_t>(state.NumberWithin("seed", 0, 4294967295.0, 1));
  if (state.Has("weights")) {
    SCOREWAY_ASSIGN_OR_RETURN(means->weights_, state.Numbers("weights", means->clusters()));
  } else if (state.kind == kSparkKMeans) {
    if (!state.Has("weight")) {
      return Error{Code::kInvalidArgument,
                   "Spark does not save how many rows the centres come from: set 'weight', the rows that each of them "
                   "counts for",
                   state.place};
    }
    means->weights_.assign(means->clusters(), state.NumberOr("weight", 0));
  }
  return EstimatorPtr(std::move(means));
}

}  // namespace scoreway::learn
