// Arrow IPC streams (https://arrow.apache.org/docs/format/Columnar.html, "IPC Streaming Format"): a schema, then any
// number of batches of it, then the end. Columns are float32, float64, int64, bool and utf8, all nullable.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"

namespace scoreway {

// `columns` are the columns to write, in this order; empty: all.
void AppendArrowSchema(const Schema& schema, std::string* out, std::span<const size_t> columns = {});
// RESOURCE_EXHAUSTED if the texts of a column take more than 2 GiB. `body_bytes` is set to how many of the bytes are
// the body.
Status AppendArrowBatch(const Batch& batch, std::string* out, std::span<const size_t> columns = {},
                        int64_t* body_bytes = nullptr);
void AppendArrowEnd(std::string* out);

// "IPC File Format": kArrowFileMagic, a stream, and this behind its end.
inline constexpr std::string_view kArrowFileMagic("ARROW1\0\0", 8);
// Where a batch lies in the file, what AppendArrowBatch has appended.
struct ArrowBlock {
  int64_t offset = 0;
  int64_t bytes = 0;
  int64_t body_bytes = 0;
};
void AppendArrowFooter(const Schema& schema, std::span<const ArrowBlock> blocks, std::string* out);

}  // namespace scoreway
