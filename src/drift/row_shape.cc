#include "drift/row_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "drift/symmetric_eigen.h"

namespace scoreway {
namespace {

Status NoShape(const char* what) { return Status(Code::kCorrupt, std::string("no shape of rows: ") + what); }

// The covariances of columns with mean 0; the lower triangle.
std::vector<double> CovariancesOf(const std::vector<double>& cells, size_t columns) {
  std::vector<double> sums(columns * columns, 0);
  const size_t rows = cells.size() / columns;
  for (size_t row = 0; row < rows; ++row) {
    const double* const cell = cells.data() + row * columns;
    for (size_t i = 0; i < columns; ++i) {
      double* const of_row = sums.data() + i * columns;
      for (size_t j = 0; j <= i; ++j) of_row[j] += cell[i] * cell[j];
    }
  }
  for (double& sum : sums) sum /= static_cast<double>(rows - 1);
  return sums;
}

// Rows side by side, so that one instruction reckons with several of them, in the order in which one row is reckoned.
constexpr size_t kLanes = 8;
using Lanes = std::array<double, kLanes>;

// The lengths of the rows when what the components hold is taken from them.
Lanes LengthsLeft(const std::vector<double>& components, std::vector<Lanes>* left) {
  const size_t size = left->size();
  for (size_t begin = 0; begin < components.size(); begin += size) {
    const double* const component = components.data() + begin;
    Lanes projections{};
    for (size_t i = 0; i < size; ++i) {
      const Lanes& cells = (*left)[i];
      for (size_t lane = 0; lane < kLanes; ++lane) projections[lane] += component[i] * cells[lane];
    }
    for (size_t i = 0; i < size; ++i) {
      Lanes& cells = (*left)[i];
      for (size_t lane = 0; lane < kLanes; ++lane) cells[lane] -= projections[lane] * component[i];
    }
  }
  Lanes lengths{};
  for (const Lanes& cells : *left) {
    for (size_t lane = 0; lane < kLanes; ++lane) lengths[lane] += cells[lane] * cells[lane];
  }
  for (double& length : lengths) length = std::sqrt(length);
  return lengths;
}

// As scikit-learn counts them, but fewer than there are columns, so that there is something left.
size_t ComponentsFor(const std::vector<double>& values, double share) {
  double all = 0, held = 0;
  for (const double value : values) all += std::max(value, 0.0);
  size_t count = 0;
  while (count + 1 < values.size() && held <= share * all) held += std::max(values[count++], 0.0);
  return count;
}

Status ReadText(ByteReader* reader, std::string* text) {
  uint32_t size = 0;
  std::string_view view;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(size, &view));
  *text = view;
  return {};
}

}  // namespace

RowShape::ShapeColumn RowShape::ColumnOf(const RowSample::SampledColumn& sampled, size_t rows) {
  ShapeColumn column{.name = sampled.name, .kind = sampled.kind};
  std::vector<double> numbers = sampled.cells;
  if (column.kind == ProfileKind::kCategory) {
    std::vector<std::pair<size_t, size_t>> counts(sampled.texts.size());  // and places
    for (size_t i = 0; i < counts.size(); ++i) counts[i] = {0, i};
    size_t present = 0;
    for (const double cell : sampled.cells) {
      if (std::isnan(cell)) continue;
      ++counts[static_cast<size_t>(cell)].first;
      ++present;
    }
    std::ranges::sort(counts, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<double> shares(counts.size(), 0);
    for (size_t i = 0; i < std::min(counts.size(), kCategoriesMax) && counts[i].first > 0; ++i) {
      const auto [count, place] = counts[i];
      shares[place] = static_cast<double>(count) / static_cast<double>(present);
      column.shares.emplace(sampled.texts[place], shares[place]);
    }
    for (double& cell : numbers) {
      if (!std::isnan(cell)) cell = shares[static_cast<size_t>(cell)];
    }
  }
  double sum = 0, squares = 0;
  size_t present = 0;
  for (const double number : numbers) {
    if (std::isnan(number)) continue;
    sum += number;
    ++present;
  }
  if (present == 0) return column;
  column.mean = sum / static_cast<double>(present);
  for (const double number : numbers) {
    if (!std::isnan(number)) squares += (number - column.mean) * (number - column.mean);
  }
  column.deviation = std::sqrt(squares / static_cast<double>(rows));
  return column;
}

std::optional<RowShape> RowShape::Fit(const RowSample& sample) {
  if (sample.rows() < kRowsMin) return std::nullopt;
  const RowSample made_of = sample.EveryOther(0);
  RowShape shape;
  for (const RowSample::SampledColumn& sampled : made_of.columns()) {
    ShapeColumn column = ColumnOf(sampled, made_of.rows());
    // What does not vary, or so much that it cannot be reckoned with.
    const double least = 1e-12 * std::abs(column.mean);
    if (column.deviation > least && std::isfinite(column.deviation)) shape.columns_.push_back(std::move(column));
  }
  const size_t size = shape.columns_.size();
  if (size < 2) return std::nullopt;
  const auto cells = shape.Standardize(made_of);
  if (!cells) return std::nullopt;
  auto pairs = SymmetricEigen(CovariancesOf(*cells, size), size);
  if (!pairs) return std::nullopt;
  shape.components_ = std::move(pairs->vectors);
  shape.components_.resize(ComponentsFor(pairs->values, kVarianceHeld) * size);
  const auto errors = shape.ErrorsOf(sample.EveryOther(1));
  if (!errors) return std::nullopt;
  shape.reference_ = *errors;
  return shape;
}

std::optional<std::vector<double>> RowShape::Standardize(const RowSample& sample) const {
  const size_t size = columns_.size();
  std::vector<double> cells(sample.rows() * size);
  for (size_t i = 0; i < size; ++i) {
    const ShapeColumn& column = columns_[i];
    const RowSample::SampledColumn* const sampled = sample.Find(column.name);
    if (sampled == nullptr || sampled->kind != column.kind) return std::nullopt;
    std::vector<double> shares;
    for (const std::string& text : sampled->texts) {
      const auto found = column.shares.find(text);
      shares.push_back(found == column.shares.end() ? 0 : found->second);
    }
    for (size_t row = 0; row < sample.rows(); ++row) {
      double number = sampled->cells[row];
      if (std::isnan(number)) {
        number = column.mean;
      } else if (column.kind == ProfileKind::kCategory) {
        number = shares[static_cast<size_t>(number)];
      }
      cells[row * size + i] = (number - column.mean) / column.deviation;
    }
  }
  return cells;
}

RowErrors RowShape::ErrorsOf(const std::vector<double>& cells) const {
  const size_t size = columns_.size(), rows = cells.size() / size;
  RowErrors errors{.rows = rows};
  double squares = 0;
  std::vector<Lanes> left(size);
  for (size_t row = 0; row < rows; row += kLanes) {
    const size_t count = std::min(kLanes, rows - row);
    for (size_t lane = 0; lane < count; ++lane) {
      const double* const cell = cells.data() + (row + lane) * size;
      for (size_t i = 0; i < size; ++i) left[i][lane] = cell[i];
    }
    const Lanes lengths = LengthsLeft(components_, &left);
    for (size_t lane = 0; lane < count; ++lane) {
      const double step = lengths[lane] - errors.mean;
      errors.mean += step / static_cast<double>(row + lane + 1);
      squares += step * (lengths[lane] - errors.mean);
    }
  }
  errors.deviation = std::sqrt(squares / static_cast<double>(rows));
  return errors;
}

std::optional<RowErrors> RowShape::ErrorsOf(const RowSample& sample) const {
  if (sample.rows() == 0) return std::nullopt;
  const auto cells = Standardize(sample);
  if (!cells) return std::nullopt;
  return ErrorsOf(*cells);
}

void RowShape::AppendTo(std::string* out) const {
  ByteWriter writer(out);
  const auto write_text = [&](const std::string& text) {
    writer.Write(static_cast<uint32_t>(text.size()));
    writer.WriteBytes(text);
  };
  writer.Write(static_cast<uint32_t>(columns_.size()));
  for (const ShapeColumn& column : columns_) {
    write_text(column.name);
    writer.Write(static_cast<uint8_t>(column.kind));
    writer.Write(column.mean);
    writer.Write(column.deviation);
    writer.Write(static_cast<uint32_t>(column.shares.size()));
    for (const auto& [text, share] : column.shares) {
      write_text(text);
      writer.Write(share);
    }
  }
  writer.Write(static_cast<uint32_t>(components()));
  for (const double number : components_) writer.Write(number);
  writer.Write(reference_.rows);
  writer.Write(reference_.mean);
  writer.Write(reference_.deviation);
}

Result<RowShape> RowShape::Parse(ByteReader* reader) {
  RowShape shape;
  uint32_t columns = 0, components = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&columns));
  if (columns < 2 || columns > RowSample::kColumnsMax) return NoShape("its number of columns");
  for (uint32_t i = 0; i < columns; ++i) {
    ShapeColumn column;
    uint8_t kind = 0;
    uint32_t categories = 0;
    SCOREWAY_RETURN_IF_ERROR(ReadText(reader, &column.name));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&kind));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&column.mean));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&column.deviation));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&categories));
    if (kind > static_cast<uint8_t>(ProfileKind::kCategory)) return NoShape("a kind of column");
    column.kind = static_cast<ProfileKind>(kind);
    if (!std::isfinite(column.mean) || !std::isfinite(column.deviation) || !(column.deviation > 0)) {
      return NoShape("a scale");
    }
    if (categories > kCategoriesMax) return NoShape("its categories");
    for (uint32_t c = 0; c < categories; ++c) {
      std::string text;
      double share = 0;
      SCOREWAY_RETURN_IF_ERROR(ReadText(reader, &text));
      SCOREWAY_RETURN_IF_ERROR(reader->Read(&share));
      if (!(share > 0 && share <= 1) || !column.shares.emplace(std::move(text), share).second) {
        return NoShape("its categories");
      }
    }
    shape.columns_.push_back(std::move(column));
  }
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&components));
  if (components == 0 || components >= columns) return NoShape("its number of components");
  for (uint32_t i = 0; i < components * columns; ++i) {
    double number = 0;
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&number));
    if (!std::isfinite(number)) return NoShape("its components");
    shape.components_.push_back(number);
  }
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&shape.reference_.rows));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&shape.reference_.mean));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&shape.reference_.deviation));
  if (shape.reference_.rows == 0 || !(shape.reference_.mean >= 0) || !(shape.reference_.deviation >= 0)) {
    return NoShape("its errors");
  }
  return shape;
}

}  // namespace scoreway
