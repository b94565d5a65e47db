// Unpack: the bytes of a compressed page.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "importers/parquet/file_metadata.h"

namespace scoreway::parquet {

// CORRUPT unless they unpack to exactly `size` bytes; UNSUPPORTED for LZO, Brotli and Hadoop's LZ4.
Result<std::string> Unpack(Codec codec, std::string_view bytes, size_t size);

}  // namespace scoreway::parquet
