// What a batch prediction reads from and writes to: files by their paths, tables of databases by their URLs.
#pragma once

#include <string>

#include "base/result.h"
#include "service/run_batch.h"
#include "tables/table_format.h"

namespace scoreway {

// The place of errors is the path.
Result<BatchSource> OpenFileSource(const std::string& path, TableFormat format, char delimiter);
BatchTarget FileTarget(const std::string& path, TableFormat format);

// Of URLs as databases/database_table.h says; the place of errors is the URL without what follows '?'.
Result<BatchSource> OpenDatabaseSource(const std::string& url);
// With a `work` several may write to the table at once, and of rows of one key that one thread writes the last one
// stays (SinkColumns).
Result<BatchTarget> DatabaseTarget(const std::string& url, const std::string& work = {});

// INVALID_ARGUMENT if two of them are one file or table; each may be empty.
Status CheckBatchPlaces(const std::string& input, const std::string& output, const std::string& errors);

}  // namespace scoreway
