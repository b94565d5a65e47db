// Batches as the text that PostgreSQL's COPY reads, a line a row, so that the server reads the cells of any type.
#pragma once

#include <string>

#include "data/batch.h"

namespace scoreway::postgres {

void AppendCopyText(const Batch& batch, std::string* out);

}  // namespace scoreway::postgres
