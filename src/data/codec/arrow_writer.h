// Arrow IPC streams (https://arrow.apache.org/docs/format/Columnar.html, "IPC Streaming Format"): a schema, then any
// number of batches of it, then the end. Columns are float32, float64, int64, bool and utf8, all nullable.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

// `columns` are the columns to write, in this order; empty: all.
void AppendArrowSchema(const Schema& schema, std::string* out, std::span<const size_t> columns = {});
// RESOURCE_EXHAUSTED if the texts of a column take more than 2 GiB.
Status AppendArrowBatch(const Batch& batch, std::string* out, std::span<const size_t> columns = {});
void AppendArrowEnd(std::string* out);

}  // namespace scoreway
