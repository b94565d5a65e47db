// RowShape: how the columns of rows hang together: the principal components of a reference's rows. A row that keeps to
// them is made anew from them with a small error; where columns part company, though each looks as ever, the error
// grows.
//
// As a pipeline of scikit-learn: missing cells are the mean; a category is its share among the reference's cells (0
// where it is not one of its 512 most frequent); columns are brought to mean 0 and deviation 1; components are taken
// until they hold more than 65 % of the variance. The error of a row is the length of what is left. Components keep
// to the rows that they are made of better than to others, so they are made of every second row of the reference, and
// its error is that of the other rows.
//
// Its bytes, little-endian:
//
//     u32 columns, each:  u32 size, name | u8 kind | float64 mean, deviation | u32 categories, each: u32 size, text |
//     float64 share u32 components, each: float64 a column u64 rows | float64 mean and deviation of their errors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "drift/row_sample.h"

namespace scoreway {

// Of rows made anew: the mean of the errors, and their deviation (of the population).
struct RowErrors {
  uint64_t rows = 0;
  double mean = 0, deviation = 0;
};

class RowShape {
 public:
  static constexpr size_t kRowsMin = 200;
  static constexpr size_t kCategoriesMax = 512;
  static constexpr double kVarianceHeld = 0.65;

  // Nothing where there is nothing to hang together: fewer than two columns that vary, or fewer than kRowsMin rows.
  static std::optional<RowShape> Fit(const RowSample& sample);

  // Of rows that have the columns of this; nothing if one is not there, or there are no rows.
  std::optional<RowErrors> ErrorsOf(const RowSample& sample) const;
  // Of the reference's rows that it was not made of.
  const RowErrors& reference() const { return reference_; }
  size_t columns() const { return columns_.size(); }
  size_t components() const { return components_.size() / columns_.size(); }

  void AppendTo(std::string* out) const;
  // kCorrupt if the bytes are none.
  static Result<RowShape> Parse(ByteReader* reader);

 private:
  struct ShapeColumn {
    std::string name;
    ProfileKind kind = ProfileKind::kNumber;
    double mean = 0, deviation = 0;
    std::map<std::string, double, std::less<>> shares = {};  // of categories
  };

  static ShapeColumn ColumnOf(const RowSample::SampledColumn& sampled, size_t rows);
  // Cells as numbers with mean 0 and deviation 1, row by row; nothing if a column is not there.
  std::optional<std::vector<double>> Standardize(const RowSample& sample) const;
  RowErrors ErrorsOf(const std::vector<double>& cells) const;

  std::vector<ShapeColumn> columns_;
  std::vector<double> components_;  // row by row
  RowErrors reference_;
};

}  // namespace scoreway
