// Arrow IPC as a table, of a stream or a file: a part is a record batch, as large as whoever wrote it made it.
#pragma once

#include "tables/table_reader.h"

namespace scoreway {

Result<std::unique_ptr<TableReader>> OpenArrowTable(std::shared_ptr<const FileBytes> file);

}  // namespace scoreway
