// Arrow IPC as a table to write: a record batch for each batch that is appended.
#pragma once

#include "tables/table_writer.h"

namespace scoreway {

std::unique_ptr<TableWriter> MakeArrowTableWriter(std::shared_ptr<const Schema> schema, bool stream);

}  // namespace scoreway
