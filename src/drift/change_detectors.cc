#include "drift/change_detectors.h"

#include <algorithm>
#include <cmath>

namespace scoreway {
namespace {

double CountOf(size_t row) { return std::ldexp(1.0, static_cast<int>(row)); }

}  // namespace

bool Adwin::Add(double value) {
  ++seen_;
  ++width_;
  const auto width = static_cast<double>(width_);
  if (width_ > 1) {
    const double off = value - total_ / (width - 1);
    squares_ += (width - 1) * off * off / width;
  }
  total_ += value;
  rows_[0].push_back({value, 0});
  Compress();
  if (seen_ % options_.check_interval != 0 || width_ <= options_.window_min || !HasTwoParts()) return false;
  const uint64_t seen = seen_;
  const bool rose = rose_;
  *this = Adwin(options_);
  seen_ = seen;
  rose_ = rose;
  return true;
}

// Seen, the squares about the mean of all, then of each row how many buckets it has and their numbers.
std::vector<double> Adwin::State() const {
  std::vector<double> state = {static_cast<double>(seen_), squares_};
  for (const std::vector<Bucket>& row : rows_) {
    state.push_back(static_cast<double>(row.size()));
    for (const Bucket& bucket : row) state.insert(state.end(), {bucket.total, bucket.squares});
  }
  return state;
}

bool Adwin::SetState(std::span<const double> state) {
  constexpr size_t kRowsMax = 52;  // whose counts a float64 holds
  if (state.size() < 3 || !(state[0] >= 0 && state[0] <= 9e15) || !std::isfinite(state[1])) return false;
  Adwin read(options_);
  read.seen_ = static_cast<uint64_t>(state[0]);
  read.squares_ = state[1];
  read.rows_.clear();
  for (size_t place = 2; place < state.size();) {
    const double size = state[place++];
    if (!(size >= 0 && size <= kBucketsMax) || read.rows_.size() == kRowsMax) return false;
    const auto buckets = static_cast<size_t>(size);
    if (state.size() - place < 2 * buckets) return false;
    read.width_ += static_cast<uint64_t>(CountOf(read.rows_.size())) * buckets;
    std::vector<Bucket>& row = read.rows_.emplace_back();
    for (size_t i = 0; i < buckets; ++i, place += 2) {
      if (!std::isfinite(state[place]) || !std::isfinite(state[place + 1])) return false;
      row.push_back({state[place], state[place + 1]});
      read.total_ += state[place];
    }
  }
  *this = std::move(read);
  return true;
}

// The two oldest of a row that is full become one of the next.
void Adwin::Compress() {
  for (size_t row = 0; rows_[row].size() > kBucketsMax; ++row) {
    if (row + 1 == rows_.size()) rows_.emplace_back();
    const Bucket a = rows_[row][0], b = rows_[row][1];
    const double count = CountOf(row);
    const double off = (a.total - b.total) / count;
    rows_[row + 1].push_back({a.total + b.total, a.squares + b.squares + off * off * count / 2});
    rows_[row].erase(rows_[row].begin(), rows_[row].begin() + 2);
  }
}

// Whether some cut leaves an older and a newer part with means too far apart.
bool Adwin::HasTwoParts() {
  const auto width = static_cast<double>(width_);
  const double variance = squares_ / width;
  const double log_term = std::log(2 * std::log(width) / options_.delta);
  const auto part_min = static_cast<double>(options_.part_min);
  double old_count = 0, old_total = 0;
  for (size_t row = rows_.size(); row-- > 0;) {
    for (const Bucket& bucket : rows_[row]) {
      old_count += CountOf(row);
      old_total += bucket.total;
      const double new_count = width - old_count;
      if (new_count < part_min) return false;
      if (old_count < part_min) continue;
      const double off = old_total / old_count - (total_ - old_total) / new_count;
      const double harmonic = 1 / (old_count - part_min + 1) + 1 / (new_count - part_min + 1);
      const double bound = std::sqrt(2 * harmonic * variance * log_term) + 2.0 / 3 * harmonic * log_term;
      if (std::abs(off) <= bound) continue;
      rose_ = off < 0;
      return true;
    }
  }
  return false;
}

bool PageHinkley::Add(double value) {
  ++count_;
  mean_ += (value - mean_) / static_cast<double>(count_);
  const double off = value - mean_;
  rise_ = options_.fading * rise_ + off - options_.slack;
  fall_ = options_.fading * fall_ + off + options_.slack;
  rise_least_ = std::min(rise_least_, rise_);
  fall_greatest_ = std::max(fall_greatest_, fall_);
  if (count_ < options_.count_min) return false;
  if (rise_ - rise_least_ <= options_.threshold && fall_greatest_ - fall_ <= options_.threshold) return false;
  Reset();
  return true;
}

Ddm::Finding Ddm::Add(bool is_error) {
  ++count_;
  errors_ += is_error ? 1 : 0;
  const double rate = static_cast<double>(errors_) / static_cast<double>(count_);
  const double deviation = std::sqrt(rate * (1 - rate) / static_cast<double>(count_));
  if (count_ <= options_.count_min) return Finding::kNone;
  if (rate + deviation <= least_sum_) {
    least_rate_ = rate;
    least_deviation_ = deviation;
    least_sum_ = rate + deviation;
  }
  if (rate + deviation > least_rate_ + options_.change_deviations * least_deviation_) {
    *this = Ddm(options_);
    return Finding::kChange;
  }
  return rate + deviation > least_rate_ + options_.warning_deviations * least_deviation_ ? Finding::kWarning
                                                                                         : Finding::kNone;
}

}  // namespace scoreway
