// A table of PostgreSQL as a TableSink. Parts are copied to TABLE_partial beside it, each in one transaction with the
// lines that tell of it; at the end one transaction makes that the table, or puts its rows into the table that is
// there, under their primary keys. So the output appears whole. The lines are kept in the table scoreway_batch_progress
// of the same schema, which is made if need be:
//
//     output text, part bigint    the key; the output is the table's name
//     lines text                  part 0: what is done; then of a part and those before it up to the row before
#pragma once

#include "databases/database_table.h"

namespace scoreway {

// UNAVAILABLE while another process writes the table.
Result<std::unique_ptr<TableSink>> OpenPostgresSink(const std::string& url, Environment environment,
                                                    const SinkColumns& columns);

}  // namespace scoreway
