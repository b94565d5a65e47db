// MiniBatchKMeans of scikit-learn: each centre is the mean of all rows that were nearest to it.
// Source: D. Sculley, Web-Scale K-Means Clustering (2010).

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "learn/estimators.h"
#include "learn/numpy_random.h"

namespace scoreway::learn {
namespace {

class MiniBatchKMeans final : public Estimator {
 public:
  explicit MiniBatchKMeans(NumpyRandom random) : random_(std::move(random)) {}

  TargetKind target_kind() const override { return TargetKind::kNone; }

  Status Learn(const Examples& examples) override {
    const bool reassigns = CountTowardsReassigning();
    MoveCentres(examples, Nearest(examples));
    if (reassigns && reassignment_ratio_ > 0) Reassign(examples);
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("cluster_centers_", centers_);
    state->Set("_counts", counts_);
    state->Set("_n_since_last_reassign", since_reassigning_);
    state->Set("_random_state", random_.State());
  }

  Status Write(PlacedOperators* operators) const override {
    const auto found = operators->All<op::Distances>();
    if (found.empty()) return Status(Code::kCorrupt, "distances to centres were expected");
    for (op::Distances* distances : found) distances->points = centers_;
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeMiniBatchKMeans(const LearnerState&, size_t);

  size_t clusters() const { return counts_.size(); }

  // Every 10 rows a cluster, and while there is an empty cluster.
  bool CountTowardsReassigning() {
    since_reassigning_ += batch_size_;
    const bool any_empty = std::find(counts_.begin(), counts_.end(), 0.0) != counts_.end();
    if (!any_empty && since_reassigning_ < 10 * static_cast<double>(clusters())) return false;
    since_reassigning_ = 0;
    return true;
  }

  std::vector<size_t> Nearest(const Examples& examples) const {
    const size_t width = examples.width;
    std::vector<double> lengths(clusters());
    for (size_t k = 0; k < clusters(); ++k) {
      for (size_t j = 0; j < width; ++j) lengths[k] += centers_[k * width + j] * centers_[k * width + j];
    }
    std::vector<size_t> nearest(examples.count());
    for (size_t i = 0; i < nearest.size(); ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (size_t k = 0; k < clusters(); ++k) {
        double product = 0;
        for (size_t j = 0; j < width; ++j) product += examples.row(i)[j] * centers_[k * width + j];
        const double distance = lengths[k] - 2 * product;
        if (distance < least) {
          least = distance;
          nearest[i] = k;
        }
      }
    }
    return nearest;
  }

  void MoveCentres(const Examples& examples, const std::vector<size_t>& nearest) {
    const size_t width = examples.width;
    std::vector<double> sums = centers_;
    std::vector<double> fresh(clusters());
    for (size_t k = 0; k < clusters(); ++k) {
      for (size_t j = 0; j < width; ++j) sums[k * width + j] *= counts_[k];
    }
    for (size_t i = 0; i < nearest.size(); ++i) {
      fresh[nearest[i]] += 1;
      for (size_t j = 0; j < width; ++j) sums[nearest[i] * width + j] += examples.row(i)[j];
    }
    for (size_t k = 0; k < clusters(); ++k) {
      if (fresh[k] == 0) continue;
      counts_[k] += fresh[k];
      const double share = 1 / counts_[k];
      for (size_t j = 0; j < width; ++j) centers_[k * width + j] = sums[k * width + j] * share;
    }
  }

  // Centres that few rows chose begin again at rows drawn from the batch, of which at most half are taken.
  void Reassign(const Examples& examples) {
    const double most = *std::max_element(counts_.begin(), counts_.end());
    std::vector<bool> chosen(clusters());
    for (size_t k = 0; k < clusters(); ++k) chosen[k] = counts_[k] < reassignment_ratio_ * most;
    const size_t chosen_max = examples.count() / 2;
    if (static_cast<size_t>(std::count(chosen.begin(), chosen.end(), true)) * 2 > examples.count()) {
      std::vector<size_t> rising(clusters());
      std::iota(rising.begin(), rising.end(), 0);
      std::stable_sort(rising.begin(), rising.end(), [this](size_t a, size_t b) { return counts_[a] < counts_[b]; });
      for (size_t i = chosen_max; i < rising.size(); ++i) chosen[rising[i]] = false;
    }
    if (std::find(chosen.begin(), chosen.end(), true) == chosen.end()) return;
    std::vector<uint32_t> rows(examples.count());
    std::iota(rows.begin(), rows.end(), 0);
    random_.Shuffle(&rows);
    double least_kept = std::numeric_limits<double>::infinity();
    for (size_t k = 0; k < clusters(); ++k) least_kept = chosen[k] ? least_kept : std::min(least_kept, counts_[k]);
    size_t next = 0;
    for (size_t k = 0; k < clusters(); ++k) {
      if (!chosen[k]) continue;
      const std::span<const double> row = examples.row(rows[next++]);
      std::copy(row.begin(), row.end(), centers_.begin() + static_cast<ptrdiff_t>(k * examples.width));
      counts_[k] = least_kept;
    }
  }

  NumpyRandom random_;
  std::vector<double> centers_, counts_;
  double batch_size_ = 0, since_reassigning_ = 0, reassignment_ratio_ = 0.01;
};

// Without a seed scikit-learn draws any rows; a seed of 0 draws some of these.
Result<NumpyRandom> ReadRandom(const LearnerState& state) {
  if (state.Has("_random_state")) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> words, state.Numbers("_random_state"));
    return NumpyRandom::FromState(words);
  }
  const double seed = state.NumberOr("random_state", 0);
  if (!(seed >= 0 && seed <= 4294967295.0)) return Unsupported(state, "a random_state that is no seed");
  return NumpyRandom(static_cast<uint32_t>(seed));
}

}  // namespace

Result<EstimatorPtr> MakeMiniBatchKMeans(const LearnerState& state, size_t width) {
  if (!state.Has("_counts")) return Unsupported(state, "saved by scikit-learn before 1.0");
  SCOREWAY_ASSIGN_OR_RETURN(NumpyRandom random, ReadRandom(state));
  auto means = std::make_unique<MiniBatchKMeans>(std::move(random));
  SCOREWAY_ASSIGN_OR_RETURN(means->counts_, state.Numbers("_counts"));
  if (means->counts_.empty()) return Error{Code::kCorrupt, "no clusters", state.place};
  SCOREWAY_ASSIGN_OR_RETURN(means->centers_, state.Numbers("cluster_centers_", means->counts_.size() * width));
  SCOREWAY_ASSIGN_OR_RETURN(means->batch_size_, state.Number("_batch_size"));
  means->since_reassigning_ = state.NumberOr("_n_since_last_reassign", 0);
  means->reassignment_ratio_ = state.NumberOr("reassignment_ratio", 0.01);
  return EstimatorPtr(std::move(means));
}

}  // namespace scoreway::learn
