// Batch: columns of equal length with validity bits. A single request is a Batch of one row.
//
// Filled once by a codec or a Plan, then read: a filled Batch may be read by many threads. Clear keeps the memory, so
// that a Batch used again for rows of the same shape allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "data/schema.h"
#include "data/type.h"

namespace scoreway {

// Strings of a column: one run of bytes and the end of each. Views stay valid until the next Append or Clear.
class StringCells {
 public:
  size_t size() const { return ends_.size(); }
  std::string_view at(size_t row) const {
    const size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(bytes_).substr(begin, ends_[row] - begin);
  }
  void Append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }
  // The Type must be kFloat64; every one is a value, NaN too.
  void AppendFloat64s(std::span<const double> values);
  // Of one cell: becomes this text.
  void SetOnly(std::string_view text) {
    bytes_.assign(text);
    ends_[0] = text.size();
  }
  // Appends cells begin to end of another column.
  void Append(const StringCells& from, size_t begin, size_t end);
  void Clear() {
    bytes_.clear();
    ends_.clear();
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

class Column {
 public:
  explicit Column(Type type);

  Type type() const { return type_; }
  size_t size() const { return size_; }

  // A cell that is not valid is missing (null); its value is NaN in columns of floats, else 0 or "".
  bool valid(size_t row) const { return (validity_[row >> 6] >> (row & 63)) & 1; }
  size_t null_count() const { return null_count_; }

  // The values; the Type must be the column's. Bools are 0 or 1.
  std::span<const float> float32s() const { return Values<float>(); }
  std::span<const double> float64s() const { return Values<double>(); }
  std::span<const int64_t> int64s() const { return Values<int64_t>(); }
  std::span<const uint8_t> bools() const { return Values<uint8_t>(); }
  std::string_view string_at(size_t row) const { return std::get<StringCells>(cells_).at(row); }

  // Appending: the Type must be the column's.
  void AppendNull();
  void AppendFloat32(float value) { AppendValue(value); }
  void AppendFloat64(double value) { AppendValue(value); }
  void AppendInt64(int64_t value) { AppendValue(value); }
  void AppendBool(bool value) { AppendValue(static_cast<uint8_t>(value)); }
  void AppendString(std::string_view value) {
    std::get<StringCells>(cells_).Append(value);
    PushValidity(true);
  }

  // Appends a number as the column's own numeric type (bool: not zero); the Type must be one of numbers. An int64
  // column rounds to nearest and saturates; NaN there is null.
  void AppendNumber(double value);
  // Appends each as AppendNumber does, but NaN as null in every column.
  void AppendNumbers(std::span<const double> values);
  // The Type must be kFloat64; every one is a value, NaN too.
  void AppendFloat64s(std::span<const double> values);
  // Appends cells begin to end of another column of the same type.
  void AppendCells(const Column& from, size_t begin, size_t end);
  // The cell as a float64; NaN where null. The Type must be one of numbers.
  double NumberAt(size_t row) const;

  // The column of this cell alone, as after Clear and AppendNumbers, or AppendString (data() == nullptr: null), but
  // sooner for a column that has one cell already.
  void SetOnly(double value);
  void SetOnly(std::string_view text);

  // Empty again; keeps the memory.
  void Clear();

 private:
  template <typename T>
  std::span<const T> Values() const {
    return std::get<std::vector<T>>(cells_);
  }
  template <typename T>
  void AppendValue(T value) {
    std::get<std::vector<T>>(cells_).push_back(value);
    PushValidity(true);
  }
  // Appends numbers converted by a cast, NaN as null.
  template <typename T>
  void AppendCast(std::span<const double> values);
  void PushValidity(bool valid) {
    if ((size_ & 63) == 0) validity_.push_back(0);
    validity_.back() |= static_cast<uint64_t>(valid) << (size_ & 63);
    ++size_;
  }

  // Of one cell.
  void SetValidity(bool valid) {
    validity_[0] = static_cast<uint64_t>(valid);
    null_count_ = valid ? 0 : 1;
  }
  // As PushValidity(true), so many times.
  void PushValid(size_t count);

  Type type_;
  size_t size_ = 0;
  size_t null_count_ = 0;
  std::vector<uint64_t> validity_;  // bit r%64 of word r/64 is set where row r is present
  std::variant<std::vector<float>, std::vector<double>, std::vector<int64_t>, std::vector<uint8_t>, StringCells> cells_;
};

class Batch {
 public:
  // Columns of the schema's types, no rows.
  explicit Batch(std::shared_ptr<const Schema> schema);

  const Schema& schema() const { return *schema_; }
  const std::shared_ptr<const Schema>& shared_schema() const { return schema_; }
  // The length of the columns; call only when all have the same, as after a full row is appended.
  size_t rows() const { return columns_.empty() ? 0 : columns_[0].size(); }
  size_t column_count() const { return columns_.size(); }
  const Column& column(size_t index) const { return columns_[index]; }
  Column& column(size_t index) { return columns_[index]; }

  // No rows; keeps the memory.
  void Clear();

 private:
  std::shared_ptr<const Schema> schema_;
  std::vector<Column> columns_;
};

}  // namespace scoreway
