// ColumnProfile: what is known of a column's cells: how many, how many missing, and how the others are distributed; in
// bounded memory, mergeable.
//
// Numbers: a missing cell is null or NaN; infinities are counted apart and are otherwise left out. Categories: texts,
// and truth values as "true" and "false"; a missing cell is null. One thread at a time; one that nobody changes may be
// read by many.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "data/batch.h"
#include "drift/distinct_count.h"
#include "drift/frequent_values.h"
#include "drift/quantile_sketch.h"

namespace scoreway {

enum class ProfileKind : uint8_t { kNumber = 0, kCategory = 1 };

// Of the columns of that type.
constexpr ProfileKind KindOf(Type type) {
  return IsText(type) || type == Type::kBool ? ProfileKind::kCategory : ProfileKind::kNumber;
}

// The cell, which is there, as the text of a category. A view of the column, or of *buffer.
std::string_view CategoryText(const Column& column, size_t row, std::string* buffer);

struct ProfileOptions {
  QuantileSketchOptions quantiles = {};
  uint32_t categories_max = 512;
};

// The values of a column of numbers, as long as there are no more than 20.
class FewValues {
 public:
  static constexpr size_t kCountMax = 20;

  struct Item {
    double value;
    uint64_t count;
  };

  void Add(double value, uint64_t count = 1);
  void Merge(const FewValues& other);
  bool is_whole() const { return is_whole_; }  // false: there were more
  const std::vector<Item>& items() const { return items_; }

 private:
  bool is_whole_ = true;
  size_t last_ = 0;
  std::vector<Item> items_;
};

class ColumnProfile {
 public:
  ColumnProfile(std::string name, ProfileKind kind, bool is_output, const ProfileOptions& options = {});

  void AddMissing() { ++missing_; }
  // Of columns of numbers.
  void AddNumber(double value);
  // Of columns of categories.
  void AddText(std::string_view text) {
    ++present_;
    distinct_.Add(HashOf(text));
    texts_.Add(text);
  }
  // As each of them by itself; means and squares round otherwise.
  void AddNumbers(std::span<const double> values);
  // All cells; a column of numbers takes numbers, one of categories any type.
  void AddCells(const Column& column);
  // Of the same kind.
  void Merge(const ColumnProfile& other);

  const std::string& name() const { return name_; }
  ProfileKind kind() const { return kind_; }
  bool is_output() const { return is_output_; }
  uint64_t rows() const { return present_ + missing_ + infinite_; }
  uint64_t missing() const { return missing_; }
  // Of finite numbers, or texts.
  uint64_t present() const { return present_; }
  uint64_t infinite() const { return infinite_; }
  double mean() const { return mean_; }
  // Of the population, as numpy.std.
  double standard_deviation() const { return std::sqrt(squares_ / static_cast<double>(present_)); }
  double least() const { return least_; }
  double greatest() const { return greatest_; }
  // Exact of at most 20 different numbers, or of texts while they are.
  double DistinctEstimate() const;
  const QuantileSketch& numbers() const { return numbers_; }
  const FewValues& few() const { return few_; }
  const FrequentValues& texts() const { return texts_; }
  // Puts what it keeps in order, for one that is compared again and again.
  void Settle() { numbers_.Settle(); }
  bool is_exact() const { return kind_ == ProfileKind::kNumber ? numbers_.is_exact() : texts_.is_exact(); }

  void AppendTo(std::string* out) const;  // profile.h draws it
  static Result<ColumnProfile> Parse(ByteReader* reader);

 private:
  Status ParseNumbers(ByteReader* reader);
  // Of cells whose number, mean and squares are these; before they are counted as present.
  void MergeMoments(double count_other, double mean, double squares);

  std::string name_;
  ProfileKind kind_;
  bool is_output_;
  uint64_t present_ = 0, missing_ = 0, infinite_ = 0;
  double mean_ = 0, squares_ = 0;  // after Welford
  double least_ = std::numeric_limits<double>::infinity(), greatest_ = -std::numeric_limits<double>::infinity();
  DistinctCount distinct_;
  FewValues few_;
  QuantileSketch numbers_;
  FrequentValues texts_;
};

}  // namespace scoreway
