#include "data/batch.h"

#include <cmath>
#include <limits>

namespace scoreway {

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
  const size_t begin = cells.size();
  cells.resize(begin + values.size());
  T* to = cells.data() + begin;
  for (size_t i = 0; i < values.size(); ++i) to[i] = static_cast<T>(values[i]);
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
