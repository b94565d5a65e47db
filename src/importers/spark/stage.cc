#include "importers/spark/stage.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace scoreway::spark {
namespace {

// Stages of stages that hold one written in Python are saved by Python, under its names.
constexpr std::string_view kPackages[] = {"org.apache.spark.ml.", "pyspark.ml.pipeline.", "pyspark.ml."};
// A vector or matrix says its size, which must be bounded by what is stored: sparse ones may claim any.
constexpr size_t kCellsMax = size_t{1} << 26;

std::string Join(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

bool IsPart(std::string_view path) {
  const size_t slash = path.rfind('/');
  return path.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with("part-");
}

// The part files right in a folder, by name.
std::vector<std::string_view> Parts(const archive::Files& files, const std::string& folder) {
  const std::string prefix = folder + "/";
  std::vector<std::string_view> parts;
  for (auto it = files.lower_bound(prefix); it != files.end() && it->first.starts_with(prefix); ++it) {
    if (it->first.find('/', prefix.size()) == std::string::npos && IsPart(it->first)) parts.push_back(it->second);
  }
  return parts;
}

std::pair<int, int> VersionOf(std::string_view text) {
  std::pair<int, int> version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ptr != end && *major.ptr == '.') std::from_chars(major.ptr + 1, end, version.second);
  return version;
}

}  // namespace

Error Stage::Corrupt(std::string what) const {
  return Error{Code::kCorrupt, std::move(what), folder_.empty() ? "the saved model" : folder_};
}

Result<Stage> Stage::Read(const archive::Files& files, std::string folder) {
  Stage stage;
  stage.files_ = &files;
  stage.folder_ = std::move(folder);
  std::string text;
  for (const std::string_view part : Parts(files, Join(stage.folder_, "metadata"))) text += part;
  if (text.empty()) return stage.Corrupt("has no metadata");
  Result<JsonValue> metadata = JsonValue::Parse(std::string_view(text).substr(0, text.find('\n')));
  if (!metadata.ok()) return AtPlace(Join(stage.folder_, "metadata"), std::move(metadata).error());
  stage.metadata_ = std::move(*metadata);
  SCOREWAY_ASSIGN_OR_RETURN(stage.class_name_, stage.Text("class"));
  SCOREWAY_ASSIGN_OR_RETURN(stage.uid_, stage.Text("uid"));
  SCOREWAY_ASSIGN_OR_RETURN(stage.spark_version_, stage.Text("sparkVersion", ""));
  stage.version_ = VersionOf(stage.spark_version_);
  for (const std::string_view package : kPackages) {
    if (!stage.class_name_.starts_with(package)) continue;
    stage.class_name_.erase(0, package.size());
    break;
  }
  return stage;
}

const JsonValue* Stage::Find(std::string_view name) const {
  for (const char* map : {"paramMap", "defaultParamMap"}) {
    const JsonValue* values = metadata_.Find(map);
    const JsonValue* found = values == nullptr ? nullptr : values->Find(name);
    if (found != nullptr) return found;
  }
  return metadata_.Find(name);
}

bool Stage::IsSet(std::string_view name) const {
  const JsonValue* values = metadata_.Find("paramMap");
  const JsonValue* found = values == nullptr ? nullptr : values->Find(name);
  return found != nullptr && !found->is_null();
}

Result<std::string> Stage::Text(std::string_view name) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || value->text() == nullptr) return Corrupt("parameter '" + std::string(name) + "' is no text");
  return *value->text();
}
Result<std::string> Stage::Text(std::string_view name, std::string otherwise) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || value->is_null()) return otherwise;
  return Text(name);
}

Result<double> Stage::Number(std::string_view name) const {
  const JsonValue* value = Find(name);
  double number = 0;
  if (value == nullptr || !value->AsNumber(&number)) {
    return Corrupt("parameter '" + std::string(name) + "' is no number");
  }
  return number;
}
Result<double> Stage::Number(std::string_view name, double otherwise) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || value->is_null()) return otherwise;
  return Number(name);
}

Result<bool> Stage::Bool(std::string_view name, bool otherwise) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || value->is_null()) return otherwise;
  if (value->boolean() == nullptr) return Corrupt("parameter '" + std::string(name) + "' is neither true nor false");
  return *value->boolean();
}

Result<std::vector<std::string>> Stage::Texts(std::string_view name) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || value->array() == nullptr) {
    return Corrupt("parameter '" + std::string(name) + "' is no list of texts");
  }
  std::vector<std::string> texts;
  for (const JsonValue& item : *value->array()) {
    if (item.text() == nullptr) return Corrupt("parameter '" + std::string(name) + "' is no list of texts");
    texts.push_back(*item.text());
  }
  return texts;
}

Result<std::vector<double>> Stage::Numbers(std::string_view name) const {
  const JsonValue* value = Find(name);
  // A vector is an object with its values.
  if (value != nullptr && value->object() != nullptr) value = value->Find("values");
  if (value == nullptr || value->array() == nullptr) {
    return Corrupt("parameter '" + std::string(name) + "' is no list of numbers");
  }
  std::vector<double> numbers;
  for (const JsonValue& item : *value->array()) {
    if (!item.AsNumber(&numbers.emplace_back())) {
      return Corrupt("parameter '" + std::string(name) + "' is no list of numbers");
    }
  }
  return numbers;
}

Result<ColumnPairs> Stage::Columns() const {
  ColumnPairs columns;
  if (IsSet("inputCols")) {
    SCOREWAY_ASSIGN_OR_RETURN(columns.in, Texts("inputCols"));
    SCOREWAY_ASSIGN_OR_RETURN(columns.out, Texts("outputCols"));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(columns.in.emplace_back(), Text("inputCol"));
    SCOREWAY_ASSIGN_OR_RETURN(columns.out.emplace_back(), Text("outputCol"));
  }
  if (columns.in.size() != columns.out.size()) return Corrupt("has not one output column for each input column");
  return columns;
}

Result<parquet::Table> Stage::ReadTable(std::string_view folder) const {
  const std::string place = Join(folder_, folder);
  const std::vector<std::string_view> parts = Parts(*files_, place);
  if (parts.empty()) return Corrupt("has no folder '" + std::string(folder) + "'");
  Result<parquet::Table> table = parquet::Table::Read(parts);
  if (!table.ok()) return AtPlace(place, std::move(table).error());
  return table;
}

Result<std::string> Stage::ReadLines(std::string_view folder) const {
  std::string lines;
  for (const std::string_view part : Parts(*files_, Join(folder_, folder))) lines += part;
  std::erase(lines, '\n');
  if (lines.empty()) return Corrupt("has no text in the folder '" + std::string(folder) + "'");
  return lines;
}

Result<JsonValue> Stage::ReadMetadata(std::string_view folder) const {
  const std::string name = Join(folder, "metadata");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string text, ReadLines(name));
  Result<JsonValue> metadata = JsonValue::Parse(text);
  if (!metadata.ok()) return AtPlace(Join(folder_, name), std::move(metadata).error());
  return metadata;
}

Result<double> Stage::NumberOf(const parquet::Table& table, std::string_view path, size_t row) const {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> numbers, NumbersOf(table, path, row));
  if (numbers.size() != 1) return Corrupt("its data have not one '" + std::string(path) + "'");
  return numbers[0];
}

Result<std::vector<double>> Stage::NumbersOf(const parquet::Table& table, std::string_view path, size_t row) const {
  const parquet::Column* column = table.Find(path);
  if (column == nullptr || column->kind == parquet::Column::Kind::kText || row >= table.row_count()) {
    return Corrupt("its data have no numbers '" + std::string(path) + "'");
  }
  std::vector<double> numbers;
  const auto range = column->ValuesOf(row);
  for (size_t i = range.begin; i < range.end; ++i) numbers.push_back(column->NumberAt(i));
  return numbers;
}

Result<std::vector<double>> Stage::VectorOf(const parquet::Table& table, std::string_view path, size_t row) const {
  const std::string name(path);
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> values, NumbersOf(table, name + ".values", row));
  SCOREWAY_ASSIGN_OR_RETURN(const double type, NumberOf(table, name + ".type", row));
  if (type == 1) return values;
  SCOREWAY_ASSIGN_OR_RETURN(const double size, NumberOf(table, name + ".size", row));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> indices, NumbersOf(table, name + ".indices", row));
  if (!(size >= 0 && size <= kCellsMax) || indices.size() != values.size()) {
    return Corrupt("the vector '" + name + "' is damaged");
  }
  std::vector<double> dense(static_cast<size_t>(size));
  for (size_t i = 0; i < indices.size(); ++i) {
    if (!(indices[i] >= 0 && indices[i] < size)) return Corrupt("the vector '" + name + "' is damaged");
    dense[static_cast<size_t>(indices[i])] = values[i];
  }
  return dense;
}

// Columns lie one after the other, or, transposed, rows do; a sparse matrix has the same with the zeros left out.
Result<Matrix> Stage::MatrixOf(const parquet::Table& table, std::string_view path, size_t row) const {
  const std::string name(path);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> values, NumbersOf(table, name + ".values", row));
  SCOREWAY_ASSIGN_OR_RETURN(const double type, NumberOf(table, name + ".type", row));
  SCOREWAY_ASSIGN_OR_RETURN(const double rows, NumberOf(table, name + ".numRows", row));
  SCOREWAY_ASSIGN_OR_RETURN(const double columns, NumberOf(table, name + ".numCols", row));
  SCOREWAY_ASSIGN_OR_RETURN(const double transposed, NumberOf(table, name + ".isTransposed", row));
  const Error damaged = Corrupt("the matrix '" + name + "' is damaged");
  if (!(rows >= 0 && columns >= 0 && rows * columns <= kCellsMax)) return damaged;
  Matrix matrix{static_cast<size_t>(rows), static_cast<size_t>(columns), {}};
  matrix.values.resize(matrix.rows * matrix.columns);
  const size_t major = transposed != 0 ? matrix.rows : matrix.columns;
  const size_t minor = transposed != 0 ? matrix.columns : matrix.rows;
  const auto cell = [&](size_t i, size_t j) -> double& {
    return transposed != 0 ? matrix.values[i * matrix.columns + j] : matrix.values[j * matrix.columns + i];
  };
  if (type == 1) {
    if (values.size() != matrix.values.size()) return damaged;
    for (size_t i = 0; i < major; ++i) {
      for (size_t j = 0; j < minor; ++j) cell(i, j) = values[i * minor + j];
    }
    return matrix;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> pointers, NumbersOf(table, name + ".colPtrs", row));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> indices, NumbersOf(table, name + ".rowIndices", row));
  if (pointers.size() != major + 1 || indices.size() != values.size()) return damaged;
  for (size_t i = 0; i < major; ++i) {
    if (!(pointers[i] >= 0 && pointers[i] <= pointers[i + 1] &&
          pointers[i + 1] <= static_cast<double>(values.size()))) {
      return damaged;
    }
    for (auto k = static_cast<size_t>(pointers[i]); k < static_cast<size_t>(pointers[i + 1]); ++k) {
      if (!(indices[k] >= 0 && indices[k] < static_cast<double>(minor))) return damaged;
      cell(i, static_cast<size_t>(indices[k])) = values[k];
    }
  }
  return matrix;
}

}  // namespace scoreway::spark
