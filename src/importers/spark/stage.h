// Stage: a stage of a saved Spark ML model: a folder with `metadata` (a line of JSON: class, uid, parameters) and,
// where it learned something, `data` and other folders of Parquet files. Spark 2.4 to 4.x.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/parquet/table.h"
#include "importers/archive/archive.h"
#include "importers/spark/json_value.h"

namespace scoreway::spark {

// A Matrix of org.apache.spark.ml.linalg as rows of numbers.
struct Matrix {
  size_t rows = 0, columns = 0;
  std::vector<double> values;  // row after row
};

// Input columns and the output column of each.
struct ColumnPairs {
  std::vector<std::string> in, out;
};

class Stage {
 public:
  // The stage in a folder of the files ("" for all), which must outlive it. CORRUPT if there is no metadata there.
  static Result<Stage> Read(const archive::Files& files, std::string folder);

  // "feature.StringIndexerModel": without the package of Spark ML in front; others in full.
  const std::string& class_name() const { return class_name_; }
  const std::string& uid() const { return uid_; }
  const std::string& spark_version() const { return spark_version_; }
  const std::string& folder() const { return folder_; }
  const archive::Files& files() const { return *files_; }
  // Whether it was saved by at least this version of Spark.
  bool AtLeast(int major, int minor) const { return version_ >= std::make_pair(major, minor); }

  // ---- parameters --------------------------------------------------------------------------------------------------
  // As set, else its default, else what stands beside the parameters ("numClasses"); null if there is none.
  const JsonValue* Find(std::string_view name) const;
  bool IsSet(std::string_view name) const;  // by the user, and not null
  // CORRUPT if it is of another type; the first form also if it is not there.
  Result<std::string> Text(std::string_view name) const;
  Result<std::string> Text(std::string_view name, std::string otherwise) const;
  Result<double> Number(std::string_view name) const;
  Result<double> Number(std::string_view name, double otherwise) const;
  Result<bool> Bool(std::string_view name, bool otherwise) const;
  Result<std::vector<std::string>> Texts(std::string_view name) const;
  Result<std::vector<double>> Numbers(std::string_view name) const;

  // inputCols and outputCols, or the one of inputCol and outputCol.
  Result<ColumnPairs> Columns() const;

  // ---- what it learned ---------------------------------------------------------------------------------------------
  Result<parquet::Table> ReadTable(std::string_view folder = "data") const;
  // The lines of the text files in that folder, without their ends. CORRUPT if there are none.
  Result<std::string> ReadLines(std::string_view folder) const;
  // The line of JSON of an older model within the stage, beside its table in that folder.
  Result<JsonValue> ReadMetadata(std::string_view folder) const;
  // Cells of the table's first row, as most stages have just one. CORRUPT if they are not there.
  Result<double> NumberOf(const parquet::Table& table, std::string_view path, size_t row = 0) const;
  Result<std::vector<double>> NumbersOf(const parquet::Table& table, std::string_view path, size_t row = 0) const;
  Result<std::vector<double>> VectorOf(const parquet::Table& table, std::string_view path, size_t row = 0) const;
  Result<Matrix> MatrixOf(const parquet::Table& table, std::string_view path, size_t row = 0) const;

  Error Corrupt(std::string what) const;

 private:
  const archive::Files* files_ = nullptr;
  std::string folder_;
  std::string class_name_, uid_, spark_version_;
  std::pair<int, int> version_;
  JsonValue metadata_;
};

}  // namespace scoreway::spark
