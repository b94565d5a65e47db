// SqliteTable: rows put into a table of a SQLite file, those of one set at once and once.
//
// A row has its set's number and its own within it, from 1, which together are the table's key:
//
//     scoreway_firing  scoreway_row  scoreway_version  and a column for each of the schema's
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

struct SqliteRows {
  int64_t firing = 0, version = 0;
  std::shared_ptr<const Schema> schema;
  std::function<Result<bool>(Batch*)> next;  // the next rows; false at the end
};

// File and table are made if need be. All the rows are there when it returns ok, in place of what was there of that
// set, else none: one transaction. kInvalidArgument: the table has other columns, or
// the file is no database; kUnavailable: others hold it locked.
// The place of errors is the file.
Status PutIntoSqlite(const std::string& path, const std::string& table, const SqliteRows& rows);

}  // namespace scoreway
