// Profile: what rows of a model looked like: a ColumnProfile of each input and output; mergeable over windows and
// workers.
//
// Its bytes, little-endian:
//
//     u8 1, or 2                 the format; 2 where it has a shape
//     u64 rows | i64 from | i64 to   microseconds since 1970 of the first and the last row; 0: not known
//     u32 columns, each:
//       u8 kind | u8 1 if it is an output | u32 size, name
//       u64 present | u64 missing | u64 infinite
//       distinct values          distinct_count.h
//       categories: texts        frequent_values.h
//       numbers: float64 mean, sum of squares about it, least, greatest
//                u8 number of different values (255: more than 20), and of each float64 value, u64 count
//                numbers         quantile_sketch.h
//     shape, of format 2         row_shape.h
//     u32                        CRC-32C of all before
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "drift/column_profile.h"
#include "drift/row_sample.h"
#include "drift/row_shape.h"

namespace scoreway {

class Profile {
 public:
  static constexpr size_t kColumnsMax = 20'000;
  static constexpr size_t kBytesMax = size_t{512} << 20;

  Profile() = default;

  // Options for a profile of so many columns: exact up to so many rows, but fewer of many columns, so that all together
  // stay within 160 MB.
  static ProfileOptions OptionsFor(size_t columns, uint32_t exact_rows_max = 10'000);

  // Adds a column that has no rows yet; all are added before the first row.
  void AddColumn(std::string name, ProfileKind kind, bool is_output, const ProfileOptions& options);
  // From now on some rows are kept as they are, of the columns that are no outputs; their cells are those that AddCells
  // adds from column 0 on. To be called before the first row.
  void KeepRows();
  // The kept rows become the shape, and are let go.
  void FitShape();
  // Columns of the batch go into those of the profile of the same index, from `first` on.
  void AddCells(const Batch& batch, size_t first);
  // To be called for rows whose cells are added: how many, and when they were scored.
  void CountRows(uint64_t rows, int64_t time_micros);
  // For one that others are compared with again and again: numbers are put in order once.
  void Settle();
  // Columns by name and role; those that the other lacks, or has of another kind, are left as they are. Columns that
  // this lacks are added. Kept rows and shape are lost: they do not merge.
  void Merge(const Profile& other);

  uint64_t rows() const { return rows_; }
  int64_t from_micros() const { return from_micros_; }
  int64_t to_micros() const { return to_micros_; }
  const std::vector<ColumnProfile>& columns() const { return columns_; }
  ColumnProfile& column(size_t index) { return columns_[index]; }
  // Null where no rows are kept, or there is no shape.
  const RowSample* sample() const { return sample_.get(); }
  const RowShape* shape() const { return shape_.get(); }
  // Null if there is none.
  const ColumnProfile* Find(std::string_view name, bool is_output) const;

  std::string Encode() const;
  // kCorrupt, or kUnsupported if a newer program wrote it.
  static Result<Profile> Parse(std::string_view bytes);

 private:
  uint64_t rows_ = 0;
  int64_t from_micros_ = 0, to_micros_ = 0;
  std::vector<ColumnProfile> columns_;
  std::unique_ptr<RowSample> sample_;
  std::unique_ptr<RowShape> shape_;
};

}  // namespace scoreway
