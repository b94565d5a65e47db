#include "drift/column_profile.h"

#include <algorithm>

#include "base/number_text.h"

namespace scoreway {
namespace {

constexpr uint8_t kMoreThanFew = 255;

Error NoProfile(const char* what) { return {Code::kCorrupt, std::string("no profile of a column: ") + what, {}}; }

}  // namespace

void FewValues::Add(double value, uint64_t count) {
  if (!is_whole_) return;
  if (last_ < items_.size() && items_[last_].value == value) {
    items_[last_].count += count;
    return;
  }
  for (last_ = 0; last_ < items_.size(); ++last_) {
    if (items_[last_].value != value) continue;
    items_[last_].count += count;
    return;
  }
  if (items_.size() < kCountMax) {
    items_.push_back({value, count});
  } else {
    is_whole_ = false;
    items_.clear();
  }
}

void FewValues::Merge(const FewValues& other) {
  if (!other.is_whole_) {
    is_whole_ = false;
    items_.clear();
  }
  for (const Item& item : other.items_) Add(item.value, item.count);
}

std::string_view CategoryText(const Column& column, size_t row, std::string* buffer) {
  if (IsText(column.type())) return column.string_at(row);
  if (column.type() == Type::kBool) return column.bools()[row] != 0 ? "true" : "false";
  buffer->clear();
  AppendShortest(column.NumberAt(row), buffer);
  return *buffer;
}

ColumnProfile::ColumnProfile(std::string name, ProfileKind kind, bool is_output, const ProfileOptions& options)
    : name_(std::move(name)),
      kind_(kind),
      is_output_(is_output),
      numbers_(options.quantiles),
      texts_(options.categories_max) {}

void ColumnProfile::AddNumber(double value) {
  if (std::isnan(value)) {
    ++missing_;
    return;
  }
  if (std::isinf(value)) {
    ++infinite_;
    return;
  }
  ++present_;
  const double step = value - mean_;
  mean_ += step / static_cast<double>(present_);
  squares_ += step * (value - mean_);
  least_ = std::min(least_, value);
  greatest_ = std::max(greatest_, value);
  distinct_.Add(HashOf(value));
  few_.Add(value);
  numbers_.Add(value);
}

void ColumnProfile::AddNumbers(std::span<const double> values) {
  std::vector<double> finite;
  if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) {
    for (const double value : values) {
      if (std::isfinite(value)) {
        finite.push_back(value);
      } else {
        ++(std::isnan(value) ? missing_ : infinite_);
      }
    }
    values = finite;
  }
  if (values.empty()) return;
  // From the first one on, so that equal numbers have exactly their mean.
  const double first = values.front();
  double sum = 0, squares = 0;
  for (const double value : values) sum += value - first;
  const double mean = first + sum / static_cast<double>(values.size());
  if (!std::isfinite(mean)) {
    // Numbers too far apart.
    for (const double value : values) AddNumber(value);
    return;
  }
  for (const double value : values) squares += (value - mean) * (value - mean);
  MergeMoments(static_cast<double>(values.size()), mean, squares);
  present_ += values.size();
  for (const double value : values) {
    least_ = std::min(least_, value);
    greatest_ = std::max(greatest_, value);
  }
  for (const double value : values) distinct_.Add(HashOf(value));
  for (size_t i = 0; i < values.size() && few_.is_whole(); ++i) few_.Add(values[i]);
  numbers_.AddAll(values);
}

void ColumnProfile::AddCells(const Column& column) {
  if (kind_ == ProfileKind::kNumber && column.type() == Type::kFloat64) return AddNumbers(column.float64s());
  if (kind_ == ProfileKind::kNumber) {
    std::vector<double> numbers(column.size());
    for (size_t row = 0; row < column.size(); ++row) numbers[row] = column.NumberAt(row);
    return AddNumbers(numbers);
  }
  std::string text;
  for (size_t row = 0; row < column.size(); ++row) {
    column.valid(row) ? AddText(CategoryText(column, row, &text)) : AddMissing();
  }
}

// After Chan, Golub and LeVeque (1979).
void ColumnProfile::MergeMoments(double count_other, double mean, double squares) {
  if (present_ == 0) {
    mean_ = mean;
    squares_ = squares;
    return;
  }
  const auto count = static_cast<double>(present_);
  const double step = mean - mean_, all = count + count_other;
  mean_ += step * count_other / all;
  squares_ += squares + step * step * count * count_other / all;
}

void ColumnProfile::Merge(const ColumnProfile& other) {
  if (other.present_ > 0) MergeMoments(static_cast<double>(other.present_), other.mean_, other.squares_);
  present_ += other.present_;
  missing_ += other.missing_;
  infinite_ += other.infinite_;
  least_ = std::min(least_, other.least_);
  greatest_ = std::max(greatest_, other.greatest_);
  distinct_.Merge(other.distinct_);
  few_.Merge(other.few_);
  numbers_.Merge(other.numbers_);
  texts_.Merge(other.texts_);
}

double ColumnProfile::DistinctEstimate() const {
  if (kind_ == ProfileKind::kCategory && texts_.is_exact()) return static_cast<double>(texts_.counts().size());
  if (kind_ == ProfileKind::kNumber && few_.is_whole()) return static_cast<double>(few_.items().size());
  return distinct_.Estimate();
}

void ColumnProfile::AppendTo(std::string* out) const {
  ByteWriter writer(out);
  writer.Write(static_cast<uint8_t>(kind_));
  writer.Write(static_cast<uint8_t>(is_output_ ? 1 : 0));
  writer.Write(static_cast<uint32_t>(name_.size()));
  writer.WriteBytes(name_);
  writer.Write(present_);
  writer.Write(missing_);
  writer.Write(infinite_);
  distinct_.AppendTo(out);
  if (kind_ == ProfileKind::kCategory) return texts_.AppendTo(out);
  for (const double number : {mean_, squares_, least_, greatest_}) writer.Write(number);
  writer.Write(few_.is_whole() ? static_cast<uint8_t>(few_.items().size()) : kMoreThanFew);
  for (const FewValues::Item& item : few_.items()) {
    writer.Write(item.value);
    writer.Write(item.count);
  }
  numbers_.AppendTo(out);
}

Status ColumnProfile::ParseNumbers(ByteReader* reader) {
  for (double* number : {&mean_, &squares_, &least_, &greatest_}) SCOREWAY_RETURN_IF_ERROR(reader->Read(number));
  if (!std::isfinite(mean_) || !(squares_ >= 0)) return NoProfile("its mean");
  if (present_ > 0 && !(std::isfinite(least_) && std::isfinite(greatest_) && least_ <= greatest_)) {
    return NoProfile("its range");
  }
  uint8_t few = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&few));
  if (few != kMoreThanFew && few > FewValues::kCountMax) return NoProfile("its values");
  if (few == kMoreThanFew) {
    for (size_t i = 0; i <= FewValues::kCountMax; ++i) few_.Add(static_cast<double>(i));
  } else {
    uint64_t sum = 0;
    for (uint8_t i = 0; i < few; ++i) {
      FewValues::Item item{};
      SCOREWAY_RETURN_IF_ERROR(reader->Read(&item.value));
      SCOREWAY_RETURN_IF_ERROR(reader->Read(&item.count));
      if (!std::isfinite(item.value)) return NoProfile("its values");
      few_.Add(item.value, item.count);
      sum += item.count;
    }
    if (sum != present_ || few_.items().size() != few) return NoProfile("its values");
  }
  SCOREWAY_ASSIGN_OR_RETURN(numbers_, QuantileSketch::Parse(reader));
  if (numbers_.count() != present_) return NoProfile("its count");
  return {};
}

Result<ColumnProfile> ColumnProfile::Parse(ByteReader* reader) {
  uint8_t kind = 0, is_output = 0;
  uint32_t name_size = 0;
  std::string_view name;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&kind));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&is_output));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&name_size));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(name_size, &name));
  if (kind > static_cast<uint8_t>(ProfileKind::kCategory) || is_output > 1) return NoProfile("its kind");
  ColumnProfile profile{std::string(name), static_cast<ProfileKind>(kind), is_output == 1};
  constexpr uint64_t kRowsMax = uint64_t{1} << 53;
  for (uint64_t* count : {&profile.present_, &profile.missing_, &profile.infinite_}) {
    SCOREWAY_RETURN_IF_ERROR(reader->Read(count));
    if (*count > kRowsMax) return NoProfile("its count");
  }
  SCOREWAY_ASSIGN_OR_RETURN(profile.distinct_, DistinctCount::Parse(reader));
  if (profile.kind_ == ProfileKind::kNumber) {
    SCOREWAY_RETURN_IF_ERROR(profile.ParseNumbers(reader));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(profile.texts_, FrequentValues::Parse(reader));
    uint64_t sum = 0;
    for (const auto& [text, count] : profile.texts_.counts()) {
      sum += count;
      if (count > profile.present_ || sum > profile.present_) return NoProfile("its count");
    }
  }
  return profile;
}

}  // namespace scoreway
