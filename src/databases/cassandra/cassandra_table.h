// A table of Cassandra as a TableReader: a part is a range of tokens, read page by page by the thread that decodes it.
//
// There is no snapshot: a row that is written meanwhile is read or not, and a run that goes on does not look at the
// tokens that are behind it again.
#pragma once

#include "databases/database_table.h"

namespace scoreway {

Result<DatabaseTable> OpenCassandraTable(const std::string& url, Environment environment);

}  // namespace scoreway
