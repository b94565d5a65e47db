#include "data/codec/csv_reader.h"

#include <algorithm>
#include <utility>

#include "base/plain_number.h"
#include "data/codec/column_names.h"
#include "data/codec/text_cell.h"
#include "data/codec/vector_text.h"

namespace scoreway {
namespace {

constexpr unsigned kPlainPauseMax = 255;

std::string Count(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// A header in one piece that holds another common delimiter was most likely meant to be cut there.
std::string DelimiterHint(std::span<const CsvCell> header, char delimiter) {
  if (header.size() != 1) return {};
  for (const auto& [other, name] : {std::pair(';', "';'"), std::pair('\t', "a tab"), std::pair(',', "','")}) {
    if (other != delimiter && header[0].text.find(other) != std::string_view::npos) {
      return std::string("; is the delimiter ") + name + "?";
    }
  }
  return {};
}

}  // namespace

CsvReader::CsvReader(ByteSource* source, std::shared_ptr<const Schema> schema, CsvReadOptions options)
    : schema_(std::move(schema)),
      options_(std::move(options)),
      records_(source, options_.delimiter, options_.limits),
      cell_of_column_(schema_->size()),
      in_vector_(schema_->size()) {
  options_.may_be_absent.resize(schema_->size());
}

Status CsvReader::Open() {
  if (opened_) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const bool any, records_.Next());
  if (!any && options_.header) return Status(Code::kInvalidArgument, "the CSV is empty: it has no header line");
  opened_ = true;
  if (!any) return {};
  cells_ = records_.cells().size();
  row_waits_ = !options_.header;
  const Status bound = options_.header ? BindByName() : BindByPosition();
  opened_ = bound.ok();
  if (opened_ && vectors_.empty()) {
    plain_rows_.emplace(*schema_, cell_of_column_, cells_, options_.delimiter, options_.limits.cell_bytes_max);
  }
  records_.SkipLines(options_.lines_between);
  return opened_ ? Status() : Status(AtPlace("line " + std::to_string(records_.line()), bound.error()));
}

Status CsvReader::BindByName() {
  const auto header = records_.cells();
  std::vector<std::string_view> unbound;  // names in the header
  for (size_t cell = 0; cell < header.size(); ++cell) {
    const std::string_view name = header[cell].text;
    const auto column = schema_->Find(name, cell);
    if (!column && schema_->FindRun(name)) {
      vectors_.push_back({cell, *schema_->FindRun(name)});
    } else if (!column) {
      unbound.push_back(name);
    } else if (cell_of_column_[*column]) {
      return Status(Code::kInvalidArgument, "column " + Quoted(name) + " stands twice in the header");
    } else {
      cell_of_column_[*column] = cell;
    }
  }
  SCOREWAY_RETURN_IF_ERROR(BindVectors());
  const bool none_bound = unbound.size() == header.size();
  if (none_bound && options_.bind_by_position) return BindByPosition();

  std::vector<std::string_view> absent;
  std::vector<std::string_view> fields;
  for (size_t i = 0; i < schema_->size(); ++i) {
    fields.push_back(schema_->field(i).name);
    if (!cell_of_column_[i] && !in_vector_[i] && !options_.may_be_absent[i]) absent.push_back(fields.back());
  }
  if (absent.size() == 1) {
    return Status(Code::kInvalidArgument, "column " + QuotedList(absent) + " is missing from the header" +
                                              DidYouMean(absent[0], unbound) +
                                              DelimiterHint(header, options_.delimiter));
  }
  if (absent.size() > 1) {
    return Status(Code::kInvalidArgument, "columns " + QuotedList(absent) + " are missing from the header" +
                                              DidYouMean(absent[0], unbound) +
                                              DelimiterHint(header, options_.delimiter));
  }
  for (size_t i = 0; i < schema_->size(); ++i) {
    // May be absent, but is there under a name that only looks different: a slip that must not pass for a missing
    // value.
    const std::string_view slip =
        cell_of_column_[i] || in_vector_[i] ? std::string_view() : SameButForCase(fields[i], unbound);
    if (slip.empty()) continue;
    return Status(Code::kInvalidArgument,
                  "column " + Quoted(fields[i]) + " is missing from the header, which has " + Quoted(slip));
  }
  // Every column may be absent, but a table without any of them is another table.
  if (none_bound && schema_->size() > 0) {
    return Status(Code::kInvalidArgument, "none of the columns " + QuotedList(fields) + " is in the header" +
                                              DidYouMean(fields[0], unbound) +
                                              DelimiterHint(header, options_.delimiter));
  }
  for (std::string_view name : unbound) ignored_columns_.emplace_back(name);
  return {};
}

Status CsvReader::BindVectors() {
  for (const VectorCell& vector : vectors_) {
    for (size_t i = vector.columns.first; i < vector.columns.first + vector.columns.size; ++i) {
      if (cell_of_column_[i] || in_vector_[i]) {
        return Status(Code::kInvalidArgument, "column " + Quoted(schema_->field(i).name) +
                                                  " stands twice in the header, also in " +
                                                  Quoted(records_.cells()[vector.cell].text));
      }
      in_vector_[i] = true;
    }
  }
  return {};
}

Status CsvReader::BindByPosition() {
  if (cells_ != schema_->size()) {
    return Status(Code::kInvalidArgument, "columns are taken by position: " + Count(schema_->size(), "column") +
                                              " wanted, " + std::to_string(cells_) + " found" +
                                              DelimiterHint(records_.cells(), options_.delimiter));
  }
  for (size_t i = 0; i < cells_; ++i) cell_of_column_[i] = i;
  return {};
}

Result<bool> CsvReader::Next(Batch* batch, size_t rows_max) {
  SCOREWAY_CHECK(batch->column_count() == schema_->size());
  SCOREWAY_RETURN_IF_ERROR(Open());
  for (size_t rows = 0; rows < rows_max;) {
    const size_t plain = AppendPlainRows(batch, rows_max - rows);
    rows += plain;
    if (plain > 0) continue;
    if (!std::exchange(row_waits_, false)) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool any, records_.Next());
      if (!any) return rows > 0;
    }
    SCOREWAY_RETURN_IF_ERROR(AppendRow(batch));
    ++rows;
  }
  return true;
}

size_t CsvReader::AppendPlainRows(Batch* batch, size_t rows_max) {
  if (!plain_rows_ || row_waits_) return 0;
  if (plain_paused_ > 0) {
    --plain_paused_;
    return 0;
  }
  const std::string_view text = records_.PeekText(kPlainNumberReadable);
  const size_t rows = plain_rows_->Append(text, rows_max, batch);
  if (rows > 0) {
    plain_pause_ = 0;
    records_.PassLines(plain_rows_->bytes(), rows);
  } else {
    plain_pause_ = std::min(2 * plain_pause_ + 1, kPlainPauseMax);
    plain_paused_ = plain_pause_;
  }
  return rows;
}

Status CsvReader::AppendRow(Batch* batch) {
  const auto cells = records_.cells();
  if (cells.size() != cells_) {
    return Status(Code::kInvalidArgument,
                  Count(cells.size(), "cell") + " where " + (options_.header ? "the header" : "the first line") +
                      " has " + std::to_string(cells_),
                  "line " + std::to_string(line()));
  }
  for (size_t i = 0; i < cell_of_column_.size(); ++i) {
    if (in_vector_[i]) continue;
    Column& column = batch->column(i);
    if (!cell_of_column_[i]) {
      column.AppendNull();
      continue;
    }
    const CsvCell& cell = cells[*cell_of_column_[i]];
    const TextCellFault fault = AppendTextCell(cell.text, cell.quoted && cells_ > 1, &column);
    if (fault != TextCellFault::kNone) {
      return Status(Code::kInvalidArgument, TextCellFaultMessage(fault, cell.text, column.type()),
                    "line " + std::to_string(line()) + ", column " + Quoted(schema_->field(i).name));
    }
  }
  for (const VectorCell& vector : vectors_) {
    if (Status status = AppendVectorText(cells[vector.cell].text, vector.columns, batch); !status.ok()) {
      const std::string_view name = schema_->field(vector.columns.first).name;
      return AtPlace("line " + std::to_string(line()) + ", column " + Quoted(name.substr(0, name.size() - 2)),
                     std::move(status).error());
    }
  }
  return {};
}

}  // namespace scoreway
