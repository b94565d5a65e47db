// Batches as CSV, the way pandas writes tables, so that either side reads the other's.
//
// A missing cell and NaN are empty; an empty text is "" to tell it from a missing one. In a table of one column a
// missing cell is "" too, as an empty line would be no row. Numbers are written as Python's repr, float32 with
// float32's digits; bools as True and False. Text is quoted only where it must be. Lines end with LF.
#pragma once

#include <span>
#include <string>

#include "data/batch.h"

namespace scoreway {

struct CsvWriteOptions {
  char delimiter = ',';
  std::span<const size_t> columns = {};  // the columns to write, in this order; empty: all
};

// Appends one line with the names.
void AppendCsvHeader(const Schema& schema, const CsvWriteOptions& options, std::string* out);

// Appends a line per row.
void AppendCsvRows(const Batch& batch, const CsvWriteOptions& options, std::string* out);

}  // namespace scoreway
