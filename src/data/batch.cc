#include "data/batch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace scoreway {

void StringCells::Append(const StringCells& from, size_t begin, size_t end) {
  if (begin == end) return;
  const size_t from_byte = begin == 0 ? 0 : from.ends_[begin - 1];
  const size_t shift = bytes_.size() - from_byte;  // wraps where it is negative, and back below
  bytes_.append(from.bytes_, from_byte, from.ends_[end - 1] - from_byte);
  ends_.reserve(ends_.size() + end - begin);
  for (size_t row = begin; row < end; ++row) ends_.push_back(from.ends_[row] + shift);
}

Column::Column(Type type) : type_(type) {
  switch (type) {
    case Type::kFloat32: cells_.emplace<std::vector<float>>(); break;
    case Type::kFloat64: cells_.emplace<std::vector<double>>(); break;
    case Type::kInt64: cells_.emplace<std::vector<int64_t>>(); break;
    case Type::kBool: cells_.emplace<std::vector<uint8_t>>(); break;
    case Type::kString:
    case Type::kList: cells_.emplace<StringCells>(); break;
  }
}

void Column::AppendNull() {
  switch (type_) {
    case Type::kFloat32: std::get<std::vector<float>>(cells_).push_back(std::numeric_limits<float>::quiet_NaN()); break;
    case Type::kFloat64:
      std::get<std::vector<double>>(cells_).push_back(std::numeric_limits<double>::quiet_NaN());
      break;
    case Type::kInt64: std::get<std::vector<int64_t>>(cells_).push_back(0); break;
    case Type::kBool: std::get<std::vector<uint8_t>>(cells_).push_back(0); break;
    case Type::kString:
    case Type::kList: std::get<StringCells>(cells_).Append({}); break;
  }
  PushValidity(false);
  ++null_count_;
}

void Column::AppendNumber(double value) {
  switch (type_) {
    case Type::kFloat32: return AppendFloat32(static_cast<float>(value));
    case Type::kFloat64: return AppendFloat64(value);
    case Type::kBool: return AppendBool(value != 0);
    case Type::kInt64: {
      if (std::isnan(value)) return AppendNull();
      constexpr double kLimit = 9223372036854775808.0;  // 2^63
      if (value >= kLimit) return AppendInt64(std::numeric_limits<int64_t>::max());
      if (value < -kLimit) return AppendInt64(std::numeric_limits<int64_t>::min());
      return AppendInt64(static_cast<int64_t>(std::nearbyint(value)));
    }
    case Type::kString:
    case Type::kList: SCOREWAY_CHECK(!IsText(type_));
  }
}

template <typename T>
void Column::AppendCast(std::span<const double> values) {
  auto& cells = std::get<std::vector<T>>(cells_);
  if constexpr (std::is_same_v<T, double>) {
    cells.insert(cells.end(), values.begin(), values.end());
  } else {
    const size_t begin = cells.size();
    cells.resize(begin + values.size());
    T* to = cells.data() + begin;
    for (size_t i = 0; i < values.size(); ++i) to[i] = static_cast<T>(values[i]);
  }
  uint64_t missing = 0;
  for (const double value : values) missing += static_cast<uint64_t>(value != value);
  if (missing == 0) return PushValid(values.size());
  for (double value : values) {
    const bool valid = !std::isnan(value);
    PushValidity(valid);
    null_count_ += !valid;
  }
}

void Column::AppendNumbers(std::span<const double> values) {
  if (type_ == Type::kFloat64) return AppendCast<double>(values);
  if (type_ == Type::kFloat32) return AppendCast<float>(values);
  for (double value : values) {
    if (std::isnan(value)) {
      AppendNull();
    } else {
      AppendNumber(value);
    }
  }
}

void Column::AppendCells(const Column& from, size_t begin, size_t end) {
  SCOREWAY_CHECK(from.type_ == type_ && begin <= end && end <= from.size_);
  std::visit(
      [&](auto& cells) {
        const auto& source = std::get<std::decay_t<decltype(cells)>>(from.cells_);
        if constexpr (requires { cells.Append(source, begin, end); }) {
          cells.Append(source, begin, end);
        } else {
          cells.insert(cells.end(), source.begin() + static_cast<ptrdiff_t>(begin),
                       source.begin() + static_cast<ptrdiff_t>(end));
        }
      },
      cells_);
  if (from.null_count_ == 0) return PushValid(end - begin);
  for (size_t row = begin; row < end; ++row) {
    PushValidity(from.valid(row));
    null_count_ += !from.valid(row);
  }
}

void Column::AppendFloat64s(std::span<const double> values) {
  auto& cells = std::get<std::vector<double>>(cells_);
  cells.insert(cells.end(), values.begin(), values.end());
  PushValid(values.size());
}

void Column::PushValid(size_t count) {
  while (count > 0) {
    const size_t used = size_ & 63;
    const size_t taken = std::min(count, 64 - used);
    if (used == 0) validity_.push_back(0);
    validity_.back() |= (taken == 64 ? ~uint64_t{0} : (uint64_t{1} << taken) - 1) << used;
    size_ += taken;
    count -= taken;
  }
}

double Column::NumberAt(size_t row) const {
  if (!valid(row)) return std::numeric_limits<double>::quiet_NaN();
  switch (type_) {
    case Type::kFloat32: return static_cast<double>(float32s()[row]);
    case Type::kFloat64: return float64s()[row];
    case Type::kInt64: return static_cast<double>(int64s()[row]);
    case Type::kBool: return static_cast<double>(bools()[row]);
    case Type::kString:
    case Type::kList: SCOREWAY_CHECK(!IsText(type_));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

void Column::SetOnly(double value) {
  // Whole numbers are most of what an int64 column is given; others are rounded below.
  constexpr double kWholeMax = 4503599627370496.0;  // 2^52
  if (size_ == 1 && type_ == Type::kFloat64) {
    std::get<std::vector<double>>(cells_)[0] = value;
    return SetValidity(!std::isnan(value));
  }
  if (size_ == 1 && type_ == Type::kFloat32) {
    std::get<std::vector<float>>(cells_)[0] = static_cast<float>(value);
    return SetValidity(!std::isnan(value));
  }
  if (size_ == 1 && type_ == Type::kBool) {
    const bool valid = !std::isnan(value);
    std::get<std::vector<uint8_t>>(cells_)[0] = static_cast<uint8_t>(valid && value != 0);
    return SetValidity(valid);
  }
  if (size_ == 1 && type_ == Type::kInt64 && std::fabs(value) < kWholeMax) {
    const auto whole = static_cast<int64_t>(value);
    if (static_cast<double>(whole) == value) {
      std::get<std::vector<int64_t>>(cells_)[0] = whole;
      return SetValidity(true);
    }
  }
  Clear();
  AppendNumbers({&value, 1});
}

void Column::SetOnly(std::string_view text) {
  const bool valid = text.data() != nullptr;
  if (size_ != 1) {
    Clear();
    return valid ? AppendString(text) : AppendNull();
  }
  std::get<StringCells>(cells_).SetOnly(text);
  SetValidity(valid);
}

void Column::Clear() {
  size_ = 0;
  null_count_ = 0;
  validity_.clear();
  std::visit(
      [](auto& cells) {
        if constexpr (requires { cells.Clear(); }) {
          cells.Clear();
        } else {
          cells.clear();
        }
      },
      cells_);
}

Batch::Batch(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {
  columns_.reserve(schema_->size());
  for (const Field& field : schema_->fields()) columns_.emplace_back(field.type);
}

void Batch::Clear() {
  for (Column& column : columns_) column.Clear();
}

}  // namespace scoreway
