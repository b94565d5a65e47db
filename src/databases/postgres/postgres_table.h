// A table or view of PostgreSQL as a TableReader: one statement, and so one moment, gives all rows in the order of the
// primary key; a part is some of them.
//
// A run that goes on reads the rows behind the last key as they are then. A view, or a table without a primary key, is
// read in any order, and a run cannot go on.
#pragma once

#include "databases/database_table.h"

namespace scoreway {

Result<DatabaseTable> OpenPostgresTable(const std::string& url, Environment environment);

}  // namespace scoreway
