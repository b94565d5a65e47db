// Change detectors: whether the errors of a model, in the order of time, have come from one distribution. Each takes a
// number at a time and says when it has found a change; it has then begun anew. Same numbers, same findings. Not
// thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace scoreway {

// Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing" (SDM 2007), ADWIN2: a window over the
// numbers since the last finding, in buckets of powers of two, of which two parts have means too far apart for chance
// at this confidence. Any numbers; memory grows with the logarithm of the window.
class Adwin {
 public:
  struct Options {
    double delta = 0.002;          // chance of a false finding, for each check
    uint32_t check_interval = 32;  // numbers from check to check
    uint64_t part_min = 5;         // of the window that is compared with the rest
    uint64_t window_min = 10;      // before the first check
  };

  Adwin() : Adwin(Options()) {}
  explicit Adwin(const Options& options) : options_(options) {}

  // True: a change is found, and the window is empty.
  bool Add(double value);
  // Of the last change: the newer numbers were the greater.
  bool rose() const { return rose_; }
  uint64_t width() const { return width_; }
  double mean() const { return width_ == 0 ? 0 : total_ / static_cast<double>(width_); }

  // The window as numbers, to go on from later, and back under the same options; false if they are no window, which is
  // then as it was.
  std::vector<double> State() const;
  bool SetState(std::span<const double> state);

 private:
  static constexpr size_t kBucketsMax = 5;  // of a size

  struct Bucket {
    double total = 0, squares = 0;  // sum, and sum of squares about the mean
  };

  bool HasTwoParts();
  void Compress();

  Options options_;
  uint64_t width_ = 0, seen_ = 0;
  double total_ = 0, squares_ = 0;
  bool rose_ = false;
  std::vector<std::vector<Bucket>> rows_ = {{}};  // of row r each bucket has 2^r numbers, the oldest first
};

// Page, "Continuous inspection schemes" (Biometrika 41, 1954), in Hinkley's form, for both directions: the sum of how
// far numbers lie from their mean so far, less a slack, has moved from its extreme by more than the threshold.
class PageHinkley {
 public:
  struct Options {
    uint64_t count_min = 30;  // numbers before a finding
    double slack = 0.005;
    double threshold = 50;
    double fading = 0.9999;  // of the sums, for each number
  };

  PageHinkley() : PageHinkley(Options()) {}
  explicit PageHinkley(const Options& options) : options_(options) {}

  bool Add(double value);

 private:
  void Reset() { *this = PageHinkley(options_); }

  Options options_;
  uint64_t count_ = 0;
  double mean_ = 0;
  double rise_ = 0, rise_least_ = std::numeric_limits<double>::infinity();
  double fall_ = 0, fall_greatest_ = -1;
};

// Gama, Medas, Castillo and Rodrigues, "Learning with drift detection" (SBIA 2004): the rate of errors (0 or 1) lies
// above the lowest seen by more than so many of its deviations.
class Ddm {
 public:
  enum class Finding : uint8_t { kNone, kWarning, kChange };
  struct Options {
    uint64_t count_min = 30;  // numbers before a finding
    double warning_deviations = 2, change_deviations = 3;
  };

  Ddm() : Ddm(Options()) {}
  explicit Ddm(const Options& options) : options_(options) {}

  Finding Add(bool is_error);

 private:
  Options options_;
  uint64_t count_ = 0, errors_ = 0;
  double least_rate_ = 0, least_deviation_ = 0, least_sum_ = std::numeric_limits<double>::infinity();
};

}  // namespace scoreway
