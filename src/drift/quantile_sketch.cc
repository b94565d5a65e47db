#include "drift/quantile_sketch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "drift/sort_numbers.h"

namespace scoreway {
namespace {

// A level is this part of the one above it, but not smaller than kLevelMin, which keeps the sorting cheap.
constexpr double kShrink = 2.0 / 3;
constexpr size_t kLevelMin = 64;
constexpr size_t kLevelsMax = 50;
constexpr uint32_t kMin = 8, kMax = 65'536, kExactMax = 1'000'000;

uint64_t Mixed(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

// Of numbers that count one each.
CumulativeCounts CountsOf(std::vector<double> values) {
  if (!std::is_sorted(values.begin(), values.end())) SortNumbers(&values);
  CumulativeCounts cumulative;
  cumulative.values.reserve(values.size());
  cumulative.counts.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (i + 1 < values.size() && values[i + 1] == values[i]) continue;
    cumulative.values.push_back(values[i]);
    cumulative.counts.push_back(static_cast<double>(i + 1));
  }
  return cumulative;
}

Status NoSketch(const char* what) { return Status(Code::kCorrupt, std::string("no sketch of numbers: ") + what); }

}  // namespace

double CumulativeCounts::CountBelow(double value) const {
  const auto found = std::lower_bound(values.begin(), values.end(), value);
  return found == values.begin() ? 0 : counts[static_cast<size_t>(found - values.begin()) - 1];
}

double CumulativeCounts::CountUpTo(double value) const {
  const auto found = std::upper_bound(values.begin(), values.end(), value);
  return found == values.begin() ? 0 : counts[static_cast<size_t>(found - values.begin()) - 1];
}

double CumulativeCounts::Quantile(double share) const {
  const auto found = std::lower_bound(counts.begin(), counts.end(), share * total());
  return values[std::min(static_cast<size_t>(found - counts.begin()), values.size() - 1)];
}

QuantileSketch::QuantileSketch(const QuantileSketchOptions& options) : options_(options), levels_(1) {
  options_.k = std::clamp(options_.k, kMin, kMax);
  options_.exact_max = std::min(options_.exact_max, kExactMax);
  SetRetainedMax();
}

// The constants of the KLL sketch of Apache DataSketches for one rank are 2.296 and 0.9723; a larger factor makes it
// hold for all ranks at once.
double QuantileSketch::rank_error() const { return is_exact() ? 0 : 3.2 / std::pow(options_.k, 0.9723); }

size_t QuantileSketch::Capacity(size_t level) const {
  const auto depth = static_cast<double>(levels_.size() - 1 - level);
  return std::max(kLevelMin, static_cast<size_t>(options_.k * std::pow(kShrink, depth)));
}

void QuantileSketch::SetRetainedMax() {
  retained_max_ = 0;
  for (size_t level = 0; level < levels_.size(); ++level) retained_max_ += Capacity(level);
  if (is_exact()) retained_max_ = std::max<size_t>(retained_max_, options_.exact_max + 1);
}

bool QuantileSketch::NextCoin() { return (Mixed(coins_++) & 1) != 0; }

void QuantileSketch::PushUp(size_t level) {
  if (level + 1 == levels_.size()) levels_.emplace_back();
  std::vector<double>& from = levels_[level];
  std::vector<double>& to = levels_[level + 1];
  if (level == 0) SortNumbers(&from);
  // Of an odd number the last one stays.
  const size_t pairs = from.size() / 2;
  const size_t first = NextCoin() ? 1 : 0;
  const auto middle = static_cast<ptrdiff_t>(to.size());
  for (size_t i = 0; i < pairs; ++i) to.push_back(from[2 * i + first]);
  std::inplace_merge(to.begin(), to.begin() + middle, to.end());
  from.erase(from.begin(), from.begin() + static_cast<ptrdiff_t>(2 * pairs));
  retained_ -= pairs;
}

void QuantileSketch::Compress() {
  while (retained_ >= retained_max_) {
    size_t level = 0;
    while (level + 1 < levels_.size() && levels_[level].size() < Capacity(level)) ++level;
    PushUp(level);
    SetRetainedMax();
  }
}

void QuantileSketch::AddAll(std::span<const double> values) {
  while (!values.empty()) {
    const size_t count = std::min(values.size(), retained_max_ - retained_);
    levels_[0].insert(levels_[0].end(), values.begin(), values.begin() + static_cast<ptrdiff_t>(count));
    count_ += count;
    retained_ += count;
    if (retained_ >= retained_max_) Compress();
    values = values.subspan(count);
  }
}

void QuantileSketch::Settle() {
  if (!std::is_sorted(levels_[0].begin(), levels_[0].end())) SortNumbers(&levels_[0]);
}

void QuantileSketch::Merge(const QuantileSketch& other) {
  options_.k = std::min(options_.k, other.options_.k);
  if (levels_.size() < other.levels_.size()) levels_.resize(other.levels_.size());
  for (size_t level = 0; level < other.levels_.size(); ++level) {
    std::vector<double>& to = levels_[level];
    const auto middle = static_cast<ptrdiff_t>(to.size());
    to.insert(to.end(), other.levels_[level].begin(), other.levels_[level].end());
    if (level > 0) std::inplace_merge(to.begin(), to.begin() + middle, to.end());
  }
  count_ += other.count_;
  retained_ += other.retained_;
  SetRetainedMax();
  Compress();
}

CumulativeCounts QuantileSketch::Cumulate() const {
  if (is_exact()) return CountsOf(levels_[0]);
  std::vector<std::pair<double, double>> all;
  all.reserve(retained_);
  for (size_t level = 0; level < levels_.size(); ++level) {
    const double weight = std::ldexp(1.0, static_cast<int>(level));
    for (const double value : levels_[level]) all.emplace_back(value, weight);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  CumulativeCounts cumulative;
  double count = 0;
  for (const auto& [value, weight] : all) {
    count += weight;
    if (cumulative.values.empty() || cumulative.values.back() != value) {
      cumulative.values.push_back(value);
      cumulative.counts.push_back(count);
    } else {
      cumulative.counts.back() = count;
    }
  }
  return cumulative;
}

void QuantileSketch::AppendTo(std::string* out) const {
  ByteWriter writer(out);
  writer.Write(options_.k);
  writer.Write(options_.exact_max);
  writer.Write(count_);
  writer.Write(static_cast<uint8_t>(levels_.size()));
  for (const std::vector<double>& level : levels_) {
    writer.Write(static_cast<uint32_t>(level.size()));
    for (const double value : level) writer.Write(value);
  }
}

Result<QuantileSketch> QuantileSketch::Parse(ByteReader* reader) {
  QuantileSketchOptions options;
  uint64_t count = 0, counted = 0;
  uint8_t levels = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&options.k));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&options.exact_max));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&count));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&levels));
  if (options.k < kMin || options.k > kMax || options.exact_max > kExactMax) return NoSketch("its sizes");
  if (levels == 0 || levels > kLevelsMax) return NoSketch("its levels");
  QuantileSketch sketch(options);
  sketch.levels_.resize(levels);
  for (uint8_t level = 0; level < levels; ++level) {
    uint32_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
    std::string_view bytes;
    SCOREWAY_RETURN_IF_ERROR(reader->ReadView(uint64_t{size} * sizeof(double), &bytes));
    std::vector<double>& values = sketch.levels_[level];
    for (uint32_t i = 0; i < size; ++i) {
      values.push_back(LoadAt<double>(bytes, i * sizeof(double)));
      if (!std::isfinite(values.back())) return NoSketch("a number that is not finite");
      if (level > 0 && i > 0 && values[i] < values[i - 1]) return NoSketch("its order");
    }
    counted += uint64_t{size} << level;
    sketch.retained_ += size;
  }
  if (counted != count) return NoSketch("its count");
  sketch.count_ = count;
  sketch.coins_ = count;
  sketch.SetRetainedMax();
  if (sketch.retained_ >= sketch.retained_max_) return NoSketch("its size");
  return sketch;
}

}  // namespace scoreway
