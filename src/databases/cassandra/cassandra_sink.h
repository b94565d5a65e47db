// A table of Cassandra as a TableSink. Rows are written under their keys as they are encoded, each in place of what was
// there, so that a part done twice is done once; the output appears row by row. The lines are kept in the table
// scoreway_batch_progress of the same keyspace, which is made if need be, so that any machine can go on:
//
//     output text, run text, part int       the key; the output is the table's name, and the work where one is named
//     identity, current, holder (static)    what is done, the run whose lines count, and the process that has it
//     lines text                            of a part and those before it up to the row before
//
// All that is written there is conditional on the holder: of two processes the one that took the batch up last goes on,
// and the other finds out with its next lines.
#pragma once

#include "databases/database_table.h"

namespace scoreway {

Result<std::unique_ptr<TableSink>> OpenCassandraSink(const std::string& url, Environment environment,
                                                     const SinkColumns& columns);

}  // namespace scoreway
