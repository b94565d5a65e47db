// CSV and JSON lines as tables to write.
#pragma once

#include "tables/table_writer.h"

namespace scoreway {

std::unique_ptr<TableWriter> MakeCsvWriter(std::shared_ptr<const Schema> schema);
std::unique_ptr<TableWriter> MakeJsonLinesWriter();

}  // namespace scoreway
