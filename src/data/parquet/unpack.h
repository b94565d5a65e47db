// Unpack: the bytes of a compressed page; Pack: the other way.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/parquet/file_metadata.h"

namespace scoreway::parquet {

// Replaces `out`, whose memory is kept. CORRUPT unless the bytes unpack to exactly `size`; UNSUPPORTED for LZO, Brotli
// and Hadoop's LZ4.
Status Unpack(Codec codec, std::string_view bytes, size_t size, std::string* out);

// Appends the bytes as Snappy packs them.
void AppendSnappy(std::string_view bytes, std::string* out);

}  // namespace scoreway::parquet
