#include "drift/row_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace scoreway {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double OrMissing(double number) { return std::isfinite(number) ? number : kMissing; }

}  // namespace

void RowSample::AddColumn(std::string name, ProfileKind kind) {
  if (columns_.size() == kColumnsMax) return;
  columns_.push_back({std::move(name), kind});
  places_.emplace_back();
}

const RowSample::SampledColumn* RowSample::Find(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &SampledColumn::name);
  return found == columns_.end() ? nullptr : &*found;
}

void RowSample::AddFirst(const Batch& batch, size_t count) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    std::vector<double>& cells = columns_[i].cells;
    const Column& from = batch.column(i);
    if (columns_[i].kind == ProfileKind::kNumber && from.type() == Type::kFloat64) {
      for (const double number : from.float64s().first(count)) cells.push_back(OrMissing(number));
    } else {
      for (size_t row = 0; row < count; ++row) cells.push_back(CellOf(i, from, row));
    }
  }
  rows_ += count;
  rows_seen_ += count;
}

void RowSample::Add(const Batch& batch) {
  const size_t first = std::min(batch.rows(), kRowsMax - rows_);
  AddFirst(batch, first);
  for (size_t row = first; row < batch.rows(); ++row) {
    const size_t place = std::uniform_int_distribution<uint64_t>(0, rows_seen_)(random_);
    ++rows_seen_;
    if (place >= kRowsMax) continue;
    for (size_t i = 0; i < columns_.size(); ++i) columns_[i].cells[place] = CellOf(i, batch.column(i), row);
  }
}

RowSample RowSample::EveryOther(size_t first) const {
  RowSample half;
  for (const SampledColumn& column : columns_) {
    half.AddColumn(column.name, column.kind);
    half.columns_.back().texts = column.texts;
    for (size_t row = first; row < rows_; row += 2) half.columns_.back().cells.push_back(column.cells[row]);
  }
  half.rows_ = half.rows_seen_ = rows_ / 2 + (first == 0 ? rows_ % 2 : 0);
  return half;
}

double RowSample::CellOf(size_t column, const Column& from, size_t row) {
  if (columns_[column].kind == ProfileKind::kNumber) return OrMissing(from.NumberAt(row));
  if (!from.valid(row)) return kMissing;
  const std::string text(CategoryText(from, row, &buffer_).substr(0, FrequentValues::kTextBytesMax));
  const auto [at, is_new] = places_[column].try_emplace(text, columns_[column].texts.size());
  if (is_new) columns_[column].texts.push_back(text);
  return static_cast<double>(at->second);
}

}  // namespace scoreway
